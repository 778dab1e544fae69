/**
 * What many trainings say together: points with their intervals over seeds, the Pareto front and
 * its hypervolume. Pure functions.
 */
package dev.plumbline.eval.sweep;
