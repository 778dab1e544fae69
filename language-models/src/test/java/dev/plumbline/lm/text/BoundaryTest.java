package dev.plumbline.lm.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plumbline.lm.testing.Golden;
import dev.plumbline.lm.testing.Shared;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BoundaryTest {
  private static final int ROUNDS = 400;

  @Test
  void anAgreeingRowIsTokenisedTogetherAndEndsInOneEos() {
    try (TextTokenizer bytes = own("bytes")) {
      Row row = row(bytes, "The sky is", " blue.");
      assertThat(row.completion.agrees()).isTrue();
      assertThat(row.ids()).isEqualTo(plus(bytes.encode("The sky is blue.", false), 0));
      assertThat(bytes.decode(row.prompt, false)).isEqualTo("The sky is");
    }
  }

  @Test
  void aPromptKeepsItsIdsWhereTokensWouldMerge() {
    try (TextTokenizer bytes = own("bytes")) {
      int[] asked = new Boundary(bytes).prompt("Count: 1");
      Row row = row(bytes, "Count: 1", "23");
      assertThat(Arrays.copyOf(bytes.encode("Count: 123", false), asked.length))
          .as("tokens merge")
          .isNotEqualTo(asked);
      assertThat(row.completion.agrees()).isFalse();
      assertThat(row.prompt).isEqualTo(asked);
      assertThat(bytes.decode(row.completion.ids(), false)).isEqualTo("23<|end|>");
    }
  }

  @Test
  void aBlankThatEveryTextGetsIsNotPutInTheMiddle() {
    try (TextTokenizer pieces = own("pieces")) {
      Row row = row(pieces, "Count: 1", "23");
      assertThat(row.completion.agrees()).isFalse();
      assertThat(pieces.decode(row.ids(), true)).isEqualTo("Count: 123");
    }
  }

  @Test
  void bosComesOnceAndIsPartOfThePrompt() {
    try (TextTokenizer pieces = own("pieces")) {
      Boundary boundary = new Boundary(pieces);
      assertThat(boundary.prompt("")).containsExactly(1);
      assertThat(boundary.prompt("Hi")[0]).isEqualTo(1);
      assertThat(boundary.prompt("<s>Hi")).startsWith(1).containsOnlyOnce(1);
      Row row = row(pieces, "<s>Hi", " there");
      assertThat(row.ids()).startsWith(row.prompt).endsWith(2);
      assertThat(Arrays.stream(row.ids()).filter(id -> id == 1)).hasSize(1);
      assertThat(boundary.document("Hi")).startsWith(1).endsWith(2);
    }
    try (TextTokenizer bytes = own("bytes")) {
      assertThat(new Boundary(bytes).prompt("")).isEmpty();
    }
  }

  @Test
  void aTypedEosAtTheEndIsTheOnlyOne() {
    try (TextTokenizer bytes = own("bytes")) {
      Boundary boundary = new Boundary(bytes);
      int[] plain = row(bytes, "Yes?", " No.").completion.ids();
      for (String answer :
          List.of(" No.<|end|>", " No.<|end|> \n", " No.<|end|><|end|>", " No.<|end|> <|end|>\n")) {
        assertThat(boundary.endsInEos(answer)).isTrue();
        assertThat(row(bytes, "Yes?", answer).completion.ids()).as(answer).isEqualTo(plain);
      }
      assertThat(boundary.endsInEos("No.\n")).isFalse();
      assertThat(row(bytes, "Yes?", " No.\n").completion.ids())
          .as("blanks without a typed EOS stay")
          .isEqualTo(plus(bytes.encode(" No.\n", false), 0));
      assertThat(row(bytes, "Yes?", " No.<|end|> Yes.").completion.ids())
          .as("an EOS in the middle stays")
          .isEqualTo(plus(bytes.encode(" No.<|end|> Yes.", false), 0));
      assertThat(boundary.document("End.<|end|>\n")).isEqualTo(boundary.document("End."));
    }
  }

  /** Whatever the text: the context is what is asked later, and the tokens read as the text. */
  @Test
  void ownTokenizersHoldForRandomText() {
    for (String name : List.of("bytes", "pieces")) {
      try (TextTokenizer tokenizer = own(name)) {
        holdsForRandomText(tokenizer);
      }
    }
  }

  @Test
  void realTokenizersHoldForRandomText() {
    List<Path> folders = new ArrayList<>();
    for (String name : List.of("gpt2-hf", "tinyllama-chat", "minimind-6400")) {
      folders.add(Shared.path("data/tokenizers/" + name));
    }
    folders.add(Shared.path("data/stories260K/hf"));
    for (Path folder : folders) {
      try (TextTokenizer tokenizer = TextTokenizer.load(folder)) {
        holdsForRandomText(tokenizer);
      }
    }
  }

  private static void holdsForRandomText(TextTokenizer tokenizer) {
    int disagreeing = 0;
    for (long seed = 0; seed < ROUNDS; seed++) {
      Random random = new Random(seed);
      String prompt = text(random);
      String answer = text(random);
      String as = "%s, seed %d".formatted(tokenizer.source(), seed);
      Row row = row(tokenizer, prompt, answer);
      assertThat(row.prompt).as(as).isEqualTo(new Boundary(tokenizer).prompt(prompt));
      int[] ids = row.completion.ids();
      assertThat(ids[ids.length - 1]).as(as).isEqualTo(tokenizer.requireEos());
      int[] together = plus(tokenizer.encode(prompt + answer, true), tokenizer.requireEos());
      assertThat(tokenizer.decode(row.ids(), true))
          .as(as)
          .isEqualTo(tokenizer.decode(together, true));
      if (row.completion.agrees()) {
        assertThat(row.ids()).as(as).isEqualTo(together);
      } else {
        assertThat(Arrays.copyOf(together, row.prompt.length)).as(as).isNotEqualTo(row.prompt);
        disagreeing++;
      }
    }
    assertThat(disagreeing).as("both cases occur").isBetween(1, ROUNDS - 1);
  }

  private static String text(Random random) {
    String[] parts = {
      "The",
      " sky",
      " is",
      "blue",
      " ",
      "  ",
      "\n",
      "\n\n",
      "1",
      "23",
      " 4",
      ".",
      "n't",
      "\t",
      ":",
      "caf\u00e9",
      "e\u0301",
      "\u4f60\u597d",
      "\ud83d\udc4d",
      "\ud83c\udffd",
      "hello",
      " there"
    };
    StringBuilder text = new StringBuilder();
    int length = 1 + random.nextInt(6);
    for (int i = 0; i < length; i++) {
      text.append(parts[random.nextInt(parts.length)]);
    }
    return text.toString();
  }

  private record Row(int[] prompt, Boundary.Completion completion) {
    int[] ids() {
      return IntStream.concat(Arrays.stream(prompt), Arrays.stream(completion.ids())).toArray();
    }
  }

  private static Row row(TextTokenizer tokenizer, String prompt, String answer) {
    Boundary boundary = new Boundary(tokenizer);
    int[] ids = boundary.prompt(prompt);
    return new Row(ids, boundary.completion(prompt, ids, answer));
  }

  private static int[] plus(int[] ids, int last) {
    int[] longer = Arrays.copyOf(ids, ids.length + 1);
    longer[ids.length] = last;
    return longer;
  }

  private static TextTokenizer own(String name) {
    return TextTokenizer.load(Golden.folder("tokenizers/" + name));
  }
}
