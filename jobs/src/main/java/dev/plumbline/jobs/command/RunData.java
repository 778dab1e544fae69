package dev.plumbline.jobs.command;

import dev.plumbline.data.read.Manifest;
import dev.plumbline.data.read.PreparedFolder;
import dev.plumbline.data.rows.PairRow;
import dev.plumbline.data.rows.UnpairedRow;
import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.UsageException;
import dev.plumbline.train.run.Method;
import dev.plumbline.train.run.TrainingData;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Prepared folders as the data of a training. */
final class RunData {
  private RunData() {}

  /**
   * Reads folders that {@code prepare} wrote.
   *
   * @param evaluation if empty, what was set apart of the training data is evaluated on
   * @throws PlumblineException if they hold other rows than the method takes, or were made by
   *     different tokenizers
   */
  static <R> TrainingData<R> read(Method<R> method, List<Path> training, List<Path> evaluation) {
    List<PreparedFolder> train = training.stream().map(PreparedFolder::open).toList();
    List<PreparedFolder> eval = evaluation.stream().map(PreparedFolder::open).toList();
    List<R> rows = new ArrayList<>();
    List<R> heldOut = new ArrayList<>();
    for (PreparedFolder folder : train) {
      rows.addAll(rows(method, folder, PreparedFolder.TRAIN));
      if (eval.isEmpty()) {
        heldOut.addAll(rows(method, folder, PreparedFolder.VALIDATION));
      }
    }
    for (PreparedFolder folder : eval) {
      heldOut.addAll(rows(method, folder, PreparedFolder.TRAIN));
    }
    Map<String, String> provenance = new TreeMap<>();
    addInputs(provenance, "train", train);
    addInputs(provenance, "eval", eval);
    return new TrainingData<>(
        rows, heldOut, Optional.of(tokenizer(train, eval)), Optional.empty(), provenance);
  }

  private static String tokenizer(List<PreparedFolder> train, List<PreparedFolder> eval) {
    List<PreparedFolder> all = new ArrayList<>(train);
    all.addAll(eval);
    Manifest.Tokenizer first = all.get(0).manifest().tokenizer();
    for (PreparedFolder folder : all) {
      Manifest.Tokenizer other = folder.manifest().tokenizer();
      if (!other.hash().equals(first.hash())) {
        throw new UsageException(
            "the data were prepared with two tokenizers, of %s and of %s; prepare all with the model's"
                .formatted(first.source(), other.source()));
      }
    }
    return first.hash();
  }

  private static void addInputs(
      Map<String, String> provenance, String use, List<PreparedFolder> folders) {
    int number = 0;
    for (PreparedFolder folder : folders) {
      for (Manifest.Input input : folder.manifest().inputs()) {
        provenance.put(use + "_input_" + number++ + "_sha256", input.sha256());
      }
    }
  }

  @SuppressWarnings("unchecked") // A method's rows are of one of the three types.
  private static <R> List<R> rows(Method<R> method, PreparedFolder folder, String split) {
    boolean train = split.equals(PreparedFolder.TRAIN);
    if (method.rowType() == PairRow.class) {
      return (List<R>) (train ? folder.pairs() : folder.validationPairs());
    }
    if (method.rowType() == UnpairedRow.class) {
      return (List<R>) (train ? folder.unpaired() : folder.validationUnpaired());
    }
    return (List<R>) (train ? folder.completions() : folder.validationCompletions());
  }
}
