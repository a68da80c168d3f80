"""Seeds: which pictures of a world measures look at."""

WORLD_SEED = 770_001
"""Of the world's pictures, far from those of training; a model's own seeds are 0 to n - 1."""
