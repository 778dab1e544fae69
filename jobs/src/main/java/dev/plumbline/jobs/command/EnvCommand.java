package dev.plumbline.jobs.command;

import dev.plumbline.lm.torch.Torch;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code plumbline env}: what a bug report needs. */
@Command(
    name = "env",
    mixinStandardHelpOptions = true,
    description = "Shows versions and machine, for bug reports.")
final class EnvCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    out.println(new Version().getVersion()[0]);
    out.printf(
        "java %s (%s), heap at most %,d MiB%n",
        System.getProperty("java.version"),
        System.getProperty("java.vm.name"),
        Runtime.getRuntime().maxMemory() >> 20);
    out.printf(
        "%s %s %s, %d processors%n",
        System.getProperty("os.name"),
        System.getProperty("os.version"),
        System.getProperty("os.arch"),
        Runtime.getRuntime().availableProcessors());
    out.println("libtorch " + Torch.version());
    return ExitCodes.DONE;
  }
}
