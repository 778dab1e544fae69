/** What tests of this module share. */
package dev.plumbline.data.testing;
