/**
 * A training run as people start it: a model folder, prepared data and options in; a run folder
 * out. It puts the rooms together and computes nothing itself.
 */
package dev.plumbline.train.run;
