package dev.plumbline.train.run;

import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.io.Hashes;
import dev.plumbline.lm.text.Truncation;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Rows as they are trained on: checked, and cut to the longest length.
 *
 * @param rows those that are left
 * @param hash of all rows as they came
 * @param given how many came
 * @param cut how many lost tokens
 * @param cutTokens tokens that they lost
 * @param lostEos completions that lost their end, and with it their EOS
 * @param dropped rows whose prompt leaves no room for a token of the completion
 */
record PreparedRows<R>(
    List<R> rows,
    String hash,
    int given,
    int cut,
    int cutTokens,
    int lostEos,
    List<Dropped> dropped) {

  /** A row that is not trained on. */
  record Dropped(String id, int promptTokens) {
    /** A line of {@code dropped.jsonl}. */
    Map<String, Object> line(String split) {
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("id", id);
      line.put("split", split);
      line.put("reason", "prompt_too_long");
      line.put("prompt_tokens", promptTokens);
      return line;
    }
  }

  /**
   * Checks and cuts.
   *
   * @param maxLength tokens of a prompt with its completion
   * @param vocabulary size of the model's
   * @throws PlumblineException if a row cannot be trained on; the message names it
   */
  static <R> PreparedRows<R> of(List<R> rows, RowShape<R> shape, int maxLength, int vocabulary) {
    MessageDigest digest = Hashes.sha256();
    Truncation truncation = new Truncation(maxLength, Truncation.Mode.KEEP_START);
    List<R> kept = new ArrayList<>(rows.size());
    List<Dropped> dropped = new ArrayList<>();
    int cut = 0;
    int cutTokens = 0;
    int lostEos = 0;
    for (R row : rows) {
      check(row, shape, vocabulary);
      update(digest, row, shape);
      int[] prompt = shape.prompt(row);
      if (truncation.cut(prompt, shape.completions(row).toArray(new int[0][]))
          instanceof Truncation.Kept fitting) {
        kept.add(fitting.cutTokens() == 0 ? row : shape.with(row, fitting.completions()));
        cut += fitting.cutTokens() > 0 ? 1 : 0;
        cutTokens += fitting.cutTokens();
        lostEos += fitting.lostEos();
      } else {
        dropped.add(new Dropped(shape.id(row), prompt.length));
      }
    }
    return new PreparedRows<>(
        kept, Hashes.hex(digest.digest()), rows.size(), cut, cutTokens, lostEos, dropped);
  }

  private static <R> void check(R row, RowShape<R> shape, int vocabulary) {
    String id = shape.id(row);
    if (shape.prompt(row).length == 0) {
      throw bad(id, "has an empty prompt", "at least one token, such as a BOS");
    }
    checkIds(id, shape.prompt(row), vocabulary);
    for (int[] completion : shape.completions(row)) {
      if (completion.length == 0) {
        throw bad(id, "has an empty completion", "at least one token, such as the EOS");
      }
      checkIds(id, completion, vocabulary);
    }
    double weight = shape.weight(row);
    if (!(weight > 0 && Double.isFinite(weight))) {
      throw bad(id, "has weight " + weight, "a finite number above 0");
    }
  }

  private static void checkIds(String row, int[] ids, int vocabulary) {
    for (int id : ids) {
      if (id < 0 || id >= vocabulary) {
        throw bad(
            row,
            "has token id " + id,
            "0 to "
                + (vocabulary - 1)
                + ", the model's vocabulary: prepare the data with its tokenizer");
      }
    }
  }

  private static PlumblineException bad(String id, String found, String expected) {
    return new PlumblineException("row %s %s; expected %s".formatted(id, found, expected));
  }

  private static <R> void update(MessageDigest digest, R row, RowShape<R> shape) {
    digest.update((shape.id(row) + "\n").getBytes(StandardCharsets.UTF_8));
    update(digest, shape.prompt(row));
    shape.completions(row).forEach(ids -> update(digest, ids));
    digest.update(ByteBuffer.allocate(Double.BYTES).putDouble(0, shape.weight(row)));
    digest.update(shape.rest(row).getBytes(StandardCharsets.UTF_8));
  }

  private static void update(MessageDigest digest, int[] ids) {
    ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES * (ids.length + 1));
    bytes.putInt(ids.length);
    bytes.asIntBuffer().put(ids);
    digest.update(bytes.rewind());
  }

  /** The same with other rows in the place of those that are left. */
  PreparedRows<R> with(List<R> others) {
    return new PreparedRows<>(others, hash, given, cut, cutTokens, lostEos, dropped);
  }

  /** What a manifest says of them. */
  Map<String, Object> summary() {
    Map<String, Object> summary = new LinkedHashMap<>();
    summary.put("rows", rows.size());
    summary.put("given_rows", given);
    summary.put("given_rows_sha256", hash);
    summary.put("cut_rows", cut);
    summary.put("cut_tokens", cutTokens);
    summary.put("lost_eos", lostEos);
    summary.put("dropped_rows", dropped.size());
    return summary;
  }
}
