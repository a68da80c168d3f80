"""Choices: the ways to find a photo in a model, held against one another."""
