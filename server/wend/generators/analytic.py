"""Analytic generators: a world's own renderer behind the generator protocol, z linear in its factors."""

import math
from dataclasses import replace

import torch
from torch import Tensor, nn

from wend.errors import InvalidShape
from wend.generators.generator import GeneratorSpec, SynthesisState
from wend.worlds.factor import Categorical, Factor, Law, Normal, Uniform
from wend.worlds.world import World, class_names


class AnalyticGenerator(nn.Module):
    """A world as a generator without weights: exact, differentiable, its truth known.

    Coordinate i of z is factor i of `coordinates` in units of its law's own standard deviation
    (`Factor.from_z`): exactly linear for continuous factors, cut at the law's quantiles for discrete
    ones. Mapping is the identity and w_avg is zero, so truncation pulls every factor towards its mean.
    One style row, `render`, draws the whole picture in float32, without noise.

    A world with classes takes the class as c, not as a coordinate; w is the coordinates and behind them
    the class, one-hot, which no truncation short of psi 0 changes. There z counts in standard deviations
    of the class, w in one unit for all classes (the root mean square of theirs) from the class's own
    mean: a step in w moves every class equally far.
    """

    def __init__(self, world: World, resolution: int | None = None) -> None:
        super().__init__()
        self.world = world
        classes = class_names(world)
        own = tuple(f for f in world.factors if f.name != world.class_factor)
        self.coordinates: tuple[Factor, ...] = tuple(_in_common_unit(f, len(classes)) for f in own)
        width = len(own) + len(classes)
        self.spec = GeneratorSpec(
            resolution=resolution or world.default_size,
            z_dim=len(own),
            w_dim=width,
            num_ws=1,
            layer_names=("render",),
            noise_sizes=(0,),
            classes=classes,
        )
        means, ratios = _class_tables(own, self.coordinates, len(classes))
        # Not persistent: there is nothing to save. They also carry the device.
        self.register_buffer("centre", torch.zeros(width), persistent=False)
        self.register_buffer("class_means", means, persistent=False)
        self.register_buffer("class_ratios", ratios, persistent=False)
        self._own = own
        self._units = [0.0 if f.is_discrete else _line(f)[1] for f in self.coordinates]

    centre: Tensor
    class_means: Tensor
    class_ratios: Tensor

    @property
    def w_avg(self) -> Tensor:
        return self.centre

    @property
    def device(self) -> torch.device:
        return self.centre.device

    @property
    def size_bytes(self) -> int:
        return sum(b.numel() * b.element_size() for b in self.buffers())

    def mapping(self, z: Tensor, c: Tensor | None = None) -> Tensor:
        """z float32 [N, z_dim] and, with classes, c one-hot [N, c_dim] to w float32 [N, w_dim].

        Without classes the identity. Raises: InvalidShape, also for classes that are missing.
        """
        if z.ndim != 2 or z.shape[1] != self.spec.z_dim:
            raise InvalidShape("z", f"[N, {self.spec.z_dim}]", str(list(z.shape)))
        if not self.spec.classes:
            return z.float()
        if c is None or c.shape != (z.shape[0], self.spec.c_dim):
            found = "nothing" if c is None else str(list(c.shape))
            raise InvalidShape("c", f"[{z.shape[0]}, {self.spec.c_dim}]", found)
        chosen = c.argmax(dim=1)
        return torch.cat([z.float() * self.class_ratios[chosen], c.float()], dim=1)

    def center(self, c: Tensor | None) -> Tensor:  # noqa: ARG002 - one for all classes
        """w_avg for every class, float32 [1, w_dim]."""
        return self.w_avg[None]

    def factor_values(self, w: Tensor) -> dict[str, Tensor]:
        """w [N, D] as factor values, name -> float32 [N] in the factor's unit."""
        if not self.spec.classes or self.world.class_factor is None:
            return {f.name: f.from_z(w[:, i]) for i, f in enumerate(self._own)}
        chosen = w[:, len(self._own) :].abs().argmax(dim=1)
        values = {self.world.class_factor: chosen.to(w.dtype)}
        for i, (factor, unit) in enumerate(zip(self._own, self._units, strict=True)):
            if factor.is_discrete:
                values[factor.name] = _choices(factor, w[:, i], chosen)
            else:
                values[factor.name] = self.class_means[chosen, i] + unit * w[:, i]
        return values

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


def _line(factor: Factor) -> tuple[float, float]:
    """Mean and standard deviation that `Factor.from_z` has, for a continuous factor."""
    at = factor.from_z(torch.tensor([0.0, 1.0], dtype=torch.float64)).tolist()
    return at[0], at[1] - at[0]


def _in_common_unit(factor: Factor, class_count: int) -> Factor:
    """The factor under one law for all classes, whose sd is the root mean square of theirs."""
    if factor.is_discrete or not factor.class_laws:
        return replace(factor, class_laws=())
    lines = [_line(factor.given(k)) for k in range(class_count)]
    mean = sum(m for m, _ in lines) / class_count
    unit = math.sqrt(sum(sd * sd for _, sd in lines) / class_count)
    return replace(factor, law=Normal(mean, unit), class_laws=())


def _class_tables(
    own: tuple[Factor, ...], coordinates: tuple[Factor, ...], class_count: int
) -> tuple[Tensor, Tensor]:
    """Per class and coordinate its mean and its standard deviation in units of w, float32 [K, z_dim] each."""
    means, ratios = torch.zeros(class_count, len(own)), torch.ones(class_count, len(own))
    for i, (factor, shared) in enumerate(zip(own, coordinates, strict=True)):
        if factor.is_discrete:
            continue
        for k in range(class_count):
            mean, sd = _line(factor.given(k))
            means[k, i], ratios[k, i] = mean, sd / _line(shared)[1]
    return means, ratios


def _choices(factor: Factor, z: Tensor, chosen: Tensor) -> Tensor:
    """Choices of a discrete factor at z [N], each by the law of its class [N]."""
    if not factor.class_laws:
        return factor.from_z(z)
    out = torch.empty_like(z)
    for k in chosen.unique().tolist():
        out[chosen == k] = factor.given(int(k)).from_z(z[chosen == k])
    return out


def _numbers(factor: Factor) -> list[float]:
    """The numbers of a factor's range and laws, one kind of law never looking like another."""
    numbers = [factor.low, factor.high]
    if not factor.class_laws:
        return numbers + _law_numbers(factor.law)
    # The law over all classes follows from these, by arithmetic that may differ in a last bit.
    for law in factor.class_laws:
        numbers += [float("-inf"), *_law_numbers(law)]
    return numbers


def _law_numbers(law: Law) -> list[float]:
    match law:
        case Uniform(steps):
            return [] if steps is None else [float("inf"), float("inf"), float(steps)]
        case Normal(mean, sd):
            return [mean, sd]
        case Categorical(weights):
            return [float("inf"), *weights]
