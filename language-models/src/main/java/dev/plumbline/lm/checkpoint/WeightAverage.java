package dev.plumbline.lm.checkpoint;

import dev.plumbline.lm.PlumblineException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A model whose weights are a weighted mean of others' weights (a "soup": Wortsman et al. 2022,
 * arXiv 2203.05482; of policies with different rewards: Rame et al. 2023, arXiv 2306.04488).
 */
public final class WeightAverage {
  private WeightAverage() {}

  /**
   * Writes the mean, added up in float64 and stored in float32, under the first model's tokenizer
   * and settings. Holds one parameter in memory at a time.
   *
   * @param target a folder that must not exist
   * @param models Hugging Face folders of one architecture, at least one
   * @param shares what each model counts, as many as models; they should add up to 1
   * @throws PlumblineException if the models are of different architectures, or one cannot be read,
   *     or the target cannot be written
   */
  public static void write(Path target, List<Path> models, List<Double> shares) {
    List<ModelFolder> open = new ArrayList<>();
    try {
      for (Path model : models) {
        open.add(ModelFolder.open(model));
        if (!open.get(0).config().equals(open.get(open.size() - 1).config())) {
          throw new PlumblineException(
              "%s is of another architecture than %s; only weights of one architecture can be averaged"
                  .formatted(model, models.get(0)));
        }
      }
      ModelWriter.write(
          target,
          models.get(0),
          open.get(0).architecture(),
          TensorType.F32,
          parameter -> consumer -> average(open, shares, parameter, consumer));
    } finally {
      open.forEach(ModelFolder::close);
    }
  }

  private static void average(
      List<ModelFolder> models,
      List<Double> shares,
      ParameterSpec parameter,
      TensorValues.Piece consumer) {
    double[] sums = new double[Math.toIntExact(parameter.elements())];
    for (int model = 0; model < models.size(); model++) {
      double share = shares.get(model);
      models
          .get(model)
          .values(parameter)
          .forEachPiece(
              (at, piece) -> {
                FloatBuffer values = piece.asFloatBuffer();
                for (int i = (int) at; values.hasRemaining(); i++) {
                  sums[i] += share * values.get();
                }
              });
    }
    ByteBuffer piece =
        ByteBuffer.allocateDirect(Math.min(sums.length, TensorValues.PIECE) * Float.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at < sums.length; at += TensorValues.PIECE) {
      piece.clear();
      for (int i = at; i < Math.min(sums.length, at + TensorValues.PIECE); i++) {
        piece.putFloat((float) sums[i]);
      }
      consumer.accept(at, piece.flip());
    }
  }
}
