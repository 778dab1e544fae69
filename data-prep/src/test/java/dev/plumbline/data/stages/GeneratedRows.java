package dev.plumbline.data.stages;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.data.rows.TextRow;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Pairs of random words, some of them bad. */
final class GeneratedRows {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String[] WORDS = {
    "the", "sky", "is", "blue", "grey", "grass", "green", "what", "a", "plumb", "line", "weight",
    "on"
  };

  private GeneratedRows() {}

  /** Writes a file of pairs and returns the ids of the good ones in order. */
  static List<String> write(Path file, int count) throws IOException {
    Random random = new Random(count);
    List<String> ids = new ArrayList<>();
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      for (int i = 0; i < count; i++) {
        String prompt = "Question " + i + ": " + words(random);
        String chosen = " " + words(random) + " blue";
        String rejected = i % 997 == 0 ? chosen : " " + words(random) + " grey";
        ObjectNode row = JSON.createObjectNode().put("prompt", prompt).put("chosen", chosen);
        if (i % 1009 != 0) {
          row.put("rejected", rejected);
        }
        out.write(row + "\n");
        if (i % 997 != 0 && i % 1009 != 0) {
          ids.add(new TextRow.Pair(prompt, chosen, rejected).id());
        }
      }
    }
    return ids;
  }

  private static String words(Random random) {
    StringBuilder text = new StringBuilder();
    int count = 1 + random.nextInt(8);
    for (int i = 0; i < count; i++) {
      text.append(i == 0 ? "" : " ").append(WORDS[random.nextInt(WORDS.length)]);
    }
    return text.toString();
  }
}
