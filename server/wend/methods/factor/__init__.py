"""Continuous factors: how edited pictures lie in the latents, and a curve that puts a factor at a value."""
