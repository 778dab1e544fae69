/**
 * What algorithms train: a distribution over completions that can be asked, moved and sampled, as a
 * decoder on the engine or as an exact table.
 */
package dev.plumbline.lm.policy;
