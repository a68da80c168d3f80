"""Walk records: walks as they lie on the shelf, found without training or learned."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import torch
from torch import Tensor

from wend.latents.chain import ChainWalk
from wend.latents.steps import StepWalk, StepWeights
from wend.latents.walk import Direction, Walk
from wend.library.factor_record import Factor

FAMILY = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")

Scalar = str | bool | int | float
Zone = tuple[float, float]
"""Two ends of alpha, low first."""

MAX_ALPHA = 1000.0
"""As an edit's."""
MAX_STEPS = 256
"""A step is two small products; so many take about 10 ms of the device thread."""
MAX_PRODUCTS = 2**29
"""Numbers of a step network times steps: a network as large as a file may hold goes 64 steps, as far as
one is trained, in well under a second of a CPU."""


@dataclass(frozen=True)
class WalkRecord:
    """One walk and what is known of it.

    id: '<family>/<k>', unique within the model; unit: what alpha counts ('sd', 'px', 'degrees',
    'log2 x', 'of range', 'frames'); layers: style rows [start, end); low, high: range of alpha that a
    slider has, usable at truncation `psi`; strength: median mean absolute pixel change at the ends, 0..1;
    settings: all that is needed to find it again.
    vector: float32 [D], or [L, D] with a row for every style row (w only), norm 1 over all elements;
    unit_length: how far alpha 1 goes along it. steps: what moves latents instead of a line (the vector is
    empty then, and the length 0); is_rounded: to the nearest whole step. chain: likewise, frames of an
    animation as displacements; low is 0, the picture as it was, high the number of the last frame. factor:
    likewise, a line with a curve, whose alpha is a difference of the factor's value.

    trained: alphas seen in training. reachable: alphas between which the measured attribute follows;
    saturated: alphas beyond which pictures hardly change any more. All None where not known.
    class_index: the class it was learned on alone; None for all.
    hidden, pinned, group: how people want it listed; None: among those of its kind.
    """

    id: str
    title: str
    method: str
    space: Literal["z", "w"]
    unit: str
    layers: tuple[int, int]
    low: float
    high: float
    psi: float
    strength: float
    generator_hash: str
    vector: Tensor
    unit_length: float
    settings: Mapping[str, Scalar] = field(default_factory=dict)
    trained: Zone | None = None
    reachable: Zone | None = None
    saturated: Zone | None = None
    class_index: int | None = None
    steps: StepWeights | None = None
    is_rounded: bool = False
    chain: ChainWalk | None = None
    factor: Factor | None = None
    hidden: bool = False
    pinned: bool = False
    group: str | None = None

    @property
    def family(self) -> str:
        return self.id.rpartition("/")[0]

    @property
    def key(self) -> str:
        return self.id.rpartition("/")[2]

    @property
    def walk(self) -> Walk:
        """What moves latents."""
        if self.chain is not None:
            return self.chain
        if self.factor is not None:
            return self.factor.walk
        if self.steps is not None:
            return StepWalk(self.steps, self.space, self.layers, self.is_rounded)
        return Direction(self.vector, self.unit_length, self.space, self.layers)

    @property
    def is_linear(self) -> bool:
        """Whether it is a direction: one vector says all of it."""
        return self.is_line and self.factor is None

    @property
    def is_line(self) -> bool:
        """Whether it moves every latent along one line, however far: a direction or a factor."""
        return self.steps is None and self.chain is None

    @property
    def furthest(self) -> float:
        """The largest alpha, either way, that can be asked for."""
        if self.chain is not None:
            return float(self.chain.frames)
        if self.factor is not None:
            low, high = self.factor.walk.reach
            return min(MAX_ALPHA, high - low)
        if self.steps is None:
            return MAX_ALPHA
        numbers = max(
            sum(t.numel() for t in net.tensors) for net in (self.steps.forward, self.steps.backward)
        )
        return min(MAX_ALPHA, min(MAX_STEPS, max(1, MAX_PRODUCTS // numbers)) * abs(self.steps.size))

    @cached_property
    def digest(self) -> str:
        """sha256 in hex of all that moves latents. What is remembered of a walk is bound to it: a walk
        that was learned anew may have an old one's id."""
        digest = hashlib.sha256(f"{self.space};{self.unit_length!r};{self.layers}".encode())
        if self.steps is not None:
            step = self.steps
            digest.update(f";{step.size!r};{step.rows};{step.pull!r};{self.is_rounded}".encode())
        if self.factor is not None:
            digest.update(f";factor {self.factor.walk.curve.offset!r}".encode())
        for name, tensor in self.tensors().items():
            digest.update(f";{name}:{tuple(tensor.shape)};".encode())
            digest.update(tensor.numpy().astype("<f4", copy=False).tobytes())
        return digest.hexdigest()

    def tensors(self) -> dict[str, Tensor]:
        """Everything that is not a number or a word, by name: float32, contiguous, on the CPU."""
        if self.chain is not None:
            found = {"displacements": self.chain.displacements}
        elif self.factor is not None:
            found = self.factor.tensors()
        else:
            found = {"vector": self.vector} if self.steps is None else self.steps.tensors()
        return {name: t.detach().to("cpu", torch.float32).contiguous() for name, t in found.items()}


@dataclass(frozen=True)
class WalkFamily:
    """All walks that one method found, or one job learned, for one generator; there may be none."""

    generator_hash: str
    records: tuple[WalkRecord, ...]
