/** The quick start: a script of the public commands on a small task of our own, and its report. */
package dev.plumbline.jobs.quickstart;
