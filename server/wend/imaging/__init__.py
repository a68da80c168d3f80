"""Pixels and bytes: the only place that changes the range or layout of an image."""
