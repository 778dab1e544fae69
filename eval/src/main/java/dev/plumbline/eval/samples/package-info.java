/** What a policy's own samples say of it: how far it is from a reference, how varied it is. */
package dev.plumbline.eval.samples;
