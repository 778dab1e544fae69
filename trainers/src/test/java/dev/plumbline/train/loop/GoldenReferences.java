package dev.plumbline.train.loop;

import dev.plumbline.data.rows.Mismatch;
import dev.plumbline.data.rows.PairRow;
import dev.plumbline.data.rows.UnpairedRow;
import dev.plumbline.lm.policy.Batch;
import dev.plumbline.lm.policy.DecoderPolicy;
import dev.plumbline.lm.policy.Policy;
import dev.plumbline.lm.torch.ComputeDevice;
import dev.plumbline.train.run.ReferenceCache;
import dev.plumbline.train.run.References;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * The reference of a recorded run: the model as it starts.
 *
 * @param policy that model, not moved yet
 * @param model its folder
 * @param batchSize pairs run at a time: those of the policy's batches, so that both have the same
 *     last bits and tie where they agree
 */
record GoldenReferences(DecoderPolicy policy, Path model, int batchSize) implements References {

  @Override
  public List<PairRow> fill(List<PairRow> rows, PairSums sums) {
    return ReferenceCache.compute(rows, policy, sums, batchSize, done -> {});
  }

  @Override
  public List<UnpairedRow> fillUnpaired(List<UnpairedRow> rows) {
    return rows.stream().map(this::filled).toList();
  }

  private UnpairedRow filled(UnpairedRow row) {
    UnpairedRow filled = row.withReference(logProb(row.prompt(), row.completion()));
    return row.mismatch()
        .map(Mismatch::completion)
        .map(other -> new Mismatch(other, logProb(row.prompt(), other), Double.NaN))
        .map(filled::withMismatch)
        .orElse(filled);
  }

  private double logProb(int[] prompt, int[] completion) {
    Batch batch = new Batch(List.of(Batch.Item.of(prompt, List.of(completion))));
    return policy.logProbs(batch, Set.of()).sum(0);
  }

  @Override
  public List<PairRow> under(Path other, List<PairRow> rows) {
    throw new IllegalStateException("no recorded run has another model");
  }

  @Override
  public String weightsHash() {
    return policy.weightsHash();
  }

  @Override
  public Policy open() {
    return DecoderPolicy.load(model, ComputeDevice.CPU);
  }
}
