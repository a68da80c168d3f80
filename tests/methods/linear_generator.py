"""A linear generator: w = z A, pixels = w B, so every principal and style axis is known."""

import torch
from torch import Tensor

from wend.generators.generator import GeneratorSpec, SynthesisState

SIDE = 16


class LinearGenerator:
    """Four style rows; row k paints the k-th horizontal quarter of the picture, linear in its w.

    axes [D, D] are orthonormal rows; w along axes[i] has standard deviation sds[i]; the styles of row
    k answer to axes with `gains[k]`.
    """

    def __init__(self, axes: Tensor, sds: Tensor, gains: Tensor, pixel_gain: float = 0.1) -> None:
        self.axes, self.sds, self.gains = axes, sds, gains
        self.width = axes.shape[0]
        self.spec = GeneratorSpec(
            resolution=SIDE,
            z_dim=self.width,
            w_dim=self.width,
            num_ws=4,
            layer_names=("a", "b", "c", "d"),
            noise_sizes=(0, 0, 0, 0),
        )
        self.w_avg = torch.full((self.width,), 0.25)
        rng = torch.Generator().manual_seed(0)
        # Axis i shows as its own fixed pattern, so a picture tells how far along it one is.
        self.patterns = pixel_gain * torch.randn(self.width, 3, SIDE // 4, SIDE, generator=rng)

    @property
    def device(self) -> torch.device:
        return torch.device("cpu")

    @property
    def size_bytes(self) -> int:
        return 4 * self.axes.numel()

    def mapping(self, z: Tensor, c: Tensor | None = None) -> Tensor:
        w: Tensor = (z * self.sds) @ self.axes + self.w_avg
        return w

    def center(self, c: Tensor | None) -> Tensor:
        return self.w_avg[None]

    def start(self, count: int, dtype: torch.dtype) -> SynthesisState:
        return SynthesisState(0, torch.zeros(count, 0, 1, 1), None)

    def step(self, state: SynthesisState, w: Tensor, noise: Tensor | None) -> SynthesisState:
        along = (w - self.w_avg) @ self.axes.T
        band = torch.einsum("nd,dchw->nchw", along, self.patterns)
        rgb = torch.zeros(len(w), 3, SIDE, SIDE) if state.rgb is None else state.rgb.clone()
        rgb[:, :, state.row * SIDE // 4 : (state.row + 1) * SIDE // 4] = band
        return SynthesisState(state.row + 1, state.x, rgb)

    def constant_noise(self) -> list[Tensor | None]:
        return [None] * 4

    def style_matrices(self) -> list[Tensor]:
        return list(self.gains[:, :, None] * self.axes)


def random_axes(width: int) -> Tensor:
    """Orthonormal rows float32 [D, D]."""
    rng = torch.Generator().manual_seed(4)
    q: Tensor = torch.linalg.qr(torch.randn(width, width, generator=rng, dtype=torch.float64)).Q
    return q.T.float()
