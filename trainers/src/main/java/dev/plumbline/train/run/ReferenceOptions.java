package dev.plumbline.train.run;

import dev.plumbline.train.config.Check;
import dev.plumbline.train.config.Option;
import java.nio.file.Path;
import java.util.Optional;

/** The options of methods with a frozen reference, whose log-probs are computed before training. */
public record ReferenceOptions(
    @Option(
            help = "Hugging Face folder of the reference; the model as it starts by default.",
            defaultValue = "",
            aliases = {"ref_model"})
        Optional<Path> refModelNameOrPath,
    @Option(
            help = "Pairs that the reference runs at a time; 0 is as many as a micro-batch has.",
            defaultValue = "0")
        int precomputeRefBatchSize,
    @Option(
            help =
                "File that keeps the reference's log-probs for other runs, or a folder of such files; in"
                    + " the run by default.",
            defaultValue = "")
        Optional<Path> referenceCache) {

  public ReferenceOptions {
    Check.that(
        precomputeRefBatchSize >= 0,
        "precompute_ref_batch_size",
        precomputeRefBatchSize,
        "a whole number of at least 0");
  }
}
