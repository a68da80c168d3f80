"""Learners: the trainable form of a walk - one line per slider, or two step networks - in z or in w."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import torch
from torch import Tensor

from wend.latents.steps import StepNet, StepWalk, StepWeights, take_steps
from wend.latents.walk import Direction, Walk
from wend.methods.edits.edit import Edit
from wend.methods.edits.picture import Edited

Place = Literal["w", "layers", "z"]
"""Where a walk lives. w: one vector for every style row it moves; layers: a vector for each; z: before
the mapping."""
Start = Literal["normal", "glorot", "still"]
"""How step networks begin. normal: weights N(0, 0.05^2); glorot: N(0, 1 / width); still: glorot, but the last
layer 0, so that the first step goes nowhere. Biases are 0."""


@dataclass(frozen=True)
class Site:
    """Where a walk lives in a generator. layers: style rows [start, end) it moves; rows: of the generator.

    free: bool [width], the numbers of a code that a walk may change; None: all. Where a code holds its
    class, a walk must leave that alone.
    """

    place: Place
    layers: tuple[int, int]
    width: int
    rows: int
    free: Tensor | None = None

    @property
    def space(self) -> Literal["z", "w"]:
        return "z" if self.place == "z" else "w"

    @property
    def count(self) -> int:
        """Vectors of `width` numbers that make one point of the walk."""
        return self.layers[1] - self.layers[0] if self.place == "layers" else 1


class Learner(Protocol):
    """What is trained. A point is z [n, D], or the moved style rows of ws [n, L, D]."""

    @property
    def parameters(self) -> Sequence[Tensor]: ...

    def draw(self, rng: torch.Generator, count: int) -> Tensor:
        """Strengths of a batch, float64 [count, S] in the slider's unit."""
        ...

    def edit(self, images: Tensor, alphas: Tensor) -> Edited:
        """What these strengths [n, S] should make of images [n, 3, H, W]."""
        ...

    def move(self, latent: Tensor, alphas: Tensor) -> Tensor:
        """z [n, D] or ws [n, L, D] moved; alphas [n, S]. Differentiable in the parameters."""
        ...

    def project(self) -> None:
        """Put what may not be changed back to nothing, after an update."""
        ...

    def walks(self) -> Sequence[tuple[str, Walk]]:
        """What has been learned, slider by slider, alpha in the slider's unit; detached, on the CPU."""
        ...


class LinearLearner:
    """z + sum_s alpha_s g w_s, one trainable tensor w [S, R, D] for all samples, from N(0, sd^2).

    gain: g, alpha_g of alpha 1. Source: Jahanian, Chai and Isola, 2020, equation 1 and released code.
    """

    def __init__(
        self, edit: Edit, site: Site, reach: float, gain: float, sd: float, rng: torch.Generator,
        device: torch.device,
    ) -> None:  # fmt: skip
        self._edit, self._site = edit, site
        self._reach, self._gain = reach, gain
        start = sd * torch.randn(len(edit.sliders), site.count, site.width, generator=rng)
        self.w = start.to(device).requires_grad_(True)
        self._free = None if site.free is None else site.free.to(device)
        self.project()

    @property
    def parameters(self) -> Sequence[Tensor]:
        return (self.w,)

    def draw(self, rng: torch.Generator, count: int) -> Tensor:
        return self._edit.draw(rng, count, self._reach)

    def edit(self, images: Tensor, alphas: Tensor) -> Edited:
        return self._edit.apply(images, alphas)

    def move(self, latent: Tensor, alphas: Tensor) -> Tensor:
        shift = torch.einsum("ns,srd->nrd", (alphas * self._gain).to(self.w), self.w)
        if self._site.space == "z":
            return latent + shift[:, 0]
        start, end = self._site.layers
        return torch.cat([latent[:, :start], latent[:, start:end] + shift, latent[:, end:]], dim=1)

    def project(self) -> None:
        if self._free is not None:
            with torch.no_grad():
                self.w.mul_(self._free)

    def walks(self) -> Sequence[tuple[str, Walk]]:
        found: list[tuple[str, Walk]] = []
        for name, rows in zip(self._edit.sliders, self._gain * self.w.detach().cpu(), strict=True):
            vector = rows[0]
            if self._site.place == "layers":
                vector = torch.zeros(self._site.rows, self._site.width)
                vector[slice(*self._site.layers)] = rows
            length = float(vector.norm())
            unit = vector / length if length else vector
            found.append((name, Direction(unit, length, self._site.space, self._site.layers)))
        return found


