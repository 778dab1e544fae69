/** How often a policy's answers beat another's: who answers, who judges, and the counting. */
package dev.plumbline.eval.winrate;
