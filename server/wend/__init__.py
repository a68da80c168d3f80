"""Wend: drag, paint and animate the latent space of any image generator, in a browser."""

__version__ = "0.1.0"
