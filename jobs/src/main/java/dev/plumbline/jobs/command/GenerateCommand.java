package dev.plumbline.jobs.command;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.eval.winrate.Answer;
import dev.plumbline.eval.winrate.Prompts;
import dev.plumbline.jobs.models.OpenModel;
import dev.plumbline.lm.UsageException;
import dev.plumbline.lm.io.WholeFiles;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code plumbline generate}: answers to prompts, as a file that {@code eval} takes. */
@Command(
    name = "generate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Samples a model's answers to prompts.")
final class GenerateCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Option(
      names = "--model",
      required = true,
      paramLabel = "<folder>",
      description = "Hugging Face folder of the model, or a run folder.")
  private Path model;

  @Option(
      names = "--prompts",
      paramLabel = "<file>",
      description = "JSONL or JSON, plain or gzip, with a column prompt.")
  private Path prompts;

  @Option(names = "--prompt", paramLabel = "<text>", description = "One prompt, instead of a file.")
  private String prompt;

  @Option(
      names = "--output",
      paramLabel = "<file>",
      description = "JSONL to write: prompt, completion, tokens, finished. Default: stdout.")
  private Path output;

  @Option(names = "--overwrite", description = "Replaces the output if it exists.")
  private boolean overwrite;

  @Mixin private SamplingFlags sampling;
  @Mixin private DeviceFlag device;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    if ((prompts == null) == (prompt == null)) {
      throw new UsageException("expected either --prompts with a file or --prompt with a text");
    }
    if (output != null && Files.exists(output) && !overwrite) {
      throw new UsageException(
          output + " exists already; --overwrite replaces it, or choose another --output");
    }
    if (output != null
        && (Files.isDirectory(output) || !Files.isDirectory(output.toAbsolutePath().getParent()))) {
      throw new UsageException("--output " + output + " is no file in a folder that exists");
    }
    List<String> asked = prompt == null ? Prompts.read(prompts, 0).texts() : List.of(prompt);
    try (OpenModel open = OpenModel.load(model, device.device())) {
      List<List<Answer>> answers =
          open.contestant("model", sampling.settings(open.stopIds()))
              .answer(asked, sampling.samples(), sampling.seed());
      if (output == null) {
        write(asked, answers, spec.commandLine().getOut());
        spec.commandLine().getOut().flush();
      } else {
        WholeFiles.write(
            output,
            temporary -> {
              try (BufferedWriter lines = Files.newBufferedWriter(temporary)) {
                write(asked, answers, lines);
              }
            });
      }
    }
    return ExitCodes.DONE;
  }

  private static void write(List<String> prompts, List<List<Answer>> answers, Appendable lines)
      throws IOException {
    for (int i = 0; i < prompts.size(); i++) {
      for (Answer answer : answers.get(i)) {
        ObjectNode line = JSON.createObjectNode();
        line.put("prompt", prompts.get(i));
        line.put("completion", answer.text());
        line.put("tokens", answer.tokens());
        line.put("finished", answer.end() == Answer.End.FINISHED);
        lines.append(JSON.writeValueAsString(line)).append('\n');
      }
    }
  }
}
