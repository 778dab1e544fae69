/** Statistics of comparisons: intervals that say what they cover. Pure functions. */
package dev.plumbline.eval.stats;
