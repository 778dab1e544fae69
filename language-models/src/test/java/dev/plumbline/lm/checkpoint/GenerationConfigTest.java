package dev.plumbline.lm.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.lm.PlumblineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GenerationConfigTest {
  @TempDir private Path folder;

  @Test
  void everythingIsRead() throws IOException {
    assertThat(
            read(
                "{}",
                """
                {"bos_token_id": 1, "eos_token_id": [2, 5], "pad_token_id": 0, "do_sample": true,
                 "temperature": 0.6, "top_k": 40, "top_p": 0.9, "transformers_version": "4.45.0"}
                """))
        .isEqualTo(
            new GenerationConfig(
                List.of(2, 5),
                OptionalInt.of(1),
                OptionalInt.of(0),
                Optional.of(true),
                OptionalDouble.of(0.6),
                OptionalInt.of(40),
                OptionalDouble.of(0.9)));
  }

  @Test
  void whatIsNotGivenComesFromTheConfig() throws IOException {
    String config = "{\"bos_token_id\": 1, \"eos_token_id\": 2, \"pad_token_id\": -1}";
    GenerationConfig expected =
        GenerationConfig.of(List.of(2), OptionalInt.of(1), OptionalInt.empty());
    assertThat(read(config, "{}")).isEqualTo(expected);
    assertThat(read(config, "{\"eos_token_id\": null}")).isEqualTo(expected);
    assertThat(read(config, "{\"eos_token_id\": 7}").eosIds()).containsExactly(7);
    assertThat(read("{\"temperature\": 0.5}", "{\"top_k\": 0}"))
        .extracting(GenerationConfig::temperature, GenerationConfig::topK)
        .containsExactly(OptionalDouble.of(0.5), OptionalInt.of(0));
    read(config, "{}");
    Files.delete(folder.resolve("generation_config.json"));
    assertThat(GenerationConfig.read(folder)).isEqualTo(expected);
  }

  @Test
  void whatIsGivenNowhereIsEmpty() throws IOException {
    assertThat(read("{}", "{}"))
        .isEqualTo(GenerationConfig.of(List.of(), OptionalInt.empty(), OptionalInt.empty()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"eos_token_id": [2, -1]} | generation_config.json: eos_token_id is [2,-1]; expected whole numbers of at least 0
          {"eos_token_id": "</s>"}  | generation_config.json: eos_token_id is "</s>"; expected
          {"bos_token_id": 1.5}     | generation_config.json: bos_token_id is 1.5; expected
          {"temperature": -1}       | generation_config.json: temperature is -1; expected a number of at least 0
          {"top_p": "0.9"}          | generation_config.json: top_p is "0.9"; expected a number of at least 0
          {"top_k": "all"}          | generation_config.json: top_k is "all"; expected
          {"do_sample": 1}          | generation_config.json: do_sample is 1; expected true or false
          {                         | generation_config.json is not a JSON object
          """)
  void wrongValuesAreNamed(String generation, String message) {
    assertThatThrownBy(() -> read("{}", generation))
        .isInstanceOf(PlumblineException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }

  private GenerationConfig read(String config, String generation) throws IOException {
    Files.writeString(folder.resolve("config.json"), config);
    Files.writeString(folder.resolve("generation_config.json"), generation);
    return GenerationConfig.read(folder);
  }
}
