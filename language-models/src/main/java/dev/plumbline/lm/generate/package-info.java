/**
 * Completions drawn from a decoder: settings, noise that depends on nothing but what is drawn, and
 * batches with a key-value cache.
 */
package dev.plumbline.lm.generate;
