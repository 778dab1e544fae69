package dev.plumbline.train.orpo;

import dev.plumbline.train.config.Check;
import dev.plumbline.train.config.Option;

/** The options of {@code orpo}. */
public record OrpoOptions(
    @Option(help = "Weight of the odds ratio beside the likelihood.", defaultValue = "0.1")
        double beta,
    @Option(
            help = "Whether the likelihood is also that of the prompts, as in TRL.",
            defaultValue = "false")
        boolean nllIncludesPrompt) {

  public OrpoOptions {
    Check.that(beta > 0, "beta", beta, "a number above 0");
  }
}
