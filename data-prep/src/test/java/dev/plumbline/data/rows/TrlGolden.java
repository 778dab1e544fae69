package dev.plumbline.data.rows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plumbline.lm.testing.Shared;
import dev.plumbline.lm.text.Truncation.Mode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** What TRL was seen to feed a model. */
final class TrlGolden {
  static final ObjectMapper JSON = new ObjectMapper();

  private TrlGolden() {}

  static List<JsonNode> lines(String file) throws IOException {
    List<JsonNode> rows = new ArrayList<>();
    for (String line : Files.readAllLines(Shared.path("golden/tokenise/" + file))) {
      rows.add(JSON.readTree(line));
    }
    return rows;
  }

  static Mode mode(JsonNode config) {
    return config.path("truncation_mode").asText().equals("keep_end")
        ? Mode.KEEP_END
        : Mode.KEEP_START;
  }

  static int[] ints(JsonNode ids) {
    return IntStream.range(0, ids.size()).map(i -> ids.get(i).asInt()).toArray();
  }
}
