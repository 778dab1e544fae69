package dev.plumbline.train.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.io.Hashes;
import dev.plumbline.lm.text.TextTokenizer;
import dev.plumbline.train.loop.PairSums;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that decides a completion's log-prob under a reference.
 *
 * @param weights hash of the reference's weights
 * @param tokenizer hash of the tokenizer that made the ids, {@code none} where there is none
 * @param template hash of the chat template, {@code none} where there is none
 * @param maxLength tokens that rows are cut at
 * @param sums how token log-probs add up
 */
public record ReferenceKey(
    String weights, String tokenizer, String template, int maxLength, PairSums sums) {
  private static final String NONE = "none";

  /**
   * The key of a reference for rows that a model's tokenizer and template made.
   *
   * @param model Hugging Face folder of the model that is trained
   */
  public static ReferenceKey of(Path model, String weights, int maxLength) {
    return new ReferenceKey(weights, tokenizer(model), template(model), maxLength, PairSums.PLAIN);
  }

  /** The key of another reference for the same rows. */
  ReferenceKey of(String otherWeights) {
    return new ReferenceKey(otherWeights, tokenizer, template, maxLength, sums);
  }

  /** The key of other sums. */
  ReferenceKey of(PairSums otherSums) {
    return new ReferenceKey(weights, tokenizer, template, maxLength, otherSums);
  }

  /** Hash of a model folder's tokenizer, {@code none} without one. */
  static String tokenizer(Path model) {
    if (!Files.exists(model.resolve("tokenizer.json"))) {
      return NONE;
    }
    try (TextTokenizer tokenizer = TextTokenizer.load(model)) {
      return tokenizer.hash();
    }
  }

  /** Hash of a model folder's chat template, in either place that transformers looks at. */
  private static String template(Path model) {
    Path file = model.resolve("chat_template.jinja");
    Path config = model.resolve("tokenizer_config.json");
    try {
      if (Files.exists(file)) {
        return Hashes.of(Files.readString(file));
      }
      JsonNode inConfig =
          Files.exists(config)
              ? new ObjectMapper().readTree(config.toFile()).path("chat_template")
              : null;
      return inConfig == null || inConfig.isMissingNode() || inConfig.isNull()
          ? NONE
          : Hashes.of(inConfig.toString());
    } catch (IOException e) {
      throw new PlumblineException(
          "cannot read the chat template of %s: %s; check its files"
              .formatted(model, e.getMessage()),
          e);
    }
  }

  /** The parts by name. */
  Map<String, String> parts() {
    Map<String, String> parts = new LinkedHashMap<>();
    parts.put("weights", weights);
    parts.put("tokenizer", tokenizer);
    parts.put("template", template);
    parts.put("max_length", String.valueOf(maxLength));
    parts.put("ld_alpha", String.valueOf(sums.alpha()));
    return parts;
  }

  /** The first part in which two keys differ, as a clause; empty if they are equal. */
  static Optional<String> difference(ReferenceKey found, ReferenceKey wanted) {
    Map<String, String> foundParts = found.parts();
    return wanted.parts().entrySet().stream()
        .filter(part -> !part.getValue().equals(foundParts.get(part.getKey())))
        .map(
            part ->
                "%s is %s, this run's is %s"
                    .formatted(part.getKey(), foundParts.get(part.getKey()), part.getValue()))
        .findFirst();
  }
}
