"""Edges: a differentiable line drawing without weights, for pictures no trained sketch extractor knows.

It marks sharp changes of colour, not what a person would draw; cards and reports name it 'edges' so that
nobody takes it for a sketch network.

Source: Canny 1986, sections IV to VI (smoothing, gradient, thinning across the edge), each made soft.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from wend.perception.plug_in import PlugIn
from wend.perception.sizes import check_images

# Change of brightness per pixel (0..1) at which a line is half ink; softness of that threshold and of the
# thinning. Chosen so that a step of a tenth of the range is drawn and the grain of 8 bits is not.
_THRESHOLD = 0.06
_SOFTNESS = 0.015
_THINNING = 30.0
_LUMA = (0.299, 0.587, 0.114)
_TINY = 1e-8


class Edges(nn.Module):
    """Line network. sigma: standard deviation of the smoothing, in pixels."""

    kernel: Tensor
    sobel: Tensor
    luma: Tensor

    def __init__(self, sigma: float = 1.0, threshold: float = _THRESHOLD) -> None:
        super().__init__()
        self.threshold = threshold
        reach = max(1, math.ceil(3 * sigma))
        places = torch.arange(-reach, reach + 1, dtype=torch.float32)
        bell = torch.exp(-0.5 * (places / sigma) ** 2)
        self.register_buffer("kernel", bell / bell.sum(), persistent=False)
        across = torch.tensor([[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]]) / 8
        self.register_buffer("sobel", torch.stack([across, across.T])[:, None], persistent=False)
        self.register_buffer("luma", torch.tensor(_LUMA).view(1, 3, 1, 1), persistent=False)

    def draw(self, images: Tensor) -> Tensor:
        """Images [N, 3, H, W] in [-1, 1] -> [N, 1, H, W], 0 paper to 1 ink; differentiable.

        Raises: InvalidShape.
        """
        check_images(images)
        light = (((images + 1) / 2) * self.luma).sum(1, keepdim=True)
        gradient = F.conv2d(F.pad(self._smooth(light), (1, 1, 1, 1), mode="replicate"), self.sobel)
        strength = (gradient.square().sum(1, keepdim=True) + _TINY).sqrt()
        ink = torch.sigmoid((strength - self.threshold) / _SOFTNESS)
        # Where nothing changes, paper stays paper.
        floor = torch.sigmoid(strength.new_tensor((_TINY**0.5 - self.threshold) / _SOFTNESS))
        return ((ink - floor) / (1 - floor)).clamp(0, 1) * self._is_crest(strength, gradient / strength)

    def _smooth(self, light: Tensor) -> Tensor:
        reach = (len(self.kernel) - 1) // 2
        rows = F.conv2d(F.pad(light, (0, 0, reach, reach), mode="replicate"), self.kernel.view(1, 1, -1, 1))
        return F.conv2d(F.pad(rows, (reach, reach, 0, 0), mode="replicate"), self.kernel.view(1, 1, 1, -1))

    def _is_crest(self, strength: Tensor, direction: Tensor) -> Tensor:
        """About 1 where no neighbour across the edge is stronger, falling to 0 beside a crest.

        Two equal neighbours, an edge that lies between them, both keep about three quarters.
        """
        height, width = strength.shape[-2:]
        rows = (torch.arange(height, device=strength.device, dtype=strength.dtype) * 2 + 1) / height - 1
        columns = (torch.arange(width, device=strength.device, dtype=strength.dtype) * 2 + 1) / width - 1
        here = torch.stack(torch.meshgrid(columns, rows, indexing="xy"), 2)
        step = direction.permute(0, 2, 3, 1) * strength.new_tensor([2 / width, 2 / height])
        weaker = torch.ones_like(strength)
        for sign in (1.0, -1.0):
            beside = F.grid_sample(
                strength, here + sign * step, mode="bilinear", padding_mode="border", align_corners=False
            )
            weaker = weaker * torch.sigmoid(_THINNING * (strength - beside) / self.threshold + 1)
        return weaker


def read_edges(plug_in: PlugIn) -> Edges:
    """Kind 'edges', role lines, of no file. config.sigma: pixels; config.threshold: of 0..1, per pixel."""
    plug_in.known_keys("sigma", "threshold")
    return Edges(plug_in.number("sigma", 1.0, 0.3, 20.0), plug_in.number("threshold", _THRESHOLD, 0.001, 1.0))
