"""Pure latent math: seeds, truncation, walks, noise maps."""
