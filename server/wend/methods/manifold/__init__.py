"""Manifolds: chains of latents that change a region of a picture."""
