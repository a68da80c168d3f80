"""Steering: walks that are learned from edited pictures, and how far they go."""
