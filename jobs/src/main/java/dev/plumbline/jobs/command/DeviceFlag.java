package dev.plumbline.jobs.command;

import dev.plumbline.lm.UsageException;
import dev.plumbline.lm.torch.ComputeDevice;
import picocli.CommandLine.Option;

/** Where a model runs. */
final class DeviceFlag {
  @Option(
      names = "--device",
      paramLabel = "<device>",
      defaultValue = "cpu",
      description = "Where the model runs: cpu, cuda or cuda:n. Default: ${DEFAULT-VALUE}.")
  private String device;

  ComputeDevice device() {
    try {
      return ComputeDevice.parse(device);
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage(), e);
    }
  }
}
