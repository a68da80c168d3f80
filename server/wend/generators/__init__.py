"""Networks that draw images from latents, all behind one protocol."""
