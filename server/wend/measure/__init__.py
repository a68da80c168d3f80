"""Distances, limits and errors of what generators and walks do."""
