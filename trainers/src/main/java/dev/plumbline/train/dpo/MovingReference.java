package dev.plumbline.train.dpo;

import dev.plumbline.data.rows.PairRow;
import dev.plumbline.lm.policy.Policy;
import dev.plumbline.train.loop.Companion;
import dev.plumbline.train.loop.PairSums;
import dev.plumbline.train.run.ReferenceCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * TR-DPO (Gorbatovski et al. 2024, arXiv 2404.09656): every so many steps the reference moves
 * towards the policy, {@code ref = mixup * policy + (1 - mixup) * ref}. Its log-probs are computed
 * when they are needed. It is closed with its reference.
 */
final class MovingReference implements Companion<PairRow> {
  private final Policy reference;
  private final PairSums sums;
  private final double mixup;
  private final int every;

  /**
   * @param reference where it starts; moved, and closed
   * @param mixup share of the policy in the new reference
   * @param every optimiser steps between two moves
   */
  MovingReference(Policy reference, PairSums sums, double mixup, int every) {
    this.reference = reference;
    this.sums = sums;
    this.mixup = mixup;
    this.every = every;
  }

  @Override
  public List<PairRow> fill(List<PairRow> rows, Policy policy) {
    return ReferenceCache.compute(rows, reference, sums, rows.size(), done -> {});
  }

  @Override
  public void stepped(Policy policy, long step) {
    if (step % every == 0) {
      reference.blend(policy, mixup);
    }
  }

  @Override
  public void snapshot(Path folder) throws IOException {
    reference.snapshot(Files.createDirectory(folder));
  }

  @Override
  public void restore(Path folder) throws IOException {
    reference.restore(folder);
  }

  @Override
  public void close() {
    reference.close();
  }
}
