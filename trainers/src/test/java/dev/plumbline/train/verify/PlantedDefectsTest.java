package dev.plumbline.train.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.data.rows.PairRow;
import dev.plumbline.lm.policy.Batch;
import dev.plumbline.lm.policy.DecoderPolicy;
import dev.plumbline.lm.policy.LogProbs;
import dev.plumbline.lm.policy.Policy;
import dev.plumbline.lm.policy.TokenGradients;
import dev.plumbline.lm.policy.TokenStatistic;
import dev.plumbline.lm.testing.Golden;
import dev.plumbline.lm.torch.ComputeDevice;
import dev.plumbline.train.dpo.DpoMethod;
import dev.plumbline.train.loop.Recipe;
import dev.plumbline.train.sft.SftMethod;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A defect in a loss turns checks red, and those that one would expect. */
class PlantedDefectsTest {
  private static final Variant<PairRow> DPO = dpo("loss_type=sigmoid");
  private static final Variant<PairRow> FORWARD = dpo("f_divergence_type=forward_kl beta=0.1");

  private static Variant<PairRow> dpo(String name) {
    return new DpoMethod()
        .variants().stream().filter(each -> each.name().equals(name)).findFirst().orElseThrow();
  }

  private static <R> Set<String> red(Variant<R> variant, Recipe<R> defective) {
    return variant.with(defective).check(1).stream()
        .filter(Finding::fails)
        .map(Finding::property)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** A recipe with something wrong in it. */
  private static class Defective<R> implements Recipe<R> {
    final Recipe<R> right;

    Defective(Recipe<R> right) {
      this.right = right;
    }

    @Override
    public String unit() {
      return right.unit();
    }

    @Override
    public String id(R row) {
      return right.id(row);
    }

    @Override
    public Batch batch(List<R> rows) {
      return right.batch(rows);
    }

    @Override
    public Set<TokenStatistic> statistics() {
      return right.statistics();
    }

    @Override
    public Totals totals(List<R> stepRows) {
      return right.totals(stepRows);
    }

    @Override
    public Part part(List<R> rows, Batch batch, LogProbs logProbs, Totals totals) {
      Part part = right.part(rows, batch, logProbs, totals);
      double[][] tokens = part.gradients().tokens().clone();
      for (int i = 0; i < tokens.length; i++) {
        tokens[i] = tokens[i].clone();
        change(i, tokens[i], logProbs.tokens(i));
      }
      return new Part(part.loss(), new TokenGradients(tokens), part.metrics());
    }

    /** Spoils the gradient of a completion. */
    void change(int completion, double[] slopes, double[] logProbs) {}
  }

  @Test
  void nothingIsRedWithoutDefect() {
    assertThat(red(DPO, new Defective<>(DPO.recipe()))).isEmpty();
    assertThat(red(FORWARD, new Defective<>(FORWARD.recipe()))).isEmpty();
  }

  @Test
  void aSign() {
    Recipe<PairRow> defective =
        new Defective<>(DPO.recipe()) {
          @Override
          void change(int completion, double[] slopes, double[] logProbs) {
            for (int t = 0; t < slopes.length && completion % 2 == 1; t++) {
              slopes[t] = -slopes[t];
            }
          }
        };
    assertThat(red(DPO, defective)).contains("gradient", "known: pair A", "closed form: rewards");
  }

  /** In value and slope, so that the gradient is that of the wrong loss. */
  @Test
  void aMissingBeta() {
    assertThat(red(DPO, new DpoMethod().recipe(Map.of("beta", 1))))
        .contains("known: pair A", "known: pair B", "closed form: rewards")
        .doesNotContain("gradient", "loss at the reference");
  }

  /** A cap on the value alone: beyond it the slope goes on. */
  @Test
  void aWrongClamp() {
    Recipe<PairRow> defective =
        new Defective<>(FORWARD.recipe()) {
          @Override
          void change(int completion, double[] slopes, double[] logProbs) {
            for (int t = 0; t < slopes.length; t++) {
              slopes[t] = slopes[t] == 0 ? 1e30 : slopes[t];
            }
          }
        };
    assertThat(red(FORWARD, defective)).contains("gradient");
  }

  /** No cap at all. */
  @Test
  void aMissingClamp() {
    Recipe<PairRow> defective =
        new Defective<>(FORWARD.recipe()) {
          @Override
          public Part part(List<PairRow> rows, Batch batch, LogProbs logProbs, Totals totals) {
            Part part = super.part(rows, batch, logProbs, totals);
            double ratio = logProbs.sum(0) - rows.get(0).refChosen();
            return new Part(
                part.loss() + (ratio < -700 ? Math.exp(-ratio) : 0),
                part.gradients(),
                part.metrics());
          }
        };
    assertThat(red(FORWARD, defective)).contains("finite at +-1e5");
  }

  /** The loss counts the EOS, the gradient does not. */
  @Test
  void anEosWithoutGradient() {
    Recipe<PairRow> defective =
        new Defective<>(DPO.recipe()) {
          @Override
          void change(int completion, double[] slopes, double[] logProbs) {
            slopes[slopes.length - 1] = 0;
          }
        };
    assertThat(red(DPO, defective)).contains("EOS is learned", "gradient", "closed form: rewards");
  }

  /** The batch marks the EOS as given, as a mask of padding does where both are one token. */
  @Test
  void anEosThatIsTakenForPadding() {
    Recipe<PairRow> defective =
        new Defective<>(DPO.recipe()) {
          @Override
          public Batch batch(List<PairRow> rows) {
            return new Batch(
                super.batch(rows).items().stream()
                    .map(
                        item ->
                            new Batch.Item(
                                item.prompt(),
                                item.completions().stream()
                                    .map(PlantedDefectsTest::withoutEos)
                                    .toList()))
                    .toList());
          }
        };
    assertThat(red(DPO, defective)).contains("EOS is learned", "closed form: rewards");
  }

  private static Batch.Completion withoutEos(Batch.Completion completion) {
    boolean[] learned = completion.learned().clone();
    learned[learned.length - 1] = false;
    return new Batch.Completion(completion.ids(), learned);
  }

  @Test
  void aMissingReferenceOnOneSide() {
    Recipe<PairRow> defective =
        new Defective<>(DPO.recipe()) {
          @Override
          public Part part(List<PairRow> rows, Batch batch, LogProbs logProbs, Totals totals) {
            List<PairRow> half =
                rows.stream().map(row -> row.withReference(row.refChosen(), 0)).toList();
            return super.part(half, batch, logProbs, totals);
          }
        };
    assertThat(red(DPO, defective))
        .contains("loss at the reference", "only log-ratios count", "swap", "known: pair A")
        .doesNotContain("gradient", "shift");
  }

  @Test
  void aMeanOverTheMicroBatch() {
    Recipe<PairRow> defective =
        new Defective<>(DPO.recipe()) {
          @Override
          public Part part(List<PairRow> rows, Batch batch, LogProbs logProbs, Totals totals) {
            return super.part(rows, batch, logProbs, totals(rows));
          }
        };
    assertThat(red(DPO, defective)).containsExactly("8 x 1 = 1 x 8");
  }

  @Test
  void weightsThatAreForgotten() {
    Recipe<PairRow> defective =
        new Defective<>(DPO.recipe()) {
          @Override
          public Totals totals(List<PairRow> rows) {
            return super.totals(even(rows));
          }

          @Override
          public Part part(List<PairRow> rows, Batch batch, LogProbs logProbs, Totals totals) {
            return super.part(even(rows), batch, logProbs, totals);
          }

          private static List<PairRow> even(List<PairRow> rows) {
            return rows.stream().map(row -> PairRows.PLAIN.withWeight(row, 1)).toList();
          }
        };
    assertThat(red(DPO, defective)).containsExactly("closed form: rewards", "weight 2 = two rows");
  }

  /** A policy whose log-probs in a batch of several completions are not those of each alone. */
  @Test
  void aPaddingThatIsSeen() {
    try (DecoderPolicy decoder =
        DecoderPolicy.load(Golden.model("llama-gqa-tied"), ComputeDevice.CPU)) {
      assertThat(DPO.checkPadding(decoder, 1).fails()).isFalse();
      Policy leaking =
          wrapped(
              Policy.class,
              decoder,
              (name, result, arguments) ->
                  name.equals("forward") && ((Batch) arguments[0]).size() > 1
                      ? wrapped(Policy.Forward.class, result, PlantedDefectsTest::leak)
                      : result);
      assertThat(DPO.checkPadding(leaking, 1).fails()).isTrue();
    }
  }

  private static Object leak(String name, Object result, Object[] arguments) {
    if (!(result instanceof LogProbs logProbs)) {
      return result;
    }
    double[][] tokens = new double[logProbs.size()][];
    for (int i = 0; i < tokens.length; i++) {
      double by = 0.01 * (i % 2);
      tokens[i] = Arrays.stream(logProbs.tokens(i)).map(p -> p + by).toArray();
    }
    return logProbs.withTokens(tokens);
  }

  private interface Change {
    Object of(String name, Object result, Object[] arguments);
  }

  private static <T> T wrapped(Class<T> type, Object real, Change change) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) ->
                change.of(method.getName(), method.invoke(real, arguments), arguments)));
  }

  /** A sum in the place of a mean. */
  @Test
  void aSumOverTheStep() {
    Variant<?> sft = new SftMethod().variants().get(0);
    assertThat(summed(sft)).contains("duplicate rows", "known: -6 over 3 tokens");
  }

  private static <R> Set<String> summed(Variant<R> variant) {
    return red(
        variant,
        new Defective<>(variant.recipe()) {
          @Override
          public Totals totals(List<R> rows) {
            return new Totals(1, 1);
          }
        });
  }
}
