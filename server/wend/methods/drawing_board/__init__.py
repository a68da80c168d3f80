"""The drawing board's method: what a model's own samples say of a drawing before anything is trained."""
