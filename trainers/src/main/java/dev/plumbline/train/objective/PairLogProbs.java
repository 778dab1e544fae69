package dev.plumbline.train.objective;

/** What an objective sees of a preference pair. */
public record PairLogProbs(CompletionLogProb chosen, CompletionLogProb rejected) {}
