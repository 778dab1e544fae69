package dev.plumbline.lm.policy;

import dev.plumbline.lm.decoder.*;
import java.nio.file.Path;

final class DecoderSnapshot {
  static void write(Weights w, Path p) {}

  static void read(Weights w, Path p) {}

  static String weightsHash(Weights w) {
    return "";
  }

  static String optimizerHash(Weights w) {
    return "";
  }

  static void save(Decoder d, Path t, Path s, boolean o) {}
}
