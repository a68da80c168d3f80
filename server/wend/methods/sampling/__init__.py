"""Sampling: pictures whose factors follow chosen distributions."""
