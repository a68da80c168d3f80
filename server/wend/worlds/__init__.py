"""Procedural image distributions whose every factor, label and line is known."""
