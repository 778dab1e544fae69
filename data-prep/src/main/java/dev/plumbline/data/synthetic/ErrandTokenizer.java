package dev.plumbline.data.synthetic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.lm.io.WholeFiles;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The task's word-level tokenizer as a Hugging Face folder holds it: a token is a word with the
 * blank before it, a mark of punctuation or the line break, so decoding joins tokens and gives back
 * the text. It covers all that the task writes; any other word is one unknown token.
 */
public final class ErrandTokenizer {
  /** Ends a finished completion; id 0. */
  public static final String END = "<|end|>";

  /** Fills up a batch; id 1. */
  public static final String PAD = "<|pad|>";

  private static final String UNKNOWN = "<|unknown|>";
  private static final List<String> SPECIAL = List.of(END, PAD, UNKNOWN);
  private static final Pattern TOKEN = Pattern.compile(" ?[^\\s:!?.]+|[:!?.\\n]");
  private static final ObjectMapper JSON = new ObjectMapper();

  private ErrandTokenizer() {}

  /** How many ids there are, special ones included. */
  public static int vocabularySize() {
    return vocabulary().size();
  }

  /**
   * Writes {@code tokenizer.json} and {@code tokenizer_config.json} into a folder that exists.
   *
   * @throws dev.plumbline.lm.PlumblineException if they cannot be written
   */
  public static void write(Path folder) {
    write(folder.resolve("tokenizer.json"), tokenizer());
    write(folder.resolve("tokenizer_config.json"), configuration());
  }

  private static void write(Path file, JsonNode content) {
    WholeFiles.write(file, content.toPrettyString() + "\n");
  }

  /** Every token, its id being its place: the special ones first. */
  private static Set<String> vocabulary() {
    Set<String> tokens = new LinkedHashSet<>(SPECIAL);
    Stream<String> openings =
        Stream.concat(Errand.TEMPLATES.stream(), Stream.of(Reply.BY_NAME, Reply.GREETING));
    Stream<String> continuations =
        Stream.concat(Stream.of(Reply.POLITE, Reply.CURT, Reply.THANKS), Reply.FILLERS.stream());
    Stream.concat(openings, continuations.map(sentence -> " " + sentence))
        .flatMap(text -> TOKEN.matcher(text).results().map(MatchResult::group))
        .forEach(tokens::add);
    for (Kind kind : Kind.values()) {
      tokens.remove(" " + kind.name());
      kind.words().forEach(word -> tokens.add(" " + word));
      tokens.add(" " + kind.vague());
    }
    return tokens;
  }

  private static JsonNode tokenizer() {
    ObjectNode tokenizer = JSON.createObjectNode().put("version", "1.0");
    tokenizer.putNull("truncation").putNull("padding");
    ArrayNode added = tokenizer.putArray("added_tokens");
    for (int id = 0; id < SPECIAL.size(); id++) {
      added
          .addObject()
          .put("id", id)
          .put("content", SPECIAL.get(id))
          .put("single_word", false)
          .put("lstrip", false)
          .put("rstrip", false)
          .put("normalized", false)
          .put("special", true);
    }
    tokenizer.putNull("normalizer");
    tokenizer
        .putObject("pre_tokenizer")
        .put("type", "Split")
        .put("behavior", "Isolated")
        .put("invert", false)
        .putObject("pattern")
        .put("Regex", TOKEN.pattern());
    tokenizer.putNull("post_processor");
    tokenizer.putObject("decoder").put("type", "Fuse");
    ObjectNode model = tokenizer.putObject("model").put("type", "WordLevel");
    ObjectNode ids = model.putObject("vocab");
    for (String token : vocabulary()) {
      ids.put(token, ids.size());
    }
    model.put("unk_token", UNKNOWN);
    return tokenizer;
  }

  private static JsonNode configuration() {
    return JSON.createObjectNode()
        .put("tokenizer_class", "PreTrainedTokenizerFast")
        .put("eos_token", END)
        .put("pad_token", PAD)
        .put("unk_token", UNKNOWN)
        .put("clean_up_tokenization_spaces", false);
  }
}
