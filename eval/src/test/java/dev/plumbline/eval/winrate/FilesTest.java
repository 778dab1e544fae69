package dev.plumbline.eval.winrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plumbline.lm.PlumblineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FilesTest {
  @TempDir private Path folder;

  @Test
  void readsPromptsWithTheirAnswers() throws IOException {
    Prompts prompts =
        Prompts.read(
            file(
                "{\"prompt\":\"1+1\",\"answer\":\"2\"}",
                "{\"prompt\":\"2+2\",\"source\":5}",
                "{\"prompt\":\"1+1\",\"answer\":\"2\"}"),
            0);
    assertThat(prompts.texts()).containsExactly("1+1", "2+2");
    assertThat(prompts.duplicates()).isEqualTo(1);
    assertThat(prompts.expected().of("1+1")).isEqualTo("2");
    assertThatThrownBy(() -> prompts.expected().of("2+2"))
        .isInstanceOf(PlumblineException.class)
        .hasMessageContaining("has no expected answer for the prompt '2+2'");
  }

  @Test
  void takesTheFirstPrompts() throws IOException {
    Path file =
        file(
            "{\"prompt\":\"a\"}", "{\"prompt\":\"a\"}", "{\"prompt\":\"b\"}", "{\"prompt\":\"c\"}");
    assertThat(Prompts.read(file, 2).texts()).containsExactly("a", "b");
  }

  @Test
  void namesTheRowThatIsNoPrompt() throws IOException {
    refuses(
        "line 2: column prompt is missing; expected text", "{\"prompt\":\"a\"}", "{\"text\":1}");
    refuses("line 1: column prompt is 7; expected text", "{\"prompt\":7}");
    refuses("line 1", "no json");
    refuses(
        "line 2: column prompt has half a surrogate pair at character 1; expected Unicode text",
        "{\"prompt\":\"\\ud83d\\ude00\"}",
        "{\"prompt\":\"a\\ud83d\"}");
    refuses("holds no row");
    refuses(
        "line 2: the prompt 'a' expects '2', an earlier row of it '1'; keep one",
        "{\"prompt\":\"a\",\"answer\":\"1\"}",
        "{\"prompt\":\"a\",\"answer\":\"2\"}");
  }

  @Test
  void givesTheAnswersOfAFileInTurn() throws IOException {
    Contestant file =
        FileContestant.read(
            "file",
            file(
                "{\"prompt\":\"a\",\"completion\":\"one two\"}",
                "{\"prompt\":\"b\",\"completion\":\"\"}",
                "{\"prompt\":\"a\",\"completion\":\"three\"}"),
            text -> text.split(" ", -1).length);
    List<List<Answer>> answers = file.answer(List.of("b", "a"), 3, 1);
    assertThat(answers.get(0)).extracting(Answer::text).containsExactly("", "", "");
    assertThat(answers.get(1))
        .extracting(Answer::text)
        .containsExactly("one two", "three", "one two");
    assertThat(answers.get(1)).extracting(Answer::tokens).containsExactly(2, 1, 2);
  }

  @Test
  void namesThePromptsThatAFileDoesNotAnswer() throws IOException {
    Path file = file("{\"prompt\":\"a\",\"completion\":\"x\"}");
    Contestant contestant = FileContestant.read("file", file, text -> Answer.UNKNOWN);
    assertThatThrownBy(() -> contestant.answer(List.of("a", "b\n", "c"), 1, 1))
        .isInstanceOf(PlumblineException.class)
        .hasMessage(
            file
                + " has no answer to 2 of 3 prompts, the first being 'b'; add them, or evaluate on"
                + " the prompts it answers");
    assertThatThrownBy(
            () ->
                FileContestant.read(
                    "file", file("{\"prompt\":\"a\",\"completion\":null}"), text -> 1))
        .hasMessageContaining("line 1: column completion is null; expected text");
  }

  private void refuses(String message, String... lines) throws IOException {
    Path file = file(lines);
    assertThatThrownBy(() -> Prompts.read(file, 0))
        .isInstanceOf(PlumblineException.class)
        .hasMessageContaining(message)
        .hasMessageContaining(file.toString());
  }

  private Path file(String... lines) throws IOException {
    return Files.write(folder.resolve("rows.jsonl"), List.of(lines));
  }
}
