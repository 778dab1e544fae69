package dev.plumbline.train.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.io.WholeFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a model trained on preferences is as a reward, {@code beta * log(pi / ref)}: kept in its
 * folder as {@code implicit_reward.json}, because a beta that is not the one it was trained with
 * makes it another reward.
 *
 * @param beta it was trained with
 * @param reference hash of its reference's weights
 */
public record ImplicitReward(double beta, String reference) {
  private static final String FILE = "implicit_reward.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  void write(Path model) {
    ObjectNode json =
        JSON.createObjectNode().put("beta", beta).put("reference_weights_sha256", reference);
    WholeFiles.write(model.resolve(FILE), json.toPrettyString() + "\n");
  }

  /**
   * Reads what a training left in a model's folder.
   *
   * @throws PlumblineException if there is none
   */
  public static ImplicitReward read(Path model) {
    Path file = model.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      throw new PlumblineException(
          "%s holds no %s; name a model that dpo trained with the reverse KL and a fixed reference"
              .formatted(model, FILE));
    }
    try {
      JsonNode json = JSON.readTree(file.toFile());
      return new ImplicitReward(
          json.required("beta").doubleValue(), json.required("reference_weights_sha256").asText());
    } catch (IOException | IllegalArgumentException e) {
      throw new PlumblineException(
          "cannot read %s: %s; train the model again".formatted(file, e.getMessage()), e);
    }
  }
}
