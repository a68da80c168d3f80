"""Analytic generators: a world's own renderer behind the generator protocol, z linear in its factors."""

import torch
from torch import Tensor, nn

from wend.errors import InvalidShape
from wend.generators.generator import GeneratorSpec, SynthesisState
from wend.worlds.factor import Categorical, Factor, Normal, Uniform
from wend.worlds.world import World


class AnalyticGenerator(nn.Module):
    """A world as a generator without weights: exact, differentiable, its truth known.

    Coordinate i of z is factor i of the world in units of its law's own standard deviation
    (`Factor.from_z`): exactly linear for continuous factors, cut at the law's quantiles for discrete
    ones. Mapping is the identity and w_avg is zero, so truncation pulls every factor towards its mean.
    One style row, `render`, draws the whole picture in float32, without noise.
    """

    def __init__(self, world: World, resolution: int | None = None) -> None:
        super().__init__()
        self.world = world
        count = len(world.factors)
        self.spec = GeneratorSpec(
            resolution=resolution or world.default_size,
            z_dim=count,
            w_dim=count,
            num_ws=1,
            layer_names=("render",),
            noise_sizes=(0,),
        )
        # Not persistent: there is nothing to save. It also carries the device.
        self.register_buffer("centre", torch.zeros(count), persistent=False)

    centre: Tensor

    @property
    def w_avg(self) -> Tensor:
        return self.centre

    @property
    def device(self) -> torch.device:
        return self.centre.device

    @property
    def size_bytes(self) -> int:
        return self.centre.numel() * self.centre.element_size()

    def mapping(self, z: Tensor, c: Tensor | None = None) -> Tensor:  # noqa: ARG002 - no classes here
        """The identity, float32 [N, D]."""
        if z.ndim != 2 or z.shape[1] != self.spec.z_dim:
            raise InvalidShape("z", f"[N, {self.spec.z_dim}]", str(list(z.shape)))
        return z.float()

    def factor_values(self, w: Tensor) -> dict[str, Tensor]:
        """w [N, D] as factor values, name -> float32 [N] in the factor's unit."""
        return {f.name: f.from_z(w[:, i]) for i, f in enumerate(self.world.factors)}

    def start(self, count: int, dtype: torch.dtype) -> SynthesisState:
        """A state without activations: everything is drawn in the one step."""
        return SynthesisState(0, torch.zeros(count, 0, 1, 1, device=self.device, dtype=dtype), None)

    def step(self, state: SynthesisState, w: Tensor, noise: Tensor | None) -> SynthesisState:  # noqa: ARG002 - exact
        scene = self.world.render(self.factor_values(w.float()), self.spec.resolution)
        return SynthesisState(state.row + 1, state.x, scene.images)

    def constant_noise(self) -> list[Tensor | None]:
        return [None]

    def style_matrices(self) -> list[Tensor]:
        return []

    def canonical_tensors(self) -> dict[str, Tensor]:
        """What identifies this generator in place of weights: its picture's size and every factor's law.

        Plain constants, nothing computed, so that the hash is the same on every machine.
        """
        laws = {f"{self.world.name}.{f.name}": torch.tensor(_numbers(f)) for f in self.world.factors}
        return {**laws, "resolution": torch.tensor([float(self.spec.resolution)])}


def _numbers(factor: Factor) -> list[float]:
    """The numbers of a factor's range and law, one kind of law never looking like another."""
    match factor.law:
        case Uniform():
            return [factor.low, factor.high]
        case Normal(mean, sd):
            return [factor.low, factor.high, mean, sd]
        case Categorical(weights):
            return [factor.low, factor.high, float("inf"), *weights]
