"""Resolve: from a picture, which is data, to the tensors that synthesis reads."""

from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from wend.documents.picture import Edit, Picture
from wend.errors import InvalidPicture
from wend.generators.generator import Generator, GeneratorSpec
from wend.latents.seed import noise_map, z_of_seed
from wend.latents.truncation import truncate
from wend.latents.walk import Walk
from wend.library.shelf import Shelf, has_width
from wend.pictures.recent import Recent

Noise = tuple[Tensor | None, ...]

KEPT_LATENTS = 256
KEPT_WALKS = 64  # as many as a picture may have
KEPT_NOISES = 4  # one set of maps is about the size of the image times three


class Loaded(Protocol):
    """A model in memory. exact: in float32; hash: of its weights."""

    @property
    def exact(self) -> Generator: ...

    @property
    def hash(self) -> str: ...


@dataclass(frozen=True)
class Resolved:
    """ws: float32 [1, L, D] with truncation and edits applied; noise: one map or None per style row, or
    None for no noise at all; both on the generator's device."""

    ws: Tensor
    noise: Noise | None
    noise_seed: int | None
    class_index: int | None


@dataclass(frozen=True)
class _Latent:
    """All that w depends on, before truncation."""

    generator_hash: str
    seed: int
    class_index: int | None
    z_edits: tuple[tuple[str, float], ...]  # digest of the walk, alpha


@dataclass(frozen=True)
class _Move:
    """A walk on the generator's device, with the digest of what it does."""

    digest: str
    walk: Walk
    alpha: float


class Resolver:
    """Pictures to tensors, in the fixed order: z walks, mapping, truncation, w edits.

    Remembers the latents and noise maps used last; the result depends on the picture alone.
    """

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._latents: Recent[_Latent, Tensor] = Recent(KEPT_LATENTS)
        self._walks: Recent[tuple[str, torch.device], Walk] = Recent(KEPT_WALKS)
        self._noises: Recent[tuple[str, int], Noise] = Recent(KEPT_NOISES)

    def resolve(self, picture: Picture, loaded: Loaded) -> Resolved:
        """Raises: InvalidPicture, WalkNotFound."""
        spec = loaded.exact.spec
        check_picture(picture, spec)
        moves = [self._move(picture, edit, spec, loaded) for edit in picture.edits]
        w = self._w(picture, loaded, [move for move in moves if move.walk.space == "z"])
        center = loaded.exact.center(_one_hot(picture.class_index, spec.c_dim, w.device))
        ws = truncate(w[:, None].repeat(1, spec.num_ws, 1), center, picture.psi, picture.psi_cutoff)
        for move in moves:
            if move.walk.space == "w":
                ws = move.walk.apply(ws, move.alpha)
        return Resolved(ws, self._noise(picture, loaded), picture.noise_seed, picture.class_index)

    def clear(self) -> None:
        """Give the memory back."""
        self._latents.clear()
        self._walks.clear()
        self._noises.clear()

    def _move(self, picture: Picture, edit: Edit, spec: GeneratorSpec, loaded: Loaded) -> _Move:
        """A walk as the shelf has it now, which may be another than the one rendered before under its id."""
        record, device = self._shelf.get(picture.model, edit.walk), loaded.exact.device
        # The card on the shelf may be of other weights than those in memory.
        if not has_width(record, spec.z_dim if record.space == "z" else spec.w_dim, spec.num_ws):
            raise InvalidPicture("edits", f"move by {edit.walk}, which is not of this model's latent size")
        if abs(edit.alpha) > record.furthest:
            raise InvalidPicture("edits", f"move by {edit.walk} further than {record.furthest:g}, its limit")
        walk = self._walks.get((record.digest, device), lambda: record.walk.to(device))
        if edit.layers is not None:
            walk = walk.restricted((edit.layers.start, edit.layers.end))
        return _Move(record.digest, walk, edit.alpha)

    def _w(self, picture: Picture, loaded: Loaded, moves: list[_Move]) -> Tensor:
        """w float32 [1, D]."""
        generator = loaded.exact
        z_edits = tuple((move.digest, move.alpha) for move in moves)

        def draw() -> Tensor:
            z = z_of_seed(picture.latent.seed, generator.spec.z_dim).to(generator.device)
            for move in moves:
                z = move.walk.apply(z, move.alpha)
            return generator.mapping(z, _one_hot(picture.class_index, generator.spec.c_dim, z.device))

        key = _Latent(loaded.hash, picture.latent.seed, picture.class_index, z_edits)
        return self._latents.get(key, draw)

    def _noise(self, picture: Picture, loaded: Loaded) -> Noise | None:
        seed, generator = picture.noise_seed, loaded.exact
        if seed is None:
            return None

        def draw() -> Noise:
            return tuple(
                noise_map(seed, row, size).to(generator.device) if size else None
                for row, size in enumerate(generator.spec.noise_sizes)
            )

        return self._noises.get((loaded.hash, seed), draw)


def check_picture(picture: Picture, spec: GeneratorSpec) -> None:
    """Whether a picture fits its model. Raises: InvalidPicture."""
    rows = spec.num_ws
    if picture.psi_cutoff is not None and picture.psi_cutoff > rows:
        raise InvalidPicture("psi_cutoff", f"is {picture.psi_cutoff}, but the model has {rows} style rows")
    for index, edit in enumerate(picture.edits):
        if edit.layers is None:
            continue
        start, end = edit.layers.start, edit.layers.end
        if not start < end <= rows:
            raise InvalidPicture(
                f"edits.{index}.layers", f"is [{start}, {end}), which is no range within [0, {rows})"
            )
    if spec.c_dim == 0 and picture.class_index is not None:
        raise InvalidPicture("class_index", "is set, but the model has no classes")
    if spec.c_dim > 0 and (picture.class_index is None or picture.class_index >= spec.c_dim):
        raise InvalidPicture("class_index", f"must be a number from 0 to {spec.c_dim - 1} for this model")


def _one_hot(class_index: int | None, c_dim: int, device: torch.device) -> Tensor | None:
    """c float32 [1, c_dim], or None without classes."""
    if class_index is None:
        return None
    c = torch.zeros(1, c_dim, device=device)
    c[0, class_index] = 1.0
    return c
