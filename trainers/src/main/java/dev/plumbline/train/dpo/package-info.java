/** Direct preference optimisation (Rafailov et al. 2023, arXiv 2305.18290) and its variants. */
package dev.plumbline.train.dpo;
