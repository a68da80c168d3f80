"""Winograd: 3 x 3 convolutions with fewer products, for weights that are used often and never learn.

Source: Lavin and Gray, "Fast algorithms for convolutional neural networks", CVPR 2016, section 4.1: the
tile of 2 x 2 takes 16 products where the direct sum takes 36.
"""

import torch
import torch.nn.functional as F
from torch import Tensor

_KERNEL = ((1.0, 0.0, 0.0), (0.5, 0.5, 0.5), (0.5, -0.5, 0.5), (0.0, 0.0, 1.0))
# Numbers of one transformed strip: what it reads and writes stays in a CPU's last cache. Measured on 64 to
# 256 px of 512 to 128 channels: half and twice as many take 5 to 15 % longer.
STRIP = 2**22


def transformed(weight: Tensor) -> Tensor:
    """Kernels [K, C, 3, 3] as they meet transformed tiles: float32 [16, C, K]."""
    factor = torch.tensor(_KERNEL, device=weight.device)
    return torch.einsum("ai,kcij,bj->abck", factor, weight.float(), factor).flatten(0, 1).contiguous()


def convolve(x: Tensor, kernels: Tensor, bias: Tensor | None = None, strip: int = STRIP) -> Tensor:
    """x [N, C, H, W] of even sides, padded by one zero, with kernels [16, C, K] of `transformed` in the
    dtype of x, and a bias [K]: [N, K, H, W], channels last. In half precision every transformed number is
    rounded, so the error is about 2.5 times that of the direct sum. strip: numbers transformed at once."""
    count, channels, height, width = x.shape
    padded = F.pad(x.permute(0, 2, 3, 1), (0, 0, 1, 1, 1, 1))
    result = x.new_empty(count, height, width, kernels.shape[2])
    rows = max(2, 2 * min(height // 2, strip // (8 * channels * width)))
    # Small pictures together: their kernels are then read from memory once.
    together = max(1, strip // (4 * channels * width * height))
    for first in range(0, count, together):
        for top in range(0, height, rows):
            bottom = min(top + rows, height)
            tiles = _tiles(padded[first : first + together, top : bottom + 2])
            products = torch.bmm(tiles.flatten(0, 1).flatten(1, 3), kernels).unflatten(0, (4, 4))
            # What is added at (1, 1) reaches each of the tile's four numbers once.
            if bias is not None:
                products[1, 1] += bias
            _gather(products, result[first : first + together, top:bottom])
    return result.permute(0, 3, 1, 2)


def _tiles(x: Tensor) -> Tensor:
    """x [N, 2 h + 2, 2 w + 2, C] -> its transformed tiles of 4 x 4, [4, 4, N, h, w, C]."""
    count, height, width, channels = x.shape
    high, wide = height // 2 - 1, width // 2 - 1
    halfway = x.new_empty(4, count, high, width, channels)
    _spread([x[:, k : k + 2 * high : 2] for k in range(4)], [halfway[k] for k in range(4)])
    tiles = x.new_empty(4, 4, count, high, wide, channels)
    _spread([halfway[:, :, :, k : k + 2 * wide : 2] for k in range(4)], [tiles[:, k] for k in range(4)])
    return tiles


def _spread(x: list[Tensor], out: list[Tensor]) -> None:
    torch.sub(x[0], x[2], out=out[0])
    torch.add(x[1], x[2], out=out[1])
    torch.sub(x[2], x[1], out=out[2])
    torch.sub(x[1], x[3], out=out[3])


def _gather(products: Tensor, out: Tensor) -> None:
    """Products [4, 4, N h w, K] into pictures [N, 2 h, 2 w, K]."""
    total, apart = products[1] + products[2], products[1] - products[2]
    count, height, width, kernels = out.shape
    tiles = out.view(count, height // 2, 2, width // 2, 2, kernels)
    for k, row in enumerate((total.add_(products[0]), apart.sub_(products[3]))):
        cells = row.unflatten(1, (count, height // 2, width // 2))
        torch.add(cells[1] + cells[2], cells[0], out=tiles[:, :, k, :, 0])
        torch.sub(cells[1] - cells[2], cells[3], out=tiles[:, :, k, :, 1])
