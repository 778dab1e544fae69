package dev.plumbline.eval.winrate;

import java.util.List;

/** Somebody who answers prompts: a policy, a file of answers, the best of several answers. */
public interface Contestant {

  /** What reports call it. */
  String name();

  /**
   * Answers every prompt.
   *
   * @param prompts different prompts
   * @param samples answers a prompt, drawn independently
   * @param seed decides all chance
   * @return per prompt its answers, as many as asked for
   * @throws dev.plumbline.lm.PlumblineException if a prompt cannot be answered; names it
   */
  List<List<Answer>> answer(List<String> prompts, int samples, long seed);
}
