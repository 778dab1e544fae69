/** Preparing raw rows on Spark: one stage a file, and the run that puts them together. */
package dev.plumbline.data.stages;
