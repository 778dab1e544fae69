/**
 * What a method says of its losses, and the checks that hold it to its word: on random instances,
 * on known answers, and on games with a closed form that the real loop plays. Tests and the command
 * {@code plumbline verify} run the same checks.
 */
package dev.plumbline.train.verify;
