/** Multi-objective direct preference optimisation (Zhou et al. 2023, arXiv 2310.03708). */
package dev.plumbline.train.modpo;
