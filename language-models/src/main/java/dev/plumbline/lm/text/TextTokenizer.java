package dev.plumbline.lm.text;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.io.Hashes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The tokenizer of a Hugging Face folder. Ids are what its {@code tokenizer.json} says, with
 * truncation and padding off; where {@code transformers} rebuilds a tokenizer from other files and
 * gets other ids, the file wins.
 *
 * <p>Several threads may encode and decode at once.
 */
public final class TextTokenizer implements AutoCloseable {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED).build();
  private static final Map<String, String> AS_THE_FILE_SAYS =
      Map.of("truncation", "false", "padding", "false", "addSpecialTokens", "false");

  static {
    // Else the library asks the network which machine this is, and for a build with CUDA.
    setDefault("OPT_OUT_TRACKING", "true");
    setDefault("RUST_FLAVOR", "cpu");
  }

  private final String source;
  private final HuggingFaceTokenizer library;
  private final SpecialTokens special;
  private final int vocabularySize;
  private final int[] prefix;
  private final String hash;

  private TextTokenizer(TokenizerFiles files) {
    this.source = files.source();
    Map<String, JsonNode> parsed = new HashMap<>();
    files.contents().forEach((name, bytes) -> parsed.put(name, parse(name, bytes)));
    JsonNode tokenizer = parsed.get(TokenizerFiles.TOKENIZER);
    Vocabulary vocabulary = new Vocabulary(tokenizer);
    this.special = SpecialTokens.of(parsed, vocabulary, source);
    this.vocabularySize = vocabulary.size();
    this.hash = Hashes.of(canonical(tokenizer) + "\neos " + special.eos());
    this.library = open(files.contents().get(TokenizerFiles.TOKENIZER));
    this.prefix = findPrefix();
  }

  /**
   * Loads the tokenizer of a model folder: {@code tokenizer.json}, and for the special ids {@code
   * tokenizer_config.json}, {@code special_tokens_map.json}, {@code generation_config.json} and
   * {@code config.json}, as far as they are there.
   *
   * @throws PlumblineException if {@code tokenizer.json} is missing or broken, or a special token
   *     is named that it does not hold
   */
  public static TextTokenizer load(Path modelFolder) {
    return of(TokenizerFiles.read(modelFolder));
  }

  /** The same from bytes. */
  public static TextTokenizer of(TokenizerFiles files) {
    return new TextTokenizer(files);
  }

  /**
   * Token ids of a text. Text that spells a special token becomes that token, as everywhere in the
   * field.
   *
   * @param addSpecialTokens whether the tokenizer's own BOS and the like are added
   * @throws IllegalArgumentException on a lone surrogate: no encoding can write it
   */
  public int[] encode(String text, boolean addSpecialTokens) {
    int surrogate = loneSurrogate(text);
    if (surrogate >= 0) {
      throw new IllegalArgumentException("a lone surrogate at character " + surrogate);
    }
    // Only the ids: the library's own call also copies tokens, offsets and masks, for twice the
    // time.
    long encoding = TokenizersLibrary.LIB.encode(library.getHandle(), text, addSpecialTokens);
    try {
      return toInts(TokenizersLibrary.LIB.getTokenIds(encoding));
    } finally {
      TokenizersLibrary.LIB.deleteEncoding(encoding);
    }
  }

  /**
   * Text of token ids. Ids beyond the vocabulary are left out.
   *
   * @param skipSpecialTokens whether BOS, EOS and the like are left out
   */
  public String decode(int[] ids, boolean skipSpecialTokens) {
    return library.decode(Arrays.stream(ids).asLongStream().toArray(), skipSpecialTokens);
  }

  /** One more than the largest id; a model's vocabulary must be at least this large. */
  public int vocabularySize() {
    return vocabularySize;
  }

  /** The id that begins a text, if the folder names one. Whether it is added: {@link #prefix}. */
  public OptionalInt bos() {
    return special.bos();
  }

  /** The id that ends a text, if the folder names one. */
  public OptionalInt eos() {
    return special.eos();
  }

  /** The id that fills a batch, if the folder names one. */
  public OptionalInt pad() {
    return special.pad();
  }

  /**
   * The id that ends a text.
   *
   * @throws PlumblineException if the folder names none
   */
  public int requireEos() {
    return special
        .eos()
        .orElseThrow(
            () ->
                new PlumblineException(
                    source
                        + " names no EOS, which ends every answer; add eos_token to its tokenizer_config.json"));
  }

  /** What ends a generated answer: EOS, and every EOS id of the generation config. */
  public Set<Integer> stopIds() {
    return special.stops();
  }

  /** The special ids that the tokenizer puts in front of a text: a BOS or nothing. */
  public int[] prefix() {
    return prefix.clone();
  }

  /** Hash of all that decides ids: {@code tokenizer.json} without its layout, and the EOS. */
  public String hash() {
    return hash;
  }

  /** Version of the library that tokenises. */
  public String libraryVersion() {
    return library.getVersion();
  }

  /** The folder that it was loaded from. */
  public String source() {
    return source;
  }

  @Override
  public void close() {
    library.close();
  }

  /** The place of the first half of a surrogate pair that stands alone, -1 if there is none. */
  public static int loneSurrogate(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isSurrogate(c)) {
        boolean pair =
            Character.isHighSurrogate(c)
                && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1));
        if (!pair) {
          return i;
        }
        i++;
      }
    }
    return -1;
  }

  private HuggingFaceTokenizer open(byte[] bytes) {
    try {
      return HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(bytes), AS_THE_FILE_SAYS);
    } catch (IOException | RuntimeException e) {
      throw broken(TokenizerFiles.TOKENIZER, e.getMessage(), e);
    }
  }

  /** What stands in front of a text's own ids once special tokens are added. */
  private int[] findPrefix() {
    int[] plain = encode("a", false);
    int[] full = encode("a", true);
    for (int start = 0; start + plain.length <= full.length; start++) {
      if (Arrays.equals(plain, 0, plain.length, full, start, start + plain.length)) {
        return Arrays.copyOf(full, start);
      }
    }
    throw broken(TokenizerFiles.TOKENIZER, "its post-processor changes a text's own ids", null);
  }

  private JsonNode parse(String name, byte[] bytes) {
    try {
      return JSON.readTree(bytes);
    } catch (JsonProcessingException e) {
      throw broken(name, "not JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw broken(name, e.getMessage(), e);
    }
  }

  private PlumblineException broken(String file, String reason, Exception cause) {
    return new PlumblineException(
        "%s/%s cannot be used: %s; fetch the file again"
            .formatted(source, file, reason.strip().replace('\n', ' ')),
        cause);
  }

  /** Keys sorted, without what is switched off. */
  private static String canonical(JsonNode tokenizer) {
    try {
      return JSON.writeValueAsString(
          tokenizer instanceof ObjectNode object
              ? object.deepCopy().without(List.of("truncation", "padding"))
              : tokenizer);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a JSON tree can always be written", e);
    }
  }

  private static int[] toInts(long[] ids) {
    int[] ints = new int[ids.length];
    for (int i = 0; i < ids.length; i++) {
      ints[i] = Math.toIntExact(ids[i]);
    }
    return ints;
  }

  private static void setDefault(String property, String value) {
    if (System.getenv(property) == null && System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }
}
