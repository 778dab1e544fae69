/** The registry of training methods. */
package dev.plumbline.train;
