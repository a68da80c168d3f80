"""Tuning: a generator's weights pulled until it draws a photo at the latent found for it, and little else.

Source: Roich, Mokady, Bermano and Cohen-Or, "Pivotal tuning for latent-based editing of real images", ACM TOG
2022, sections 3.2 and 3.3, and its released code, whose numbers are the defaults.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

import torch
from torch import Tensor, nn

from wend.generators.generator import Generator, synthesize
from wend.latents.truncation import truncate
from wend.methods.invert.sight import PhotoSight
from wend.optim.optimization import Optimization
from wend.optim.settings import OptimizationSettings
from wend.perception.distance import PixelDistance

PUBLISHED_UPDATES, PUBLISHED_RATE = 350, 3e-4
PUBLISHED_LOCALITY, PUBLISHED_REACH = 0.1, 30.0
_TERRITORY_PSI = 0.5
_WAYS = 18 * 512
"""Numbers of a latent of the published generators (18 rows of 512), over which their reach is measured."""


@dataclass(frozen=True)
class TuningSettings:
    """locality: weight of what other pictures change, 0 for none; reach: how far from the pivot those lie, a
    distance over all style rows together, None for the published 30 brought to as many numbers as there are;
    seed: of the others.
    """

    updates: int = PUBLISHED_UPDATES
    learning_rate: float = PUBLISHED_RATE
    locality: float = PUBLISHED_LOCALITY
    reach: float | None = None
    seed: int = 0


class TuningObjective:
    """The weights as parameters; an update looks at the photo once and at one other place once."""

    def __init__(
        self,
        tuned: Generator,
        original: Generator,
        pivot: Tensor,
        sight: PhotoSight,
        noise: Sequence[Tensor | None],
        settings: TuningSettings,
        c: Tensor | None,
    ) -> None:
        """pivot: ws float32 [1, L, D]; c: the class, one-hot [1, c_dim]."""
        self.tuned, self.original, self.pivot, self.sight = tuned, original, pivot, sight
        self._noise, self._settings, self._c = list(noise), settings, c
        self._network = cast("nn.Module", tuned)
        # How much noise there is stays: the noise that a picture is shown with would be learned by heart.
        self._weights = {
            name: tensor
            for name, tensor in self._network.named_parameters()
            if not name.endswith("noise_strength")
        }
        self._network.requires_grad_(False)
        for tensor in self._weights.values():
            tensor.requires_grad_(True)
        self._draws = 0
        size = pivot[0].numel()
        self._reach = settings.reach or PUBLISHED_REACH * (size / _WAYS) ** 0.5

    @property
    def parameters(self) -> Sequence[Tensor]:
        return tuple(self._weights.values())

    def draw(self) -> int:
        self._draws += 1
        return 2 if self._settings.locality > 0.0 else 1

    def backward(self, chunk: int) -> Mapping[str, float]:
        if chunk == 0:
            parts = {name: part.sum() for name, part in self.sight.parts(self.image()).items()}
        else:
            parts = {"locality": self._settings.locality * self._moved(self._territory())}
        total = torch.stack(list(parts.values())).sum()
        total.backward()
        return {"total": total.item(), **{name: part.item() for name, part in parts.items()}}

    def _territory(self) -> Tensor:
        """A place on the way from the pivot to a latent drawn at psi 0.5, `reach` away: ws [1, L, D]."""
        spec = self.original.spec
        rng = torch.Generator().manual_seed(self._settings.seed * 1_000_003 + self._draws)
        z = torch.randn(1, spec.z_dim, generator=rng).to(self.pivot.device)
        with torch.no_grad():
            w = self.original.mapping(z, self._c)[:, None].expand(-1, spec.num_ws, -1)
            ws = truncate(w, self.original.center(self._c), _TERRITORY_PSI, None)
            way = ws - self.pivot
            place: Tensor = self.pivot + self._reach * way / way.norm().clamp_min(1e-12)
            return place

    def _moved(self, ws: Tensor) -> Tensor:
        """How far the two generators are apart there: distance and squared difference of pixels, a number."""
        with torch.no_grad():
            before = synthesize(self.original, ws, self._noise)
        after = synthesize(self.tuned, ws, self._noise)
        return (
            self.sight.distance.distance(after, before).sum() + PixelDistance().distance(after, before).sum()
        )

    def project(self) -> None:
        """Weights may lie anywhere."""

    @property
    def held_out_chunks(self) -> int:
        return 0

    def held_out(self, chunk: int) -> float:
        raise NotImplementedError(f"nothing is held out: there is no chunk {chunk}")

    def image(self) -> Tensor:
        """The picture at the pivot as the tuned generator draws it, float32 [1, 3, R, R]. Differentiable."""
        return synthesize(self.tuned, self.pivot, self._noise)

    def state_dict(self) -> dict[str, object]:
        weights = {name: tensor.detach() for name, tensor in self._weights.items()}
        return {"draws": self._draws, "weights": weights}

    @torch.no_grad()
    def load_state_dict(self, state: dict[str, object]) -> None:
        self._draws = cast("int", state["draws"])
        for name, tensor in cast("dict[str, Tensor]", state["weights"]).items():
            self._weights[name].copy_(tensor)

    @torch.no_grad()
    def round_to_half(self) -> None:
        """The weights as a model's file holds them, so that what is measured is what is published."""
        for tensor in self._weights.values():
            tensor.copy_(tensor.half().float())


def tuning_of(objective: TuningObjective, settings: TuningSettings) -> Optimization:
    """The run: Adam at one rate, as published."""
    return Optimization(
        objective, OptimizationSettings(settings.updates, learning_rate=settings.learning_rate)
    )
