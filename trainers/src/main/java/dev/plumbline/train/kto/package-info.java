/** Kahneman-Tversky optimisation (Ethayarajh et al. 2024, arXiv 2402.01306). */
package dev.plumbline.train.kto;
