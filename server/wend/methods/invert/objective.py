"""Invert objective: one latent, pulled until its picture looks like the photo.

Sources: Karras et al., "Analyzing and improving the image quality of StyleGAN", CVPR 2020, appendix D, for
the projection into w by a perceptual distance; Abdal et al., "Image2StyleGAN", ICCV 2019, for a w for every
layer. Noise is not learned: a picture's noise is that of a seed.
"""

from collections.abc import Mapping, Sequence
from typing import cast

import torch
from torch import Tensor

from wend.generators.generator import synthesize
from wend.methods.invert.sight import PhotoSight
from wend.methods.invert.space import LatentSpace

Noise = Sequence[Tensor | None]


class InvertObjective:
    """Coordinates float32 [1, rows, D] as the one parameter; an update is one picture's gradient."""

    def __init__(
        self, space: LatentSpace, sight: PhotoSight, noise: Noise, start: Tensor, near: float
    ) -> None:
        self.space, self.sight, self.near = space, sight, near
        self._noise = list(noise)
        self.p = start.detach().clone().requires_grad_(True)

    @property
    def parameters(self) -> Sequence[Tensor]:
        return (self.p,)

    def draw(self) -> int:
        return 1

    def backward(self, chunk: int) -> Mapping[str, float]:  # noqa: ARG002 - there is one
        parts = {name: part.sum() for name, part in self.sight.parts(self.image()).items()}
        if self.near > 0.0:
            parts["near"] = self.near * self.space.price(self.p)
        total = torch.stack(list(parts.values())).sum()
        total.backward()
        return {"total": total.item(), **{name: part.item() for name, part in parts.items()}}

    @torch.no_grad()
    def project(self) -> None:
        self.p.copy_(self.space.kept(self.p))

    @property
    def held_out_chunks(self) -> int:
        return 0

    def held_out(self, chunk: int) -> float:
        raise NotImplementedError(f"nothing is held out: there is no chunk {chunk}")

    def image(self) -> Tensor:
        """The picture of the latent as it is, float32 [1, 3, R, R]. Differentiable."""
        return synthesize(self.space.generator, self.space.ws(self.p), self._noise)

    def state_dict(self) -> dict[str, object]:
        return {"p": self.p.detach()}

    @torch.no_grad()
    def load_state_dict(self, state: dict[str, object]) -> None:
        self.p.copy_(cast("Tensor", state["p"]))
