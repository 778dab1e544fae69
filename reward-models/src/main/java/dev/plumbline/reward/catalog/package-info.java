/** The oracles by name, as a command line or a configuration file spells them. */
package dev.plumbline.reward.catalog;
