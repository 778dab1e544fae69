/** What spark-submit starts: one class a main, each a thin shell around stages of data-prep. */
package dev.plumbline.jobs.spark;
