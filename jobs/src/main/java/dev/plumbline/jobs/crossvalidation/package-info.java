/**
 * Trains on all prompts but some, again and again, and judges every pair by a run that did not see
 * its prompt.
 */
package dev.plumbline.jobs.crossvalidation;
