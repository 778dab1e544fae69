/**
 * The one loop that trains every method: order, accumulation, clipping, schedule, evaluation,
 * checkpoints, resume, metrics and progress. A method brings a {@link
 * dev.plumbline.train.loop.Recipe}.
 */
package dev.plumbline.train.loop;
