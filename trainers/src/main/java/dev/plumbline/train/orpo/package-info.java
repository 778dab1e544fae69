/** Odds ratio preference optimisation (Hong et al. 2024, arXiv 2403.07691). */
package dev.plumbline.train.orpo;
