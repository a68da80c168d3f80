"""A convolution whose kernel may be stored in another precision than its bias: it follows its input."""

import torch.nn.functional as F
from torch import Tensor, nn


class PlainConv(nn.Conv2d):
    """[N, Ci, H, W] -> [N, Co, H, W], same size by zero padding, computed in the dtype of what comes in.

    Orthogonal weights at the start. Source: Brock et al. 2019, appendix C (orthogonal initialisation).
    """

    def __init__(self, in_channels: int, out_channels: int, kernel_size: int, has_bias: bool = True) -> None:
        super().__init__(in_channels, out_channels, kernel_size, padding=kernel_size // 2, bias=has_bias)
        nn.init.orthogonal_(self.weight)
        if self.bias is not None:
            nn.init.zeros_(self.bias)

    def forward(self, x: Tensor) -> Tensor:
        bias = None if self.bias is None else self.bias.to(x.dtype)
        return F.conv2d(x, self.weight.to(x.dtype), bias, padding=self.padding)
