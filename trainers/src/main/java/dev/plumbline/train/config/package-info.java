/**
 * Options as records: read from YAML and flags, checked, described to a command line, and refused
 * where nothing uses them.
 */
package dev.plumbline.train.config;
