"""The one optimisation loop and its checkpoints."""
