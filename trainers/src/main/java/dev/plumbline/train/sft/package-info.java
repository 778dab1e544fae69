/** Supervised fine-tuning: the likelihood of given completions is raised. */
package dev.plumbline.train.sft;
