"""Muon for convolutions: steps of one size in every direction of a layer."""

from collections.abc import Iterable

import torch
from torch import Tensor, nn


class ConvMuon(torch.optim.Muon):
    """Muon of PyTorch, which takes matrices, on weights [C_out, C_in, k, k] and [C_out, C_in].

    A kernel is a matrix of C_out rows. Momentum 0.95 (Nesterov), no weight decay; `lr` is on Adam's scale.
    Source: Jordan et al., "Muon: an optimizer for hidden layers in neural networks", 2024; the scale is
    that of Liu et al., "Muon is scalable for LLM training", 2025, equation 4.
    """

    def __init__(self, weights: Iterable[nn.Parameter], lr: float) -> None:
        """weights: where they are and as they lie in memory by now; they may not move any more."""
        self._weights = list(weights)
        matrices = [nn.Parameter(_as_matrix(weight.detach())) for weight in self._weights]
        for weight, matrix in zip(self._weights, matrices, strict=True):
            if weight.data_ptr() != matrix.data_ptr():
                raise ValueError("weights must be dense, kernels with channels last")
        super().__init__(matrices, lr=lr, weight_decay=0.0, adjust_lr_fn="match_rms_adamw")

    def zero_grad(self, set_to_none: bool = True) -> None:
        super().zero_grad(set_to_none)
        for weight in self._weights:
            weight.grad = None

    def gather(self) -> None:
        """Take the weights' gradients over; before each `step`."""
        for group in self.param_groups:
            for matrix, weight in zip(group["params"], self._weights, strict=True):
                matrix.grad = None if weight.grad is None else _as_matrix(weight.grad)


def _as_matrix(weight: Tensor) -> Tensor:
    """[C_out, C_in, k, k], channels last, or [C_out, C_in], as [C_out, ...], a view."""
    if weight.ndim == 2:
        return weight
    return weight.permute(0, 2, 3, 1).reshape(len(weight), -1)
