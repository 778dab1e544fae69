package dev.plumbline.jobs.sweep;

import java.util.List;

/**
 * A model whose weights are the mean of those of finished runs with the same seed.
 *
 * @param name also of its folder
 * @param of names of points
 * @param shares what each counts; they add up to 1
 */
record Soup(String name, List<String> of, List<Double> shares) {}
