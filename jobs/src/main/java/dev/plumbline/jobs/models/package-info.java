/** Models as commands open them: policy and tokenizer together. */
package dev.plumbline.jobs.models;
