package dev.plumbline.data.rows;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The names of all columns, of raw rows and of prepared ones (TRL's where it has one). */
public final class Columns {
  /** Raw: what the model is asked. */
  public static final String PROMPT = "prompt";

  /** Raw: the better answer, or a whole transcript that ends in it. */
  public static final String CHOSEN = "chosen";

  /** Raw: the other answer, likewise. */
  public static final String REJECTED = "rejected";

  /** Raw: an answer to learn. */
  public static final String COMPLETION = "completion";

  /** Raw and prepared: whether an answer is desirable. */
  public static final String LABEL = "label";

  /** Raw: a text to learn as a whole. */
  public static final String TEXT = "text";

  /** Content hash of a row, hexadecimal. */
  public static final String ID = "id";

  /** The file that a row came from. */
  public static final String SOURCE = "source";

  /** Its line there, from 1; in a JSON array the number of the element. */
  public static final String LINE = "line";

  /** Token ids of the prompt, a list of 32-bit integers, as are the next three. */
  public static final String PROMPT_IDS = "prompt_ids";

  /** Token ids of the better answer. */
  public static final String CHOSEN_IDS = "chosen_ids";

  /** Token ids of the other answer. */
  public static final String REJECTED_IDS = "rejected_ids";

  /** Token ids of an answer to learn. */
  public static final String COMPLETION_IDS = "completion_ids";

  /** Whether prompt and answers, tokenised together, keep a token boundary between them. */
  public static final String BOUNDARY_AGREES = "boundary_agrees";

  /** Optional: log-prob of the better answer under the reference (sum, nats), 64-bit. */
  public static final String REF_CHOSEN_LOGPS = "ref_chosen_logps";

  /** Optional: the same of the other answer. */
  public static final String REF_REJECTED_LOGPS = "ref_rejected_logps";

  /** Optional: log-prob of an answer with a label under the reference (sum, nats), 64-bit. */
  public static final String REF_LOGPS = "ref_logps";

  /** Optional, raw and prepared: what a row counts for, 64-bit; 1 where it is not there. */
  public static final String WEIGHT = "weight";

  private static final Pattern MARGIN = Pattern.compile("margin_([a-z0-9_]+)_(chosen|rejected)");

  private Columns() {}

  /** Optional, raw and prepared: worth of the better answer to another objective, 64-bit. */
  public static String marginChosen(String objective) {
    return "margin_" + objective + "_chosen";
  }

  /** Optional, raw and prepared: worth of the other answer to that objective, 64-bit. */
  public static String marginRejected(String objective) {
    return "margin_" + objective + "_rejected";
  }

  /** The objective that a column of margins belongs to; empty for all other columns. */
  public static Optional<String> objective(String column) {
    Matcher margin = MARGIN.matcher(column);
    return margin.matches() ? Optional.of(margin.group(1)) : Optional.empty();
  }
}
