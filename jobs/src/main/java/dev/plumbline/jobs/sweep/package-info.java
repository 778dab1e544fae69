/**
 * Many trainings from one file: their settings, the runs one after another, the evaluation of all
 * of them on the same prompts.
 */
package dev.plumbline.jobs.sweep;
