"""Manifold scene: the picture a chain starts from, and the pictures of the chain's frames."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from wend.documents.picture import Picture
from wend.errors import InvalidParams
from wend.generators.generator import Generator, synthesize
from wend.generators.portion import portion
from wend.library.models import hash_of
from wend.methods.still.keep import keeper_of
from wend.methods.workbench import Workbench
from wend.pictures.resolve import Resolver


@dataclass(frozen=True)
class Scene:
    """A start w*, its noise and its picture; frames share the noise.

    ws: float32 [1, L, D], never changed; image: float32 [1, 3, H, W]; layers: rows [start, end) that may
    move; free: float32 [D], 1 for numbers that may move and 0 for those that hold the class. chunk: frames
    drawn at once.
    """

    generator: Generator
    ws: Tensor
    noise: list[Tensor | None] | None
    image: Tensor
    layers: tuple[int, int]
    free: Tensor
    chunk: int

    @property
    def shape(self) -> tuple[int, int]:
        """(rows that move, D): of one frame's displacement."""
        return self.layers[1] - self.layers[0], self.ws.shape[2]

    def latents(self, displacements: Tensor) -> Tensor:
        """Displacements float32 [n, rows, D] of rows that move -> ws [n, L, D], other rows bit for bit."""
        start, end = self.layers
        rows = self.ws[:, start:end] + displacements * self.free
        before, after = self.ws[:, :start], self.ws[:, end:]
        count = len(displacements)
        return torch.cat([before.expand(count, -1, -1), rows, after.expand(count, -1, -1)], dim=1)

    def draw(self, displacements: Tensor) -> Tensor:
        """Images float32 [n, 3, H, W] of displaced latents, not clamped. Differentiable."""
        return synthesize(self.generator, self.latents(displacements), self.noise)

    def parts(self, count: int) -> Iterator[slice]:
        """Slices of `count` frames, few enough to be drawn in one slice of the device."""
        return (slice(at, min(count, at + self.chunk)) for at in range(0, count, self.chunk))


# Measured 15 to 25 ms a picture of this side, forward and backward, on one CPU core; less each in twos.
_SMALL = 64


@dataclass(frozen=True)
class _Loaded:
    """What a resolver asks of a model in memory."""

    exact: Generator
    hash: str


def open_scene(picture: Picture, layers: tuple[int, int] | None, bench: Workbench) -> Scene:
    """The picture as it is drawn, with truncation and edits. layers None: all rows.

    Raises: InvalidParams for rows or a generator that cannot be; InvalidPicture, WalkNotFound.
    """
    generator = bench.generator
    spec = generator.spec
    if sum(bool(matrix.any()) for matrix in generator.style_matrices()) < 2:
        raise InvalidParams(
            "picture", f"{bench.model} has no styles per layer, which a chain of latents moves apart"
        )
    if picture.model_blend is not None and picture.model_blend.weight > 0.0:
        raise InvalidParams("picture", "it lies between two models; a chain is found in one alone")
    rows = (0, spec.num_ws) if layers is None else layers
    if rows[1] > spec.num_ws:
        raise InvalidParams("layers", f"the model has {spec.num_ws} style rows, so none beyond that")
    with torch.no_grad():
        found = Resolver(bench.shelf, keeper_of(bench.images)).resolve(
            picture, _Loaded(generator, hash_of(generator))
        )
        ws = found.ws.clone()
        noise = None if found.noise is None else list(found.noise)
        image = synthesize(generator, ws, noise)
    return Scene(generator, ws, noise, image, rows, _free(generator), _chunk(generator))


def _chunk(generator: Generator) -> int:
    """Frames drawn at once: few, so that renders need not wait, and that memory holds them."""
    side = generator.spec.resolution
    if generator.device.type == "cpu":
        return 2 if side <= _SMALL else 1
    return portion(side, 16, has_gradient=True)


def _free(generator: Generator) -> Tensor:
    """1 for the numbers of w that follow z. The others hold the class, which a chain leaves as it is."""
    spec = generator.spec
    if not spec.c_dim:
        return torch.ones(spec.w_dim, device=generator.device)
    z = torch.randn(8, spec.z_dim, generator=torch.Generator().manual_seed(0)).to(generator.device)
    one = torch.eye(spec.c_dim, device=generator.device)[:1].expand(8, -1)
    with torch.no_grad():
        w = generator.mapping(z, one)
    return (w != w[:1]).any(dim=0).float()
