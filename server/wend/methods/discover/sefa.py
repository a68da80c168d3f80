"""SeFa: walks from the weights alone, by closed-form factorisation of the style matrices.

Source: Shen and Zhou, "Closed-Form Factorization of Latent Semantics in GANs", CVPR 2021, equation 7:
the unit vectors n that maximise |A n|^2 are the leading eigenvectors of A^T A. As in the authors'
released code, each row of A is scaled to norm 1 first, so that no channel speaks louder than another.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from wend.methods.discover.ganspace import oriented


def closed_form_axes(style_matrices: Sequence[Tensor], count: int) -> list[Tensor]:
    """Unit vectors float64 [D], strongest first, of the style matrices [A_k, D] of some layers."""
    matrix = torch.cat([m.detach().double().cpu() for m in style_matrices])
    matrix = matrix / matrix.norm(dim=1, keepdim=True).clamp_min(1e-12)
    _, vectors = torch.linalg.eigh(matrix.T @ matrix)
    width = vectors.shape[1]
    return [oriented(vectors[:, width - 1 - k]) for k in range(min(count, width))]
