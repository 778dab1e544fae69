package dev.plumbline.lm.policy;

import ai.djl.ndarray.NDArray;
import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.checkpoint.ParameterSpec;
import dev.plumbline.lm.checkpoint.TensorFile;
import dev.plumbline.lm.checkpoint.TensorType;
import dev.plumbline.lm.checkpoint.TensorWriter;
import dev.plumbline.lm.decoder.AdamW;
import dev.plumbline.lm.decoder.Decoder;
import dev.plumbline.lm.io.Hashes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A decoder's state under training as files and hashes: weights, and AdamW's moments with its
 * number of steps, all exact. Moments have PyTorch's names.
 */
final class DecoderSnapshot {
  private static final String WEIGHTS = "weights.safetensors";
  private static final String OPTIMIZER = "adamw.safetensors";
  private static final String STEPS = "steps";

  private final Decoder decoder;

  DecoderSnapshot(Decoder decoder) {
    this.decoder = decoder;
  }

  /** A tensor of the state under its name. */
  private record Named(String name, ParameterSpec parameter, NDArray tensor) {}

  void write(Path folder, Optional<AdamW> adamw) throws IOException {
    write(folder.resolve(WEIGHTS), weights(), Map.of());
    if (adamw.isPresent()) {
      write(
          folder.resolve(OPTIMIZER),
          moments(adamw.get()),
          Map.of(STEPS, Long.toString(adamw.get().steps())));
    }
  }

  private void write(Path file, List<Named> state, Map<String, String> metadata)
      throws IOException {
    List<TensorWriter.Tensor> tensors = new ArrayList<>();
    for (Named named : state) {
      tensors.add(
          new TensorWriter.Tensor(
              named.name(), named.parameter().shape(), decoder.transfers().values(named.tensor())));
    }
    TensorWriter.write(file, TensorType.F32, tensors, metadata);
  }

  void readWeights(Path folder) {
    try (TensorFile file = TensorFile.open(folder.resolve(WEIGHTS))) {
      fill(file, folder, weights());
    }
  }

  /** The optimiser as it was; none if it had not started. */
  Optional<AdamW> readOptimizer(Path folder) {
    if (!Files.exists(folder.resolve(OPTIMIZER))) {
      return Optional.empty();
    }
    try (TensorFile file = TensorFile.open(folder.resolve(OPTIMIZER))) {
      String steps = file.metadata().getOrDefault(STEPS, "none");
      if (!steps.matches("\\d{1,18}")) {
        throw new PlumblineException(
            "%s gives %s steps; expected a number: resume from another checkpoint"
                .formatted(folder.resolve(OPTIMIZER), steps));
      }
      AdamW adamw = new AdamW(decoder, Long.parseLong(steps));
      fill(file, folder, moments(adamw));
      return Optional.of(adamw);
    }
  }

  private void fill(TensorFile file, Path folder, List<Named> state) {
    Set<String> expected = new HashSet<>();
    for (Named named : state) {
      expected.add(named.name());
      if (!file.names().contains(named.name())
          || !file.shape(named.name()).equals(named.parameter().shape())) {
        throw otherModel(folder, named.name());
      }
    }
    for (String name : file.names()) {
      if (!expected.contains(name)) {
        throw otherModel(folder, name);
      }
    }
    state.forEach(named -> decoder.transfers().fill(named.tensor(), file.values(named.name())));
  }

  private static PlumblineException otherModel(Path folder, String name) {
    return new PlumblineException(
        "%s is the snapshot of another model: its tensor %s does not match; resume the run that wrote it"
            .formatted(folder, name));
  }

  String weightsHash() {
    return hash(Hashes.sha256(), weights());
  }

  String optimizerHash(Optional<AdamW> adamw) {
    MessageDigest digest = Hashes.sha256();
    update(digest, "steps " + adamw.map(AdamW::steps).orElse(0L));
    return hash(digest, adamw.map(this::moments).orElse(List.of()));
  }

  private String hash(MessageDigest digest, List<Named> state) {
    for (Named named : state) {
      update(digest, named.name() + named.parameter().shape());
      decoder
          .transfers()
          .values(named.tensor())
          .forEachPiece((at, float32) -> digest.update(float32));
    }
    return Hashes.hex(digest.digest());
  }

  private static void update(MessageDigest digest, String text) {
    digest.update(text.getBytes(StandardCharsets.UTF_8));
  }

  private List<Named> weights() {
    return named("", decoder.weights().parameters());
  }

  private List<Named> moments(AdamW adamw) {
    List<Named> moments = new ArrayList<>(named("exp_avg.", adamw.first()));
    moments.addAll(named("exp_avg_sq.", adamw.second()));
    return moments;
  }

  private List<Named> named(String prefix, List<NDArray> tensors) {
    List<ParameterSpec> specs = decoder.weights().specs();
    List<Named> named = new ArrayList<>();
    for (int i = 0; i < specs.size(); i++) {
      named.add(new Named(prefix + specs.get(i).name(), specs.get(i), tensors.get(i)));
    }
    return named;
  }
}
