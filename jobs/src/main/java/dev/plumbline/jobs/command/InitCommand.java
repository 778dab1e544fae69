package dev.plumbline.jobs.command;

import dev.plumbline.lm.UsageException;
import dev.plumbline.lm.checkpoint.DecoderConfig;
import dev.plumbline.lm.checkpoint.GenerationConfig;
import dev.plumbline.lm.checkpoint.ModelWriter;
import dev.plumbline.lm.checkpoint.RandomModel;
import dev.plumbline.lm.checkpoint.RopeScaling;
import dev.plumbline.lm.io.WholeFiles;
import dev.plumbline.lm.text.TextTokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code plumbline init}: a small Llama that has learned nothing. */
@Command(
    name = "init",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Writes a randomly initialised Llama model for a tokenizer.")
final class InitCommand implements Callable<Integer> {
  @Option(
      names = "--tokenizer",
      required = true,
      paramLabel = "<folder>",
      description = "Folder with tokenizer.json: its files are copied, its size is the vocabulary.")
  private Path tokenizer;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "<folder>",
      description = "Hugging Face folder to write.")
  private Path output;

  @Option(
      names = "--hidden-size",
      paramLabel = "<n>",
      defaultValue = "128",
      description = "Width of the residual stream. Default: ${DEFAULT-VALUE}.")
  private int hiddenSize;

  @Option(
      names = "--layers",
      paramLabel = "<n>",
      defaultValue = "4",
      description = "Blocks. Default: ${DEFAULT-VALUE}.")
  private int layers;

  @Option(
      names = "--heads",
      paramLabel = "<n>",
      defaultValue = "4",
      description = "Attention heads; they divide the width. Default: ${DEFAULT-VALUE}.")
  private int heads;

  @Option(
      names = "--key-value-heads",
      paramLabel = "<n>",
      description = "Key and value heads; they divide the heads (default: as many).")
  private Integer keyValueHeads;

  @Option(
      names = "--intermediate-size",
      paramLabel = "<n>",
      defaultValue = "344",
      description = "Width of the MLP. Default: ${DEFAULT-VALUE}.")
  private int intermediateSize;

  @Option(
      names = "--vocabulary-size",
      paramLabel = "<n>",
      description = "Rows of the embedding (default: the tokenizer's size).")
  private Integer vocabularySize;

  @Option(
      names = "--max-positions",
      paramLabel = "<n>",
      defaultValue = "512",
      description = "Longest row in tokens. Default: ${DEFAULT-VALUE}.")
  private int maxPositions;

  @Option(names = "--untied", description = "Gives the head weights of its own.")
  private boolean untied;

  @Option(
      names = "--seed",
      paramLabel = "<seed>",
      defaultValue = "42",
      description = "Decides the weights. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    try (TextTokenizer words = TextTokenizer.load(tokenizer)) {
      int vocabulary = vocabularySize == null ? words.vocabularySize() : vocabularySize;
      if (vocabulary < words.vocabularySize()) {
        throw new UsageException(
            "--vocabulary-size is %d; expected at least the tokenizer's %d"
                .formatted(vocabulary, words.vocabularySize()));
      }
      requireSizes();
      DecoderConfig config =
          new DecoderConfig(
              "llama",
              vocabulary,
              hiddenSize,
              layers,
              heads,
              keyValueHeads == null ? heads : keyValueHeads,
              hiddenSize / heads,
              intermediateSize,
              1e-5,
              maxPositions,
              false,
              false,
              !untied,
              new RopeScaling.Plain(10_000));
      GenerationConfig generation =
          GenerationConfig.of(List.of(words.requireEos()), words.bos(), words.pad());
      WholeFiles.writeFolder(
          output,
          temporary -> {
            RandomModel.write(config, generation, seed, temporary);
            ModelWriter.copyTokenizer(tokenizer, temporary);
          });
      spec.commandLine().getOut().println(output);
      return ExitCodes.DONE;
    }
  }

  private void requireSizes() {
    require("--hidden-size", hiddenSize, hiddenSize > 0, "at least 1");
    require("--layers", layers, layers > 0, "at least 1");
    require("--intermediate-size", intermediateSize, intermediateSize > 0, "at least 1");
    require("--max-positions", maxPositions, maxPositions > 0, "at least 1");
    require(
        "--heads",
        heads,
        heads > 0 && hiddenSize % (2 * heads) == 0,
        "a number that cuts --hidden-size %d into heads of an even size".formatted(hiddenSize));
    if (keyValueHeads != null) {
      require(
          "--key-value-heads",
          keyValueHeads,
          keyValueHeads > 0 && heads % keyValueHeads == 0,
          "a divisor of --heads " + heads);
    }
  }

  private static void require(String flag, int value, boolean holds, String expected) {
    if (!holds) {
      throw new UsageException("%s is %d; expected %s".formatted(flag, value, expected));
    }
  }
}
