/** Checkable answers: rules that compare an answer with what is expected of it, and say why. */
package dev.plumbline.reward.verify;
