/** Random numbers that repeat: one master seed, a stream of its own for every use. */
package dev.plumbline.lm.random;
