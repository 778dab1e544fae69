/**
 * The {@code plumbline} command: one class a command. A command reads its flags, calls the rooms
 * that do the work, and prints; it computes nothing itself.
 */
package dev.plumbline.jobs.command;
