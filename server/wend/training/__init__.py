"""Recipes that make the models Wend ships, and a user's own."""
