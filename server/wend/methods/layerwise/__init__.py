"""Layer-wise inversion: a picture found behind an early layer of a generator, near what its encoder says."""
