package dev.plumbline.jobs.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.plumbline.jobs.models.OpenModel;
import dev.plumbline.lm.policy.DecoderPolicy;
import dev.plumbline.lm.policy.Policy;
import dev.plumbline.lm.torch.ComputeDevice;
import dev.plumbline.train.Methods;
import dev.plumbline.train.run.Method;
import dev.plumbline.train.verify.Finding;
import dev.plumbline.train.verify.Variant;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code plumbline verify}: whether the methods' losses are what they say. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Checks the methods' losses: gradients, invariances, known answers, closed-form games.")
final class VerifyCommand implements Callable<Integer> {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  @Parameters(
      arity = "0..1",
      paramLabel = "<method>",
      description = "The method to check. Default: all.")
  private String method;

  @Option(
      names = "--seed",
      paramLabel = "<seed>",
      defaultValue = "42",
      description = "Decides the random instances. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--model",
      paramLabel = "<folder>",
      description = "A model on which padding is checked too; a model folder or a run folder.")
  private Path model;

  @Option(names = "--json", description = "Prints JSON instead of tables.")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws JsonProcessingException {
    if (model == null) {
      return verify(Optional.empty());
    }
    try (DecoderPolicy policy = DecoderPolicy.load(OpenModel.folder(model), ComputeDevice.CPU)) {
      return verify(Optional.of(policy));
    }
  }

  private int verify(Optional<Policy> policy) throws JsonProcessingException {
    List<Method<?>> methods = method == null ? Methods.all() : List.of(Methods.named(method));
    PrintWriter out = spec.commandLine().getOut();
    List<Map<String, Object>> losses = new ArrayList<>();
    List<Finding> all = new ArrayList<>();
    for (Method<?> each : methods) {
      for (Variant<?> variant : each.variants()) {
        List<Finding> findings = new ArrayList<>(variant.check(seed));
        policy.ifPresent(padded -> findings.add(variant.checkPadding(padded, seed)));
        all.addAll(findings);
        if (json) {
          losses.add(described(each.name(), variant.name(), findings));
        } else {
          print(out, each.name() + " " + variant.name(), findings);
        }
      }
    }
    long failed = all.stream().filter(Finding::fails).count();
    if (json) {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("seed", seed);
      result.put("holds", failed == 0);
      result.put("losses", losses);
      out.println(JSON.writeValueAsString(result));
    } else {
      long silent = all.stream().filter(finding -> !finding.isClaimed()).count();
      out.printf(
          "%d properties hold, %d fail, %d are not claimed (seed %d)%n",
          all.size() - failed - silent, failed, silent, seed);
    }
    return failed == 0 ? ExitCodes.DONE : ExitCodes.FAILURE;
  }

  private static void print(PrintWriter out, String loss, List<Finding> findings) {
    out.println(loss);
    out.printf("  %-9s %-38s %-16s %-16s %s%n", "", "property", "expected", "got", "tolerance");
    for (Finding finding : findings) {
      String verdict = spelled(finding);
      if (!finding.isClaimed()) {
        out.printf("  %-9s %-38s not claimed: %s%n", "", finding.property(), finding.where());
      } else {
        out.printf(
            "  %-9s %-38s %-16s %-16s %-10s%s%n",
            verdict,
            finding.property(),
            number(finding.expected()),
            number(finding.got()),
            String.format(Locale.ROOT, "%.1e", finding.tolerance()),
            finding.fails() ? " " + finding.where() : "");
      }
    }
    out.println();
    out.flush();
  }

  private static String spelled(Finding finding) {
    return finding.verdict().name().toLowerCase(Locale.ROOT);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, value == Math.rint(value) ? "%.0f" : "%.10g", value);
  }

  private static Map<String, Object> described(String method, String loss, List<Finding> findings) {
    List<Map<String, Object>> properties = new ArrayList<>();
    for (Finding finding : findings) {
      Map<String, Object> property = new LinkedHashMap<>();
      property.put("property", finding.property());
      property.put("verdict", spelled(finding));
      if (finding.isClaimed()) {
        property.put("expected", finding.expected());
        property.put("got", finding.got());
        property.put("tolerance", finding.tolerance());
        property.put("where", finding.where());
      } else {
        property.put("reason", finding.where());
      }
      properties.add(property);
    }
    Map<String, Object> described = new LinkedHashMap<>();
    described.put("method", method);
    described.put("loss", loss);
    described.put("properties", properties);
    return described;
  }
}
