package dev.plumbline.jobs.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

class VerifyCommandTest {

  @Test
  void aTableALoss() {
    String out = Sandbox.run("verify", "sft").done().out();
    assertThat(out)
        .contains("sft default", "gradient", "closed form: the data's shares", "not claimed: ");
    assertThat(out.lines().reduce((a, b) -> b).orElseThrow())
        .matches("\\d+ properties hold, 0 fail, \\d+ are not claimed \\(seed 42\\)");
  }

  @Test
  void json() throws Exception {
    String out = Sandbox.run("verify", "sft", "--json", "--seed", "7").done().out();
    JsonNode result = new ObjectMapper().readTree(out);
    assertThat(result.get("seed").asLong()).isEqualTo(7);
    assertThat(result.get("holds").asBoolean()).isTrue();
    JsonNode loss = result.get("losses").get(0);
    assertThat(loss.get("method").asText()).isEqualTo("sft");
    for (JsonNode property : loss.get("properties")) {
      if (property.get("verdict").asText().equals("holds")) {
        double apart = property.get("got").asDouble() - property.get("expected").asDouble();
        assertThat(Math.abs(apart)).isLessThanOrEqualTo(property.get("tolerance").asDouble());
      } else {
        assertThat(property.get("reason").asText()).isNotBlank();
      }
    }
  }

  @Test
  void paddingOfAModel() {
    assertThat(Sandbox.run("verify", "sft", "--model", Sandbox.MODEL).done().out())
        .containsPattern("holds +padding");
  }

  @Test
  void anUnknownMethod() {
    Sandbox.run("verify", "dqo").refused(2, "dqo", "dpo");
  }
}
