package dev.plumbline.train.kto;

import dev.plumbline.train.config.Check;
import dev.plumbline.train.config.Option;
import dev.plumbline.train.config.UsesOptions;
import java.util.Set;

/** The options of {@code kto}. */
public record KtoOptions(
    @Option(help = "Loss.", defaultValue = "kto", aliases = "loss") LossType lossType,
    @Option(help = "Strength of the pull to the reference.", defaultValue = "0.1") double beta,
    @Option(help = "What desirable rows count for.", defaultValue = "1") double desirableWeight,
    @Option(help = "What undesirable rows count for.", defaultValue = "1") double undesirableWeight,
    @Option(
            help =
                "Whose completion a prompt gets to estimate the KL: that of the previous_prompt in the"
                    + " data, or (as TRL) of the row before in blocks of a micro_batch.",
            defaultValue = "previous_prompt")
        Mismatching klCompletions) {

  /** The losses, under TRL's names. */
  public enum LossType implements UsesOptions {
    /** Rewards are compared with an estimate of the policy's KL from the reference. */
    KTO,
    /** APO-zero for single completions: rewards are compared with 0. */
    APO_ZERO_UNPAIRED;

    @Override
    public Set<String> uses() {
      return this == KTO ? Set.of("kl_completions") : Set.of();
    }
  }

  /** Whose completions stand in the estimate of the KL. */
  public enum Mismatching {
    /** That of the nearest row before, of another prompt; the first rows get the last ones'. */
    PREVIOUS_PROMPT,
    /** That of the row before, in blocks of as many rows as a micro-batch has. */
    MICRO_BATCH
  }

  public KtoOptions {
    Check.that(beta > 0, "beta", beta, "a number above 0");
    Check.that(desirableWeight > 0, "desirable_weight", desirableWeight, "a number above 0");
    Check.that(undesirableWeight > 0, "undesirable_weight", undesirableWeight, "a number above 0");
  }
}
