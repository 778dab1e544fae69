/**
 * A small task of our own whose true preference is known: answers to errands ("bring three boxes of
 * apples to the station on Friday"). The quick start trains on it, and every later method can be
 * judged on it without a model as judge.
 */
package dev.plumbline.data.synthetic;
