package dev.plumbline.train.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plumbline.data.rows.PairRow;
import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.UsageException;
import dev.plumbline.lm.checkpoint.RandomModel;
import dev.plumbline.lm.policy.DecoderPolicy;
import dev.plumbline.lm.testing.Golden;
import dev.plumbline.lm.torch.ComputeDevice;
import dev.plumbline.train.loop.PairSums;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a run's reference log-probs come from, and that stale ones are never used. */
class ReferenceLogProbsTest {
  @TempDir Path folder;

  private Map<String, String> flags(String name, String... changes) {
    return Runs.with(
        Runs.with(
            Runs.flags(folder.resolve(name)),
            "max-steps",
            "1",
            "num-train-epochs",
            null,
            "warmup-steps",
            "0",
            "logging-steps",
            "1"),
        changes);
  }

  /** A model of the same shape that has other weights. */
  private String otherModel() {
    Path other = folder.resolve("other-model");
    try (DecoderPolicy model = DecoderPolicy.load(Runs.MODEL, ComputeDevice.CPU)) {
      RandomModel.write(model.config(), model.generation(), 7, Files.createDirectories(other));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return other.toString();
  }

  private JsonNode firstLine(String run) throws IOException {
    return new ObjectMapper()
        .readTree(Files.readAllLines(folder.resolve(run).resolve("metrics.jsonl")).get(0));
  }

  /** Against TRL's float64 values of the same rows. */
  @Test
  void areTheReferencesLogProbs() throws IOException {
    try (DecoderPolicy reference = DecoderPolicy.load(Runs.MODEL, ComputeDevice.CPU)) {
      List<PairRow> rows = ReferenceCache.compute(Runs.pairs(0, 40), reference, 7, done -> {});
      List<String> recorded =
          Files.readAllLines(Golden.folder("golden/trl-own").resolve("rows/dpo-ref.jsonl"));
      for (int i = 0; i < rows.size(); i++) {
        JsonNode theirs = new ObjectMapper().readTree(recorded.get(i));
        assertThat(rows.get(i).refChosen())
            .isCloseTo(theirs.path("chosen").asDouble(), within(1e-4));
        assertThat(rows.get(i).refRejected())
            .isCloseTo(theirs.path("rejected").asDouble(), within(1e-4));
      }
    }
  }

  @Test
  void aFileServesOtherRunsOfTheSameKey() throws IOException {
    Path cache = folder.resolve("cache.jsonl");
    Runs.dpo(flags("a", "reference-cache", cache.toString()), Runs.data()).start();
    FileTime written = Files.getLastModifiedTime(cache);
    Runs.dpo(flags("b", "reference-cache", cache.toString(), "beta", "0.3"), Runs.data()).start();
    assertThat(Files.getLastModifiedTime(cache)).isEqualTo(written);
    assertThat(firstLine("b").path("logps/chosen")).isEqualTo(firstLine("a").path("logps/chosen"));
    assertThat(folder.resolve("a/reference.jsonl")).doesNotExist();
  }

  /** In a folder a key finds its own file, so nothing there is ever stale. */
  @Test
  void aFolderHoldsAFileAKey() throws IOException {
    Path caches = Files.createDirectory(folder.resolve("caches"));
    Runs.dpo(flags("a", "reference-cache", caches.toString()), Runs.data()).start();
    Runs.dpo(flags("b", "reference-cache", caches.toString(), "beta", "0.3"), Runs.data()).start();
    try (Stream<Path> files = Files.list(caches)) {
      assertThat(files).as("both runs share a key").hasSize(1);
    }
    assertThat(firstLine("b").path("logps/chosen")).isEqualTo(firstLine("a").path("logps/chosen"));
    assertThat(folder.resolve("a/reference.jsonl")).doesNotExist();
    Runs.dpo(flags("c", "reference-cache", caches.toString(), "max-length", "12"), Runs.data())
        .start();
    Runs.dpo(
            flags("d", "reference-cache", caches.toString()),
            TrainingData.of(Runs.pairs(1, 41), Runs.pairs(41, 57)))
        .start();
    try (Stream<Path> files = Files.list(caches)) {
      assertThat(files).as("a file a key and data").hasSize(3);
    }
  }

  @Test
  void aStaleFileIsAnErrorThatNamesTheDifference() {
    Path cache = folder.resolve("cache.jsonl");
    Runs.dpo(flags("a", "reference-cache", cache.toString()), Runs.data()).start();
    assertStale(
        flags("b", "reference-cache", cache.toString(), "max-length", "12"),
        "max_length is 64, this run's is 12");
    assertStale(
        flags("c", "reference-cache", cache.toString(), "ref-model", otherModel()), "weights is ");
    assertThatThrownBy(
            () ->
                Runs.dpo(
                        flags("d", "reference-cache", cache.toString()),
                        TrainingData.of(Runs.pairs(1, 41), Runs.pairs(41, 57)))
                    .start())
        .hasMessageStartingWith("stale reference log-probs in " + cache + ": rows is ");
  }

  @Test
  void aDamagedFileIsAnErrorThatNamesTheLine() throws IOException {
    Path cache = folder.resolve("cache.jsonl");
    Map<String, String> flags = flags("a", "reference-cache", cache.toString());
    Runs.dpo(flags, Runs.data()).start();
    String whole = Files.readString(cache);
    for (String damaged :
        List.of(
            whole.replaceFirst("\"logps\":\\[[^,]*", "\"logps\":[\"?\""),
            whole.replaceFirst("(\"logps\":\\[[^,]*),[^]]*", "$1"),
            whole.replace("\"logps\":", "\"other\":"))) {
      Files.writeString(cache, damaged);
      assertStale(flags("b", "reference-cache", cache.toString()), "line 2 lacks a log-prob");
    }
  }

  private void assertStale(Map<String, String> flags, String difference) {
    assertThatThrownBy(() -> Runs.dpo(flags, Runs.data()).start())
        .isExactlyInstanceOf(PlumblineException.class)
        .hasMessageStartingWith(
            "stale reference log-probs in " + folder.resolve("cache.jsonl") + ": " + difference)
        .hasMessageEndingWith("; delete the file to compute them again");
  }

  /** Columns of the data, with the key of this run, are taken as they are. */
  @Test
  void columnsOfTheDataAreUsedWhereTheirKeyMatches() throws IOException {
    Runs.dpo(flags("computed"), Runs.data()).start();
    ReferenceKey key = key();
    Runs.dpo(flags("read"), shifted(Optional.of(key))).start();
    assertThat(folder.resolve("read/reference.jsonl")).doesNotExist();
    assertThat(firstLine("read").path("rewards/chosen").asDouble())
        .as("the shift of 5 nats shows")
        .isCloseTo(-0.5, within(1e-4));
    assertStaleInData(
        new ReferenceKey("other", key.tokenizer(), key.template(), key.maxLength(), key.sums()),
        "weights is other, this run's is " + key.weights());
    assertStaleInData(
        new ReferenceKey(key.weights(), "other", key.template(), key.maxLength(), key.sums()),
        "tokenizer is other, this run's is " + key.tokenizer());
    assertStaleInData(
        new ReferenceKey(key.weights(), key.tokenizer(), "other", key.maxLength(), key.sums()),
        "template is other, this run's is " + key.template());
    assertStaleInData(
        new ReferenceKey(key.weights(), key.tokenizer(), key.template(), 7, key.sums()),
        "max_length is 7, this run's is " + key.maxLength());
    assertStaleInData(key.of(new PairSums(0.5)), "ld_alpha is 0.5, this run's is 1.0");
    assertThatThrownBy(() -> Runs.dpo(flags("keyless"), shifted(Optional.empty())).start())
        .hasMessage(
            "the data hold reference log-probs, but not what decided them; prepare the data again");
  }

  private void assertStaleInData(ReferenceKey key, String difference) {
    assertThatThrownBy(() -> Runs.dpo(flags("stale"), shifted(Optional.of(key))).start())
        .isExactlyInstanceOf(PlumblineException.class)
        .hasMessage(
            "stale reference log-probs in the data: %s; prepare the data again for this model",
            difference);
  }

  private static ReferenceKey key() {
    try (DecoderPolicy reference = DecoderPolicy.load(Runs.MODEL, ComputeDevice.CPU)) {
      return ReferenceKey.of(
          Runs.MODEL, reference.weightsHash(), reference.config().maxPositions());
    }
  }

  /** The data with true reference log-probs, each 5 nats too high. */
  private static TrainingData<PairRow> shifted(Optional<ReferenceKey> key) {
    try (DecoderPolicy reference = DecoderPolicy.load(Runs.MODEL, ComputeDevice.CPU)) {
      List<PairRow> rows =
          ReferenceCache.compute(Runs.pairs(0, 56), reference, 8, done -> {}).stream()
              .map(row -> row.withReference(row.refChosen() + 5, row.refRejected() + 5))
              .toList();
      return new TrainingData<>(
          rows.subList(0, 40), rows.subList(40, 56), Optional.empty(), key, Map.of());
    }
  }

  /** Another reference: policy and reference differ from the first step on. */
  @Test
  void theReferenceMayBeAnotherModel() throws IOException {
    Runs.dpo(flags("own"), Runs.data()).start();
    Runs.dpo(flags("other", "ref-model", otherModel()), Runs.data()).start();
    assertThat(firstLine("own").path("rewards/margins").asDouble()).isCloseTo(0, within(1e-5));
    assertThat(Math.abs(firstLine("other").path("rewards/margins").asDouble())).isGreaterThan(1e-2);
  }

  @Test
  void aReferenceThatDoesNotFitLeavesNothingBehind() {
    assertThatThrownBy(
            () ->
                Runs.dpo(
                        flags("misfit", "ref-model", Golden.model("llama-bias").toString()),
                        Runs.data())
                    .start())
        .isExactlyInstanceOf(PlumblineException.class)
        .hasMessageContaining(" has another vocabulary than ");
    assertThat(folder.resolve("misfit")).doesNotExist();
  }

  @Test
  void referenceFreeRunsNoReference() throws IOException {
    Runs.dpo(flags("free", "reference-free", "true"), Runs.data()).start();
    assertThat(folder.resolve("free/reference.jsonl")).doesNotExist();
    JsonNode line = firstLine("free");
    assertThat(line.path("rewards/chosen").asDouble())
        .isCloseTo(0.1 * line.path("logps/chosen").asDouble(), within(1e-9));
    assertThatThrownBy(
            () ->
                Runs.dpoOptions(
                    flags("x", "reference-free", "true", "ref-model", Runs.MODEL.toString())))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("but reference_free is true; remove one of them");
  }
}
