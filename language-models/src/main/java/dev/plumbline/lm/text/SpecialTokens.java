package dev.plumbline.lm.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.plumbline.lm.PlumblineException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Which ids begin, end and pad a text. A token that {@code tokenizer_config.json} or {@code
 * special_tokens_map.json} names comes first; else the ids of {@code generation_config.json} and
 * {@code config.json} count, of a list of ids the first.
 *
 * @param bos begins a text, if the folder names one
 * @param eos ends a text, if the folder names one
 * @param pad fills a batch, if the folder names one
 * @param stops what ends a generated answer: EOS and every id that the generation config names
 */
record SpecialTokens(OptionalInt bos, OptionalInt eos, OptionalInt pad, Set<Integer> stops) {
  private static final List<String> NAMING =
      List.of(TokenizerFiles.TOKENIZER_CONFIG, TokenizerFiles.SPECIAL_TOKENS);

  /** What some models give for an id that they do not have. */
  private static final int NONE = -1;

  private static final List<String> NUMBERING =
      List.of(TokenizerFiles.GENERATION_CONFIG, TokenizerFiles.CONFIG);

  static SpecialTokens of(Map<String, JsonNode> files, Vocabulary vocabulary, String source) {
    Lookup lookup = new Lookup(files, vocabulary, source);
    OptionalInt eos = lookup.find("eos");
    Set<Integer> stops = new LinkedHashSet<>(lookup.ids("eos"));
    eos.ifPresent(stops::add);
    return new SpecialTokens(lookup.find("bos"), eos, lookup.find("pad"), Set.copyOf(stops));
  }

  private record Lookup(Map<String, JsonNode> files, Vocabulary vocabulary, String source) {

    OptionalInt find(String kind) {
      for (String file : NAMING) {
        JsonNode token = at(file, kind + "_token");
        if (!token.isMissingNode()) {
          return OptionalInt.of(named(token, file, kind));
        }
      }
      List<Integer> ids = ids(kind);
      return ids.isEmpty() ? OptionalInt.empty() : OptionalInt.of(ids.get(0));
    }

    private int named(JsonNode token, String file, String kind) {
      String content = token.isObject() ? token.path("content").asText() : token.asText();
      return vocabulary
          .id(content)
          .orElseThrow(
              () ->
                  new PlumblineException(
                      "%s/%s names %s_token \"%s\", which tokenizer.json does not hold; name one of its tokens"
                          .formatted(source, file, kind, content)));
    }

    /** The ids that the generation config, or else the config, gives: none, one or several. */
    List<Integer> ids(String kind) {
      List<Integer> ids = new ArrayList<>();
      for (String file : NUMBERING) {
        JsonNode given = at(file, kind + "_token_id");
        for (JsonNode id : given.isArray() ? given : List.of(given)) {
          if (id.isMissingNode() || id.asInt() == NONE) {
            continue;
          }
          ids.add(checked(id, file, kind));
        }
        if (!ids.isEmpty()) {
          break;
        }
      }
      return ids;
    }

    private int checked(JsonNode id, String file, String kind) {
      if (!id.isInt() || id.intValue() < 0 || id.intValue() >= vocabulary.size()) {
        throw new PlumblineException(
            "%s/%s gives %s_token_id %s, but tokenizer.json holds ids 0 to %d; are both of one model?"
                .formatted(source, file, kind, id, vocabulary.size() - 1));
      }
      return id.intValue();
    }

    private JsonNode at(String file, String key) {
      JsonNode value = files.containsKey(file) ? files.get(file).path(key) : null;
      return value == null || value.isNull() ? MissingNode.getInstance() : value;
    }
  }
}
