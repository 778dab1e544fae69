package dev.plumbline.train.sft;

import dev.plumbline.train.config.Option;

/** The options of {@code sft}. */
public record SftOptions(
    @Option(
            help = "What is learned: nll, or dft, which holds back tokens that the policy doubts.",
            defaultValue = "nll")
        SftLoss lossType) {

  /** The losses, under TRL's names. */
  public enum SftLoss {
    /** The negative log-likelihood. */
    NLL,
    /**
     * Dynamic fine-tuning (Wu et al., arXiv 2508.05629): every token's negative log-likelihood
     * times its probability, which is a constant without gradient.
     */
    DFT
  }
}
