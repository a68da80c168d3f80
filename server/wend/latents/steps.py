"""Step walks: a small step learned once, forward and backward, and composed as often as alpha asks."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor

# A strength this close to a whole number of steps is one: alpha / size is not exact.
_WHOLE = 1e-6


@dataclass(frozen=True)
class StepNet:
    """One step's move: v [..., D] -> W2 relu(W1 v + b1) + b2, [..., D].

    into: W1 [H, D]; into_bias: b1 [H]; out: W2 [D, H]; out_bias: b2 [D]; all float32.
    """

    into: Tensor
    into_bias: Tensor
    out: Tensor
    out_bias: Tensor

    @property
    def width(self) -> int:
        """D, the width of the codes it moves."""
        return self.into.shape[1]

    @property
    def tensors(self) -> tuple[Tensor, ...]:
        return self.into, self.into_bias, self.out, self.out_bias

    def move(self, v: Tensor) -> Tensor:
        return F.linear(F.relu(F.linear(v, self.into, self.into_bias)), self.out, self.out_bias)

    def to(self, device: torch.device) -> "StepNet":
        return StepNet(*(tensor.detach().to(device) for tensor in self.tensors))


@dataclass(frozen=True)
class StepWeights:
    """All that a step walk has learned.

    forward, backward: two independent networks. size: strength of one forward step in the walk's unit,
    negative where a forward step lowers alpha. rows: style rows [start, end) that the networks were
    trained on; their width is D where each row steps by itself, (end - start) * D where the rows step
    together as one code. pull: in w, where every step is drawn to the centre, 1 leaves it; center: float32
    [D] that it is drawn to, None where pull is 1.
    """

    forward: StepNet
    backward: StepNet
    size: float
    rows: tuple[int, int] = (0, 1)
    pull: float = 1.0
    center: Tensor | None = None

    def __post_init__(self) -> None:
        assert self.size != 0.0
        assert self.pull == 1.0 or self.center is not None

    def tensors(self) -> dict[str, Tensor]:
        """Everything but the numbers, by name, for a file."""
        names = ("into", "into_bias", "out", "out_bias")
        found = {f"forward.{n}": t for n, t in zip(names, self.forward.tensors, strict=True)}
        found |= {f"backward.{n}": t for n, t in zip(names, self.backward.tensors, strict=True)}
        return found if self.center is None else {**found, "center": self.center}

    @classmethod
    def of_tensors(
        cls, tensors: Mapping[str, Tensor], size: float, rows: tuple[int, int], pull: float
    ) -> "StepWeights":
        """What `tensors` gave. Raises: KeyError for a name that is missing; ValueError for shapes or
        numbers that fit no step."""
        names = ("into", "into_bias", "out", "out_bias")
        nets = [StepNet(*(tensors[f"{way}.{n}"].float() for n in names)) for way in ("forward", "backward")]
        width = nets[0].width if nets[0].into.dim() == 2 else 0
        for net in nets:
            hidden = len(net.into)
            shapes = [tuple(t.shape) for t in net.tensors]
            if shapes != [(hidden, width), (hidden,), (width, hidden), (width,)]:
                raise ValueError(f"a step network of shapes {shapes}")
        if not all(bool(torch.isfinite(tensor).all()) for tensor in tensors.values()):
            raise ValueError("a step network holds numbers that are not finite")
        center = tensors.get("center")
        if size == 0.0 or (pull != 1.0 and center is None):
            raise ValueError("a step of no size, or one drawn to a centre that is missing")
        return cls(nets[0], nets[1], size, rows, pull, center)

    def to(self, device: torch.device) -> "StepWeights":
        center = None if self.center is None else self.center.to(device)
        return replace(
            self, forward=self.forward.to(device), backward=self.backward.to(device), center=center
        )


@dataclass(frozen=True)
class StepWalk:
    """A non-linear walk: alpha / size steps, each v + NN(v), with another network for the way back.

    In z every step is scaled back to the norm the code had before the first; in w it is drawn to the centre,
    center + pull (v - center). Strengths between whole steps lie on the line between their codes (in
    z at the kept norm), so that a slider moves smoothly; rounded: go to the nearest whole number of steps
    instead, as published. Steps beyond those trained are more of the same.

    layers: style rows [start, end) that are moved, ignored in z; where the rows step together, all
    trained rows are looked at and those outside `layers` keep their bits.
    Source: Jahanian, Chai and Isola, "On the steerability of generative adversarial networks", ICLR 2020,
    non-linear walks, and the released code for norm, centre and rounding.
    """

    weights: StepWeights
    space: Literal["z", "w"]
    layers: tuple[int, int]
    rounded: bool = False

    def apply(self, latent: Tensor, alpha: float) -> Tensor:
        """z [N, D] or ws [N, L, D] moved; differentiable in the latent."""
        steps = alpha / self.weights.size
        nearest = round(steps)
        if self.rounded or abs(steps - nearest) < _WHOLE:
            steps = float(nearest)
        if steps == 0.0:
            return latent
        if self.space == "z":
            return take_steps(self.weights, latent, steps, latent.norm(dim=-1, keepdim=True))
        width = latent.shape[-1]
        start, end = self.weights.rows
        together = self.weights.forward.width != width
        first, last = (start, end) if together else self.layers
        codes = latent[:, first:last]
        if together:
            codes = codes.flatten(1)
        stepped = take_steps(self.weights, codes, steps, None).unflatten(-1, (-1, width))
        stepped = stepped.reshape(len(latent), last - first, width)
        moved = latent.clone()
        low, high = max(first, self.layers[0]), min(last, self.layers[1])
        moved[:, low:high] = stepped[:, low - first : high - first]
        return moved

    def restricted(self, layers: tuple[int, int]) -> "StepWalk":
        """The same walk on another layer range."""
        return replace(self, layers=layers)

    def to(self, device: torch.device) -> "StepWalk":
        """The same walk with its tensors there."""
        return replace(self, weights=self.weights.to(device))


def take_steps(weights: StepWeights, codes: Tensor, steps: float, norm: Tensor | None) -> Tensor:
    """Codes [..., D] after so many steps, backward ones where negative; a fraction goes part of the last.

    norm: [..., 1] that every code is scaled back to, or None for codes in w, which are drawn to the centre.
    """
    net = weights.forward if steps > 0.0 else weights.backward
    whole = int(abs(steps))
    rest = abs(steps) - whole
    for _ in range(whole):
        codes = _step(weights, net, codes, norm)
    if rest:
        codes = codes + rest * (_step(weights, net, codes, norm) - codes)
        if norm is not None:
            codes = _scaled_to(codes, norm)
    return codes


def _step(weights: StepWeights, net: StepNet, codes: Tensor, norm: Tensor | None) -> Tensor:
    moved = codes + net.move(codes)
    if norm is not None:
        return _scaled_to(moved, norm)
    if weights.pull == 1.0 or weights.center is None:
        return moved
    center = weights.center.repeat(codes.shape[-1] // len(weights.center))
    return torch.lerp(center, moved, weights.pull)


_LEAST_NORM = 1e-12  # a code that has come to nothing stays there, and is no NaN


def _scaled_to(codes: Tensor, norm: Tensor) -> Tensor:
    scaled: Tensor = codes * (norm / codes.norm(dim=-1, keepdim=True).clamp_min(_LEAST_NORM))
    return scaled
