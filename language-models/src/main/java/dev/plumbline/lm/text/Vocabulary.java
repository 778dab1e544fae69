package dev.plumbline.lm.text;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.OptionalInt;

/** What {@code tokenizer.json} says of its tokens: their ids and how many there are. */
final class Vocabulary {
  private final JsonNode added;
  private final JsonNode tokens;

  Vocabulary(JsonNode tokenizer) {
    this.added = tokenizer.path("added_tokens");
    this.tokens = tokenizer.path("model").path("vocab");
  }

  /** The id of a token as it is written in the file. */
  OptionalInt id(String token) {
    for (JsonNode entry : added) {
      if (token.equals(entry.path("content").asText())) {
        return OptionalInt.of(entry.path("id").asInt());
      }
    }
    if (tokens.isObject()) {
      JsonNode id = tokens.get(token);
      return id == null ? OptionalInt.empty() : OptionalInt.of(id.asInt());
    }
    // A unigram vocabulary is a list of [token, score]; the id is the place.
    for (int id = 0; id < tokens.size(); id++) {
      if (token.equals(tokens.get(id).path(0).asText())) {
        return OptionalInt.of(id);
      }
    }
    return OptionalInt.empty();
  }

  /** One more than the largest id. */
  int size() {
    int largest = tokens.isArray() ? tokens.size() - 1 : -1;
    for (JsonNode id : tokens) {
      largest = Math.max(largest, id.isInt() ? id.asInt() : -1);
    }
    for (JsonNode entry : added) {
      largest = Math.max(largest, entry.path("id").asInt());
    }
    return largest + 1;
  }
}
