"""Regions: sliders for a painted mask."""
