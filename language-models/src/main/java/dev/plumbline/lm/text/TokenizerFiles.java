package dev.plumbline.lm.text;

import dev.plumbline.lm.PlumblineException;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The files of a model folder that a tokenizer is made of, as bytes: so that they can come from any
 * file system and be sent to other machines.
 *
 * @param source the folder's name, for messages
 * @param contents file name to bytes; {@code tokenizer.json} is always there
 */
public record TokenizerFiles(String source, Map<String, byte[]> contents) implements Serializable {
  /** The tokenizer itself. */
  static final String TOKENIZER = "tokenizer.json";

  static final String TOKENIZER_CONFIG = "tokenizer_config.json";
  static final String SPECIAL_TOKENS = "special_tokens_map.json";
  static final String GENERATION_CONFIG = "generation_config.json";
  static final String CONFIG = "config.json";

  /** The file names that are looked for; all but the first may be missing. */
  public static final List<String> NAMES =
      List.of(TOKENIZER, TOKENIZER_CONFIG, SPECIAL_TOKENS, GENERATION_CONFIG, CONFIG);

  /**
   * @throws PlumblineException without a {@code tokenizer.json}
   */
  public TokenizerFiles {
    if (!contents.containsKey(TOKENIZER)) {
      throw new PlumblineException(
          source
              + " holds no tokenizer.json; a Hugging Face folder with a fast tokenizer was expected");
    }
    contents = Map.copyOf(contents);
  }

  /** Reads a folder's files. */
  public static TokenizerFiles read(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new PlumblineException(
          folder + " is no folder; a Hugging Face folder with a tokenizer.json was expected");
    }
    Map<String, byte[]> contents = new HashMap<>();
    for (String name : NAMES) {
      Path file = folder.resolve(name);
      try {
        if (Files.exists(file)) {
          contents.put(name, Files.readAllBytes(file));
        }
      } catch (IOException e) {
        throw new PlumblineException(
            "cannot read %s: %s; check the file".formatted(file, e.getMessage()), e);
      }
    }
    return new TokenizerFiles(folder.toString(), contents);
  }
}
