package dev.plumbline.jobs.command;

import dev.plumbline.eval.report.Control;
import dev.plumbline.eval.report.TextReport;
import dev.plumbline.jobs.quickstart.Quickstart;
import dev.plumbline.jobs.quickstart.QuickstartResult;
import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.UsageException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code plumbline quickstart}: everything once, on a small task of our own. */
@Command(
    name = "quickstart",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Runs everything once on a small task: prepare, SFT, DPO, evaluate, report.")
final class QuickstartCommand implements Callable<Integer> {
  @Option(
      names = "--output",
      paramLabel = "<folder>",
      defaultValue = "quickstart",
      description = "Folder to write. Default: ${DEFAULT-VALUE}.")
  private Path output;

  @Option(
      names = "--seed",
      paramLabel = "<seed>",
      defaultValue = "1",
      description = "Decides everything. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--controls",
      description =
          "Trains the controls too: SFT on the chosen answers, and DPO on shuffled labels.")
  private boolean controls;

  @Mixin private DeviceFlag device;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    if (Files.exists(output)) {
      throw new UsageException(
          output + " exists already; remove it, or choose another folder by --output");
    }
    QuickstartResult result =
        new Quickstart(output, seed, controls, device.device(), this::run).run();
    PrintWriter out = spec.commandLine().getOut();
    TextReport.lines(result.winRate()).forEach(out::println);
    for (Control control : result.controls()) {
      out.println("  control: " + TextReport.line(control));
    }
    out.println("report: " + result.report());
    return ExitCodes.DONE;
  }

  private void run(List<String> arguments) {
    spec.commandLine().getErr().println("$ plumbline " + String.join(" ", arguments));
    if (arguments.get(0).equals("prepare")) {
      Launcher.run(arguments);
      return;
    }
    int code = PlumblineCommand.line().execute(arguments.toArray(new String[0]));
    if (code != ExitCodes.DONE) {
      throw new PlumblineException(
          "plumbline %s ended with exit code %d; see what it said above"
              .formatted(arguments.get(0), code));
    }
  }
}
