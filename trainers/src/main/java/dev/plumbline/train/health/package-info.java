/**
 * Named alarms of a training that goes wrong although its loss falls: they are shown when they
 * fire, and recorded. They only look on.
 */
package dev.plumbline.train.health;
