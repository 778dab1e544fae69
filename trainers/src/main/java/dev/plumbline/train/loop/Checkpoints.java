package dev.plumbline.train.loop;

import dev.plumbline.lm.PlumblineException;
import dev.plumbline.lm.io.WholeFiles;
import dev.plumbline.lm.policy.Policy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * A run's checkpoints: {@code step-N} folders, each whole or not there, with the policy's snapshot
 * and the loop's state.
 */
final class Checkpoints {
  private static final String PREFIX = "step-";
  private static final String STATE = "trainer.json";
  private static final String COMPANION = "companion";

  private final Path folder;
  private final int limit;

  /**
   * @param folder where they are; made when the first one is written
   * @param limit how many are kept beside the best one, 0 for all
   */
  Checkpoints(Path folder, int limit) {
    this.folder = folder;
    this.limit = limit;
  }

  Path path(long step) {
    return folder.resolve(PREFIX + step);
  }

  boolean has(long step) {
    return Files.isDirectory(path(step));
  }

  /** The step of the newest one. */
  OptionalLong latest() {
    return steps().stream().mapToLong(Long::longValue).reduce((a, b) -> b);
  }

  void write(Policy policy, Companion<?> companion, TrainerState state) {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new PlumblineException(
          "cannot make %s: %s; check that the disk has room and the folder is writable"
              .formatted(folder, e.getMessage()),
          e);
    }
    WholeFiles.writeFolder(
        path(state.step),
        temporary -> {
          policy.snapshot(temporary);
          companion.snapshot(temporary.resolve(COMPANION));
          state.write(temporary.resolve(STATE));
        });
    removeOld(state.bestStep);
  }

  /** Puts a policy and its companion where a checkpoint was, and returns the loop's state. */
  TrainerState restore(Policy policy, Companion<?> companion, long step) {
    try {
      policy.restore(path(step));
      companion.restore(path(step).resolve(COMPANION));
      return TrainerState.read(path(step).resolve(STATE));
    } catch (IOException | IllegalArgumentException e) {
      throw new PlumblineException(
          "cannot read the checkpoint %s: %s; remove it to go on from the one before"
              .formatted(path(step), e.getMessage()),
          e);
    }
  }

  /** Removes what a killed run left half written or half removed. */
  void removePartial() {
    for (Path entry : entries()) {
      if (entry.getFileName().toString().startsWith(".")) {
        WholeFiles.delete(entry);
      }
    }
  }

  private void removeOld(long bestStep) {
    List<Long> steps = steps();
    for (int i = 0; limit > 0 && i < steps.size() - limit; i++) {
      if (steps.get(i) != bestStep) {
        remove(path(steps.get(i)));
      }
    }
  }

  /** First out of the way in one move, so that no kill leaves half a checkpoint under its name. */
  private void remove(Path checkpoint) {
    Path away = checkpoint.resolveSibling("." + checkpoint.getFileName() + ".removed");
    try {
      Files.move(checkpoint, away);
    } catch (IOException e) {
      throw new PlumblineException(
          "cannot remove %s: %s; remove it by hand".formatted(checkpoint, e.getMessage()), e);
    }
    WholeFiles.delete(away);
  }

  /** Steps of all checkpoints, ascending. */
  private List<Long> steps() {
    return entries().stream()
        .map(entry -> entry.getFileName().toString())
        .filter(name -> name.matches(PREFIX + "\\d{1,18}"))
        .map(name -> Long.valueOf(name.substring(PREFIX.length())))
        .sorted()
        .toList();
  }

  private List<Path> entries() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.toList();
    } catch (IOException e) {
      throw new PlumblineException(
          "cannot look into %s: %s; check that the folder is readable"
              .formatted(folder, e.getMessage()),
          e);
    }
  }
}
