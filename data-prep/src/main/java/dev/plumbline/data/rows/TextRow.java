package dev.plumbline.data.rows;

import dev.plumbline.lm.io.Hashes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;

/** A row as text, whatever its columns were. Text is as it was given, never normalised. */
public sealed interface TextRow {

  /**
   * What rows of one prompt have in common: the prompt, and of a text to learn as a whole the text.
   */
  String prompt();

  /** Content hash: the same row has the same id in every file and for every tokenizer. */
  String id();

  /**
   * Its texts: prompt, chosen and rejected; prompt and completion; or the one text. They decide its
   * token ids.
   */
  List<String> texts();

  /** A row of such texts, with no label. */
  static TextRow of(List<String> texts) {
    return switch (texts.size()) {
      case 1 -> new Document(texts.get(0));
      case 2 -> new Completion(texts.get(0), texts.get(1));
      case 3 -> new Pair(texts.get(0), texts.get(1), texts.get(2));
      default -> throw new IllegalArgumentException("a row of " + texts.size() + " texts");
    };
  }

  /** A prompt with the better and the other answer. */
  record Pair(String prompt, String chosen, String rejected) implements TextRow {
    @Override
    public String id() {
      return hash(Columns.CHOSEN, prompt, chosen, rejected);
    }

    @Override
    public List<String> texts() {
      return List.of(prompt, chosen, rejected);
    }
  }

  /** A prompt with an answer to learn. */
  record Completion(String prompt, String completion) implements TextRow {
    @Override
    public String id() {
      return hash(Columns.COMPLETION, prompt, completion);
    }

    @Override
    public List<String> texts() {
      return List.of(prompt, completion);
    }
  }

  /** A prompt with an answer and whether it is desirable. */
  record Unpaired(String prompt, String completion, boolean label) implements TextRow {
    @Override
    public String id() {
      return hash(Columns.LABEL, prompt, completion, String.valueOf(label));
    }

    @Override
    public List<String> texts() {
      return List.of(prompt, completion);
    }
  }

  /** A text to learn as a whole. */
  record Document(String text) implements TextRow {
    @Override
    public String prompt() {
      return text;
    }

    @Override
    public String id() {
      return hash(Columns.TEXT, text);
    }

    @Override
    public List<String> texts() {
      return List.of(text);
    }
  }

  private static String hash(String... parts) {
    MessageDigest digest = Hashes.sha256();
    for (String part : parts) {
      byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
      digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, bytes.length));
      digest.update(bytes);
    }
    return Hashes.hex(digest.digest()).substring(0, 32); // 128 bits tell any number of rows apart
  }
}
