"""Recipes that train networks to look at the pictures of a world."""
