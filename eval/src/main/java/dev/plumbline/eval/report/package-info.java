/**
 * What people are shown: {@code report.json} for programs, one self-contained {@code report.html}
 * for colleagues, a few lines for the terminal.
 */
package dev.plumbline.eval.report;
