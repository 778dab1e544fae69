/**
 * How well a model's implicit reward agrees with held-out preferences, beside what needs no
 * training. Pure functions over log-probs.
 */
package dev.plumbline.eval.rewards;
