/** Who prefers what: the preference oracle, its kinds, and how one is asked. */
package dev.plumbline.reward;
