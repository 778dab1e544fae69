/** Readers that need no Spark session: rows of JSON files, and prepared folders. */
package dev.plumbline.data.read;
