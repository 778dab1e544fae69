package dev.plumbline.train.verify;

import dev.plumbline.lm.random.RandomStream;

/** Token ids of random rows; they fit a vocabulary of 32. */
public final class RandomIds {
  private static final int VOCABULARY = 32;

  /** What ends completions. */
  static final int EOS = 2;

  private RandomIds() {}

  /** Two to five tokens. */
  public static int[] prompt(RandomStream random) {
    return ids(random, 2 + random.below(4));
  }

  /** One to so many tokens, the last one the EOS. */
  public static int[] completion(RandomStream random, int mostTokens) {
    int[] ids = ids(random, 1 + random.below(mostTokens));
    ids[ids.length - 1] = EOS;
    return ids;
  }

  private static int[] ids(RandomStream random, int length) {
    int[] ids = new int[length];
    for (int i = 0; i < length; i++) {
      ids[i] = EOS + 1 + random.below(VOCABULARY - EOS - 1);
    }
    return ids;
  }
}
