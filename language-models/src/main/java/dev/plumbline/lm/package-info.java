/** Language models on the JVM, and the two exceptions that every room throws at its user. */
package dev.plumbline.lm;
