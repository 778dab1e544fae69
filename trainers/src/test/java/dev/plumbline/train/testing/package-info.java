/** What several tests of the trainers share. */
package dev.plumbline.train.testing;
