package dev.plumbline.data.synthetic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.plumbline.data.synthetic.ErrandTask.Labels;
import dev.plumbline.data.synthetic.ErrandTask.Pair;
import dev.plumbline.lm.io.Hashes;
import dev.plumbline.lm.random.RandomStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ErrandTaskTest {
  private final ErrandTask task = new ErrandTask(17);
  private final ErrandScorer scorer = new ErrandScorer();

  /** The same on every machine: written down once, so that no change goes unseen. */
  @Test
  void theFilesNeverChange(@TempDir Path folder) throws IOException {
    ErrandFiles files = new ErrandFiles(folder);
    files.write(new ErrandFiles.Sizes(50, 40, 20), 17);
    StringBuilder all = new StringBuilder();
    try (Stream<Path> list = Files.list(folder)) {
      for (Path file : list.sorted().toList()) {
        all.append(file.getFileName()).append('\n').append(Files.readString(file));
      }
    }
    assertThat(Hashes.of(all.toString()))
        .as(all.toString())
        .isEqualTo("d55dd61553cca54af9e372e465d5c685c29f86b562dda76797dc957be9fe8828");
    assertThat(Files.readAllLines(files.demonstrations())).hasSize(50);
    assertThat(Files.readAllLines(files.prompts()).get(0)).startsWith("{\"prompt\":\"");
  }

  @Test
  void moreRowsKeepTheFirstOnes() {
    assertThat(task.pairs(Split.TRAIN, 50, Labels.PREFERENCE).subList(0, 20))
        .isEqualTo(task.pairs(Split.TRAIN, 20, Labels.PREFERENCE));
    assertThat(task.demonstrations(Split.TRAIN, 50).subList(0, 20))
        .isEqualTo(task.demonstrations(Split.TRAIN, 20));
    assertThat(new ErrandTask(18).demonstrations(Split.TRAIN, 20))
        .isNotEqualTo(task.demonstrations(Split.TRAIN, 20));
  }

  /** Held-out means: what the prompt combines was never combined in training, in any file. */
  @Test
  void splitsShareNoCombination() {
    Set<String> trained = new HashSet<>();
    task.demonstrations(Split.TRAIN, 4000).forEach(row -> trained.add(combination(row.prompt())));
    task.pairs(Split.TRAIN, 2000, Labels.PREFERENCE)
        .forEach(row -> trained.add(combination(row.prompt())));
    Set<String> chosen = new HashSet<>();
    task.demonstrations(Split.VALIDATION, 500)
        .forEach(row -> chosen.add(combination(row.prompt())));
    List<String> prompts = task.prompts(Split.TEST, 500);
    assertThat(prompts).doesNotHaveDuplicates().hasSize(500);
    assertThat(prompts)
        .allSatisfy(prompt -> assertThat(combination(prompt)).isNotIn(trained).isNotIn(chosen));
    // Every word of a held-out prompt was seen in training: only the combination is new.
    Set<String> words = new HashSet<>();
    trained.forEach(pair -> words.addAll(List.of(pair.split(" "))));
    assertThat(words).hasSize(Kind.ITEM.words().size() + Kind.PLACE.words().size());
  }

  /** Labels follow Bradley and Terry: pairs of one score difference agree at the sigmoid's rate. */
  @Test
  void labelsFollowTheSigmoidOfTheScoreDifference() {
    double[] pairs = new double[9];
    double[] agreed = new double[9];
    for (Pair pair : task.pairs(Split.TRAIN, 20_000, Labels.PREFERENCE)) {
      int difference =
          (int) (score(pair.prompt(), pair.chosen()) - score(pair.prompt(), pair.rejected()));
      if (Math.abs(difference) < 9) {
        pairs[Math.abs(difference)]++;
        agreed[Math.abs(difference)] += difference > 0 ? 1 : 0;
      }
    }
    for (int difference = 1; difference <= 4; difference++) {
      double expected = 1 / (1 + Math.exp(-difference));
      double error = Math.sqrt(expected * (1 - expected) / pairs[difference]);
      assertThat(agreed[difference] / pairs[difference])
          .as("difference %d, %.0f pairs", difference, pairs[difference])
          .isCloseTo(expected, within(4 * error));
    }
  }

  @Test
  void shuffledLabelsSayNothingOfTheSamePairs() {
    List<Pair> labelled = task.pairs(Split.TRAIN, 5000, Labels.PREFERENCE);
    List<Pair> shuffled = task.pairs(Split.TRAIN, 5000, Labels.SHUFFLED);
    Map<List<Double>, Integer> balance = new HashMap<>();
    for (int i = 0; i < shuffled.size(); i++) {
      Pair pair = shuffled.get(i);
      assertThat(Set.of(pair.chosen(), pair.rejected()))
          .isEqualTo(Set.of(labelled.get(i).chosen(), labelled.get(i).rejected()));
      List<Double> lead = ErrandTask.lead(pair);
      balance.merge(lead, 1, Integer::sum);
      balance.merge(lead.stream().map(part -> 0.0 - part).toList(), -1, Integer::sum);
    }
    assertThat(balance).hasSizeGreaterThan(100);
    assertThat(balance.values()).allSatisfy(left -> assertThat(left).isBetween(-1, 1));
    long kept =
        IntStream.range(0, 5000).filter(i -> shuffled.get(i).equals(labelled.get(i))).count();
    assertThat(kept).as("labels that happen to stay").isBetween(2300L, 2700L);
  }

  /** What the answers are made of: the rates that the Javadoc of {@link Reply} states. */
  @Test
  void answersAreOfMixedQuality() {
    double[] sums = new double[8];
    int count = 8000;
    for (int i = 0; i < count; i++) {
      RandomStream random = new RandomStream(1, "quality", i);
      Errand errand = Errand.draw(random, Split.TRAIN);
      String prompt = errand.prompt(random);
      List<Double> parts =
          List.copyOf(scorer.score(prompt, Reply.draw(random, errand)).parts().values());
      for (int part = 0; part < sums.length; part++) {
        sums[part] += parts.get(part) / count;
      }
    }
    double[] expected = {0.8, 0.8, 0.8, 0.8, 0.5, 0.5, 0.5, -0.5};
    assertThat(sums).containsExactly(expected, within(0.025));
  }

  private double score(String prompt, String answer) {
    return scorer.score(prompt, answer).value();
  }

  private static String combination(String prompt) {
    Errand errand = Errand.read(prompt);
    return errand.word(Kind.ITEM) + " " + errand.word(Kind.PLACE);
  }
}
