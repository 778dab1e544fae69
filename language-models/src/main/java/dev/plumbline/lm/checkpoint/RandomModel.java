package dev.plumbline.lm.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.lm.io.Hashes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;

/**
 * A model that has learned nothing, initialised as transformers initialises Llama: matrices and
 * embeddings normal with standard deviation 0.02, the padding token's embedding 0, norms 1, biases
 * 0.
 */
public final class RandomModel {
  private static final double STANDARD_DEVIATION = 0.02;

  private RandomModel() {}

  /**
   * Writes config, generation settings and weights into a folder that exists; a tokenizer is for
   * the caller to add. The same arguments give the same bytes on every machine.
   *
   * @param config the model's sizes
   * @param generation its special tokens and sampling defaults
   * @param seed decides the weights
   */
  public static void write(
      DecoderConfig config, GenerationConfig generation, long seed, Path folder)
      throws IOException {
    Architecture architecture = Architecture.of(config);
    ObjectNode json = Family.named(config.modelType()).json(config);
    generation.writeIds(json);
    json.put("initializer_range", STANDARD_DEVIATION);
    json.put("torch_dtype", TensorType.F32.torchName());
    ModelWriter.writeJson(folder.resolve(ModelFolder.CONFIG), json);
    ModelWriter.writeJson(folder.resolve(GenerationConfig.FILE), generation.json());
    long padding = generation.padId().orElse(-1);
    ModelWriter.writeWeights(
        folder,
        architecture,
        TensorType.F32,
        parameter ->
            values(parameter, seed, parameter.equals(architecture.embedding()) ? padding : -1),
        ModelWriter.SHARD_BYTES);
  }

  private static TensorValues values(ParameterSpec parameter, long seed, long zeroRow) {
    return consumer -> {
      Random random = new Random(streamSeed(seed, parameter.name()));
      long elements = parameter.elements();
      long width = elements / parameter.shape().get(0);
      int most = (int) Math.min(elements, TensorValues.PIECE);
      ByteBuffer piece =
          ByteBuffer.allocateDirect(most * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      for (long at = 0; at < elements; at += most) {
        int count = (int) Math.min(most, elements - at);
        piece.clear();
        for (int i = 0; i < count; i++) {
          double value = value(parameter, random);
          piece.putFloat((at + i) / width == zeroRow ? 0 : (float) value);
        }
        consumer.accept(at, piece.flip());
      }
    };
  }

  /** {@code Random} by its contract gives the same Gaussians on every JVM. */
  private static double value(ParameterSpec parameter, Random random) {
    return switch (parameter.role()) {
      case EMBEDDING, MATRIX -> STANDARD_DEVIATION * random.nextGaussian();
      case NORM -> 1;
      case BIAS -> 0;
    };
  }

  /** Every parameter has a stream of its own. */
  private static long streamSeed(long seed, String name) {
    String purpose = "initialise " + seed + " " + name;
    return ByteBuffer.wrap(Hashes.sha256().digest(purpose.getBytes(StandardCharsets.UTF_8)))
        .getLong();
  }
}
