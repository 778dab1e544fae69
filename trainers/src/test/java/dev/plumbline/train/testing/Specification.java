package dev.plumbline.train.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.plumbline.lm.testing.Shared;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The tables of the specification of preference methods, read from its file. */
public final class Specification {
  private Specification() {}

  /** Relative, also below 1: the tiny losses of good pairs count. */
  public static void assertCell(String name, String printed, double actual) {
    double expected = Double.parseDouble(printed);
    double lastDigit = Math.pow(10, -new BigDecimal(printed).scale());
    boolean rounded = new BigDecimal(printed).precision() > 7;
    double tolerance = Math.max(1e-10 * Math.abs(expected), rounded ? lastDigit / 2 : 1e-14);
    assertThat(actual).as(name).isCloseTo(expected, within(tolerance));
  }

  public static String text() throws IOException {
    return Files.readString(Shared.path("specs/preference.md"));
  }

  /** Rows of the markdown table that starts with a line, by column. */
  public static List<Map<String, String>> table(String start) throws IOException {
    List<String> lines = text().lines().dropWhile(line -> !line.startsWith(start)).toList();
    String[] columns = cells(lines.get(0));
    return lines.stream()
        .skip(2)
        .takeWhile(line -> line.startsWith("|"))
        .map(Specification::cells)
        .map(
            cells -> {
              Map<String, String> row = new LinkedHashMap<>();
              for (int i = 0; i < columns.length; i++) {
                row.put(columns[i], cells[i]);
              }
              return row;
            })
        .toList();
  }

  private static String[] cells(String line) {
    return Arrays.stream(line.substring(1, line.lastIndexOf('|')).split("\\|"))
        .map(String::strip)
        .toArray(String[]::new);
  }
}
