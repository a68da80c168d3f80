"""Self-attention over the places of a picture: far parts may agree with each other.

Source: Zhang et al., "Self-Attention Generative Adversarial Networks", ICML 2019, section 3, with the
pooled keys and values of the BigGAN code. Parameter names follow the published BigGAN-deep checkpoints.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from wend.generators.layers import at_least_single
from wend.generators.plain_conv import PlainConv


class SelfAttention(nn.Module):
    """x + gamma * attention(x), [N, C, H, W] -> the same; gamma starts at 0, so it starts unseen.

    Keys and values are max-pooled to half the side; C is a multiple of 8.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.snconv1x1_theta = PlainConv(channels, channels // 8, 1, has_bias=False)
        self.snconv1x1_phi = PlainConv(channels, channels // 8, 1, has_bias=False)
        self.snconv1x1_g = PlainConv(channels, channels // 2, 1, has_bias=False)
        self.snconv1x1_o_conv = PlainConv(channels // 2, channels, 1, has_bias=False)
        self.gamma = nn.Parameter(torch.zeros(1))

    def forward(self, x: Tensor) -> Tensor:
        N, _, H, W = x.shape
        query = self.snconv1x1_theta(x).flatten(2)  # [N, C/8, HW]
        key = F.max_pool2d(self.snconv1x1_phi(x), 2).flatten(2)  # [N, C/8, HW/4]
        value = F.max_pool2d(self.snconv1x1_g(x), 2).flatten(2)  # [N, C/2, HW/4]
        weights = torch.softmax(at_least_single(query.transpose(1, 2)) @ at_least_single(key), dim=2).to(
            x.dtype
        )
        heard = (value @ weights.transpose(1, 2)).reshape(N, -1, H, W)
        heard = heard.contiguous(memory_format=torch.channels_last)
        return torch.addcmul(x, self.snconv1x1_o_conv(heard), self.gamma.to(x.dtype))
