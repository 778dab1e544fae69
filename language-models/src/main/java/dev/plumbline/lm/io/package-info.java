/** Files that are whole or not there, and their hashes. */
package dev.plumbline.lm.io;