class StepLearner:
    """Two step networks, forward and backward, trained on n steps, n even in -N..N, once per batch.

    n may be 0, as in the source: an update in which nothing is learned. In 'layers' the rows step
    together, as one code. Source: Jahanian, Chai and Isola, 2020, equation 2 and released code.
    """

    def __init__(
        self, edit: Edit, site: Site, size: float, count: int, start: Start, rng: torch.Generator,
        device: torch.device, pull: float = 1.0, center: Tensor | None = None,
    ) -> None:  # fmt: skip
        self._edit, self._site, self._count = edit, site, count
        width = site.count * site.width
        sds = {"normal": (0.05, 0.05), "glorot": (width**-0.5,) * 2, "still": (width**-0.5, 0.0)}[start]
        nets = [_new_net(width, sds, rng, device) for _ in range(2)]
        center = None if pull == 1.0 or center is None else center.detach().to(device)
        self.weights = StepWeights(nets[0], nets[1], size, site.layers, pull, center)
        self._free = None if site.free is None else site.free.repeat(site.count).to(device)
        self.project()

    @property
    def parameters(self) -> Sequence[Tensor]:
        return (*self.weights.forward.tensors, *self.weights.backward.tensors)

    def draw(self, rng: torch.Generator, count: int) -> Tensor:
        steps = int(torch.randint(-self._count, self._count + 1, (1,), generator=rng))
        return torch.full((count, 1), steps * self.weights.size, dtype=torch.float64)

    def edit(self, images: Tensor, alphas: Tensor) -> Edited:
        return self._edit.stepwise(images, float(alphas[0, 0]))

    def move(self, latent: Tensor, alphas: Tensor) -> Tensor:
        steps = float(round(float(alphas[0, 0]) / self.weights.size))
        if steps == 0.0:
            return latent
        if self._site.space == "z":
            return take_steps(self.weights, latent, steps, latent.norm(dim=1, keepdim=True))
        start, end = self._site.layers
        if self._site.place == "w":
            # Rows that nothing else has moved are equal, so one of them stands for all.
            moved = take_steps(self.weights, latent[:, start], steps, None)[:, None].expand(
                -1, end - start, -1
            )
        else:
            moved = take_steps(self.weights, latent[:, start:end].flatten(1), steps, None)
            moved = moved.unflatten(1, (end - start, -1))
        return torch.cat([latent[:, :start], moved, latent[:, end:]], dim=1)

    def project(self) -> None:
        if self._free is not None:
            with torch.no_grad():
                for net in (self.weights.forward, self.weights.backward):
                    net.out.mul_(self._free[:, None])
                    net.out_bias.mul_(self._free)

    def walks(self) -> Sequence[tuple[str, Walk]]:
        weights = self.weights.to(torch.device("cpu"))
        return (("", StepWalk(weights, self._site.space, self._site.layers)),)


def _new_net(
    width: int, sds: tuple[float, float], rng: torch.Generator, device: torch.device
) -> StepNet:  # fmt: skip
    into, out = (sd * torch.randn(width, width, generator=rng) for sd in sds)
    tensors = (into, torch.zeros(width), out, torch.zeros(width))
    return StepNet(*(tensor.to(device).requires_grad_(True) for tensor in tensors))


def parameter_count(width: int) -> int:
    """Numbers in the two step networks of codes of this width."""
    return 4 * (width * width + width)
