/** What a row is: its kinds and columns, how it is read from JSON, and why it may be refused. */
package dev.plumbline.data.rows;
