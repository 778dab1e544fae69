package dev.plumbline.data.read;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.plumbline.lm.PlumblineException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;

/**
 * What a prepared folder holds and what it was made of. Deterministic: no time, no machine.
 *
 * @param format version of the layout, {@link #FORMAT}
 * @param kind the kind of the raw rows
 * @param rows how many rows there were at each stage
 * @param quarantine rows in quarantine by reason
 * @param boundaryDisagreements kept rows in which tokens would merge across the boundary between
 *     prompt and completion
 * @param typedEos kept rows in which an EOS typed at the end of a text was taken for the one that
 *     is added
 * @param truncation what truncation cut from kept rows
 * @param labels kept rows that are {@code desirable} and {@code undesirable}; left out of the file
 *     where rows have no labels
 * @param optionalColumns optional columns of numbers, with the number of kept rows that have them;
 *     left out of the file where there are none
 * @param ignoredColumns columns that the kind does not have, with the number of rows that have them
 * @param options what was asked for
 * @param inputs the files read, in order
 * @param tokenizer the tokenizer
 * @param versions of the software, by name
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record Manifest(
    int format,
    String kind,
    Rows rows,
    SortedMap<String, Long> quarantine,
    long boundaryDisagreements,
    long typedEos,
    Truncated truncation,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) SortedMap<String, Long> labels,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) SortedMap<String, Long> optionalColumns,
    SortedMap<String, Long> ignoredColumns,
    Options options,
    List<Input> inputs,
    Tokenizer tokenizer,
    SortedMap<String, String> versions) {

  /** The file's name in the folder. */
  public static final String FILE = "manifest.json";

  /** The version that is written and read. */
  public static final int FORMAT = 1;

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  /** What a file leaves out is empty. */
  public Manifest {
    labels = labels == null ? Collections.emptySortedMap() : labels;
    optionalColumns = optionalColumns == null ? Collections.emptySortedMap() : optionalColumns;
  }

  /** The manifest as text. */
  public String toJson() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a manifest is always JSON", e);
    }
  }

  /**
   * Reads a manifest.
   *
   * @throws PlumblineException if it is none, or one of another format
   */
  static Manifest read(Path file) {
    try {
      JsonNode json = JSON.readTree(file.toFile());
      int format = json.path("format").asInt();
      if (format != FORMAT) {
        throw new PlumblineException(
            "%s is of format %d, this version reads %d; prepare the data again"
                .formatted(file, format, FORMAT));
      }
      return JSON.treeToValue(json, Manifest.class);
    } catch (IOException e) {
      throw new PlumblineException(
          "cannot read %s: %s; prepare the data again"
              .formatted(file, e.getMessage().lines().findFirst().orElse("")),
          e);
    }
  }

  /**
   * How many rows there were at each stage.
   *
   * @param read rows in the inputs
   * @param parsed those that are rows of the kind
   * @param tokenized those whose token ids are kept: train and validation together
   * @param train for training
   * @param validation set apart
   * @param quarantined in quarantine
   */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  public record Rows(
      long read, long parsed, long tokenized, long train, long validation, long quarantined) {}

  /**
   * What truncation cut from kept rows.
   *
   * @param rows kept rows that lost tokens
   * @param tokens tokens that they lost
   * @param lostEos completions that lost their end, and so their EOS
   */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  public record Truncated(long rows, long tokens, long lostEos) {}

  /**
   * What was asked for.
   *
   * @param kind the kind that was asked for, or {@code auto}
   * @param maxLength longest row in tokens, 0 for no limit
   * @param truncationMode {@code keep_start}, {@code keep_end} or {@code drop}
   * @param validationShare share of prompts set apart
   * @param seed decides which prompts these are
   */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  public record Options(
      String kind, int maxLength, String truncationMode, double validationShare, long seed) {}

  /**
   * A file that was read.
   *
   * @param name as the user named it
   * @param sha256 hash of its bytes
   * @param bytes its size
   * @param rows rows in it, good or bad
   */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  public record Input(String name, String sha256, long bytes, long rows) {}

  /**
   * The tokenizer that was used.
   *
   * @param source the folder that it was loaded from
   * @param hash of all that decides ids
   */
  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  public record Tokenizer(String source, String hash) {}
}
