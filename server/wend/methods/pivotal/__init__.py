"""Pivotal tuning: a generator of one's own for a photo, in which the sliders of the first go on working."""
