"""Nearness: how near a model comes to its world, looked at in slices."""
