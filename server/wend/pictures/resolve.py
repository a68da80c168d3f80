"""Resolve: from a picture, which is data, to the tensors that synthesis reads."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import torch
from torch import Tensor

from wend.documents.mixing import as_of_row, parts_of
from wend.documents.picture import BlendLatent, CodePart, Edit, Part, Picture
from wend.errors import InvalidPicture
from wend.generators.generator import Generator, GeneratorSpec
from wend.latents.blend import blend_noise, blend_on_sphere, weighted_sum
from wend.latents.seed import noise_map, z_of_seeds
from wend.latents.truncation import truncate
from wend.latents.walk import Walk
from wend.library.codes import StoredCode
from wend.library.shelf import Shelf
from wend.pictures.behind import Behind
from wend.pictures.checks import check_edit, check_picture
from wend.pictures.corrections import MapsKey, NoiseKey, corrected_maps
from wend.pictures.locks import Locks, Move
from wend.pictures.recent import Recent
from wend.pictures.still import Bent, Pending, Still, StillMove

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
    """ws: float32 [1, L, D] with truncation and edits applied; noise: what each style row is given beside it
    (`generators.given`), or None for nothing at all; both on the generator's device. pending: what is left to
    work out of a picture with still masks, which until then is one near it."""

    ws: Tensor
    noise: Noise | None
    noise_key: MapsKey
    class_index: int | None
    pending: Pending | None = None


@dataclass(frozen=True)
class _Latent:
    """All that w depends on, before truncation."""

    generator_hash: str
    parts: tuple[Part | CodePart, ...]  # one of them alone, or several on the sphere
    class_index: int | None
    z_edits: tuple[tuple[str, float], ...]  # digest of the walk, alpha


class Resolver:
    """Pictures to tensors, in the fixed order: z walks, mapping, mixed rows, truncation, w edits.

    Remembers the latents and noise maps used last; the result depends on the picture alone, unless it is
    `pending`.
    """

    def __init__(self, shelf: Shelf, still: Still | None = None, behind: Behind | None = None) -> None:
        self._shelf = shelf
        self._still = still
        self._latents: Recent[_Latent, Tensor] = Recent(KEPT_LATENTS)
        self._walks: Recent[tuple[str, torch.device], Walk] = Recent(KEPT_WALKS)
        self._locks = Locks(KEPT_WALKS)
        self._noises: Recent[tuple[tuple[int, ...], torch.device, int], Noise] = Recent(KEPT_NOISES)
        self._codes: Recent[str, StoredCode] = Recent(KEPT_LATENTS)
        self._behind = behind or Behind(shelf.store)

    def resolve(self, picture: Picture, loaded: Loaded, *, waits: bool = True) -> Resolved:
        """waits: until nothing is pending, which takes seconds where still masks hold edits; who has others
        to serve does not, and asks again.

        Raises: InvalidPicture, WalkNotFound, CodeNotFound, CodeBehindMapping, ImageNotFound (a still mask).
        """
        spec = loaded.exact.spec
        check_picture(picture, spec)
        moves = self._locks.held([self._move(picture, edit, spec, loaded) for edit in picture.edits])
        z_moves = [move for move in moves if move.walk.space == "z"]
        ws = self._truncated(picture, loaded, z_moves)
        for mixed in picture.mix:
            start, end = mixed.layers.start, mixed.layers.end
            others = self._truncated(as_of_row(picture, start), loaded, z_moves)
            ws = torch.cat([ws[:, :start], others[:, start:end], ws[:, end:]], dim=1)
        key: NoiseKey = picture.noise_blend or picture.noise_seed
        maps, find = self._noise(key, loaded), partial(self._code, spec=spec)
        noise, whole = corrected_maps(maps, key, picture, find, spec.num_ws, loaded.hash, ws.device)
        bent = self._moved(ws, picture, moves, loaded, noise, whole)
        if waits and bent.pending is not None:
            while not bent.pending.advance():
                pass
            bent = self._moved(ws, picture, moves, loaded, noise, whole)
        return Resolved(bent.ws, noise, whole, picture.class_index, bent.pending)

    def z(self, picture: Picture, loaded: Loaded) -> Tensor | None:
        """z float32 [1, D] with the walks that move it, on the generator's device; None for a picture that is
        not that of one z. Raises: as `resolve`."""
        moves = self._locks.held(
            [self._move(picture, edit, loaded.exact.spec, loaded) for edit in picture.edits]
        )
        parts = parts_of(picture)
        if not self._has_z(picture, parts, loaded):
            return None
        return self._moved_z(parts, loaded, [move for move in moves if move.walk.space == "z"])

    def _truncated(self, picture: Picture, loaded: Loaded, moves: Sequence[Move]) -> Tensor:
        """ws float32 [1, L, D] of the picture's own latent, pulled towards the center of its class."""
        spec, parts = loaded.exact.spec, parts_of(picture)
        w = self._w(picture, parts, loaded, moves)
        center = loaded.exact.center(_classes(parts, picture.class_index, spec.c_dim, w.device))
        rows = w if w.shape[1] == spec.num_ws else w.repeat(1, spec.num_ws, 1)
        return truncate(rows, center, picture.psi, picture.psi_cutoff)

    def _moved(
        self,
        ws: Tensor,
        picture: Picture,
        moves: Sequence[Move],
        loaded: Loaded,
        noise: Noise | None,
        key: MapsKey,
    ) -> Bent:
        """ws with the w edits, bent where masks are to stay still."""
        edits = [move for move in moves if move.walk.space == "w" and move.alpha != 0.0]
        masks = tuple(mask.image for mask in picture.masks if mask.is_still)
        if not masks or not edits:
            for move in edits:
                ws = move.walk.apply(ws, move.alpha)
            return Bent(ws, None)
        if self._still is None:
            raise InvalidPicture("masks", "keep a region still, but there are no masks here")
        bent = tuple(StillMove(move.digest, move.walk, move.alpha) for move in edits)
        maps = None if noise is None else list(noise)
        return self._still.bend(loaded.exact, loaded.hash, ws, maps, key, masks, bent)

    def let_go(self, generator_hash: str) -> None:
        """A generator has left memory."""
        if self._still is not None:
            self._still.let_go(generator_hash)

    def clear(self) -> None:
        """Give the memory back."""
        if self._still is not None:
            self._still.clear()
        self._latents.clear()
        self._walks.clear()
        self._locks.clear()
        self._noises.clear()
        self._codes.clear()

    def _move(self, picture: Picture, edit: Edit, spec: GeneratorSpec, loaded: Loaded) -> Move:
        """A walk as the shelf has it now, which may be another than the one rendered before under its id."""
        record, device = self._shelf.get(picture.model, edit.walk), loaded.exact.device
        check_edit(edit, record, spec)
        walk = self._walks.get((record.digest, device), lambda: record.walk.to(device))
        if edit.layers is not None:
            walk = walk.restricted((edit.layers.start, edit.layers.end))
        return Move(record.digest, walk, edit.alpha, edit.is_locked, device)

    def _w(
        self,
        picture: Picture,
        parts: tuple[Part | CodePart, ...],
        loaded: Loaded,
        moves: Sequence[Move],
    ) -> Tensor:
        """w float32 [1, 1, D], or [1, L, D] where rows differ: of one seed or code, or the sum of those of
        several, or of a code between them."""
        if self._has_z(picture, parts, loaded):
            return self._mapped(parts, picture.class_index, loaded, moves)
        found = []
        for part in parts:
            alone = part.model_copy(update={"weight": 1.0})
            if self._is_drawn(part, loaded):
                w = self._mapped((alone,), picture.class_index, loaded, moves)
            elif moves:
                raise InvalidPicture("edits", "move z, but its latent is a code in w, of which no z is known")
            else:
                w = self._coded(alone, picture.model, loaded)
            found.append(w)
        widest = max(w.shape[1] for w in found)
        return weighted_sum([w.expand(1, widest, -1) for w in found], [part.weight for part in parts])

    def _has_z(self, picture: Picture, parts: tuple[Part | CodePart, ...], loaded: Loaded) -> bool:
        """Whether it is the picture of one z: neither a sum of several w nor a code in w."""
        latent = picture.latent
        is_sum = isinstance(latent, BlendLatent) and latent.path == "lerp"
        if is_sum and loaded.exact.spec.blends_in != "z":
            return False
        return all(self._is_drawn(part, loaded) for part in parts)

    def _is_drawn(self, part: Part | CodePart, loaded: Loaded) -> bool:
        """Whether it begins in z."""
        return isinstance(part, Part) or self._code(part, loaded.exact.spec).space == "z"

    def _code(self, part: CodePart, spec: GeneratorSpec) -> StoredCode:
        """Raises: InvalidPicture, CodeNotFound."""
        # Under the hash of its numbers it is never another one: it is read from disk once.
        code = self._codes.get(part.code, lambda: self._shelf.codes.get(part.code))
        wanted = {"z": (spec.z_dim,), "w": (spec.w_dim,), "w+": (spec.num_ws, spec.w_dim)}[code.space]
        if code.values.shape != wanted:
            raise InvalidPicture("latent", f"is a code of shape {code.values.shape}, not {wanted}")
        return code

    def _coded(self, part: Part | CodePart, model: str, loaded: Loaded) -> Tensor:
        """A code in w: float32 [1, 1 or L, D] on the generator's device."""
        assert isinstance(part, CodePart)
        code = self._code(part, loaded.exact.spec)
        self._behind.check(model, code)

        def read() -> Tensor:
            return torch.from_numpy(code.values)[None].to(loaded.exact.device)

        values = self._latents.get(_Latent(loaded.hash, (part,), None, ()), read)
        return values.reshape(1, -1, values.shape[-1])

    def _mapped(
        self,
        parts: tuple[Part | CodePart, ...],
        class_index: int | None,
        loaded: Loaded,
        moves: Sequence[Move],
    ) -> Tensor:
        """w float32 [1, 1, D] of one z, or of a z between several on the sphere."""

        def draw() -> Tensor:
            z = self._moved_z(parts, loaded, moves)
            c = _classes(parts, class_index, loaded.exact.spec.c_dim, z.device)
            return loaded.exact.mapping(z, c)[:, None]

        z_edits = tuple((move.digest, move.alpha) for move in moves)
        return self._latents.get(_Latent(loaded.hash, parts, class_index, z_edits), draw)

    def _moved_z(self, parts: tuple[Part | CodePart, ...], loaded: Loaded, moves: Sequence[Move]) -> Tensor:
        """z float32 [1, D] on the generator's device, with its walks."""
        generator = loaded.exact

        def z_of(part: Part | CodePart) -> Tensor:
            if isinstance(part, Part):
                return z_of_seeds([part.seed], generator.spec.z_dim)
            return torch.from_numpy(self._code(part, generator.spec).values)[None]

        z = torch.cat([z_of(part) for part in parts])
        # On the CPU, so that the code is the same on every device.
        z = z if len(parts) == 1 else blend_on_sphere(z, [part.weight for part in parts])
        z = z.to(generator.device)
        for move in moves:
            z = move.walk.apply(z, move.alpha)
        return z

    def _noise(self, key: NoiseKey, loaded: Loaded) -> Noise | None:
        if key is None:
            return None
        if isinstance(key, int):
            return self._maps(key, loaded)
        all_maps, weights = [self._maps(part.seed, loaded) for part in key], [part.weight for part in key]
        drawn = ([each for each in maps if each is not None] for maps in zip(*all_maps, strict=True))
        return tuple(blend_noise(maps, weights) if maps else None for maps in drawn)

    def _maps(self, seed: int, loaded: Loaded) -> Noise:
        generator = loaded.exact

        def draw() -> Noise:
            return tuple(
                noise_map(seed, row, size).to(generator.device) if size else None
                for row, size in enumerate(generator.spec.noise_sizes)
            )

        # Of their sizes alone: what lies between two models, another at every step of a drag, has the same.
        return self._noises.get((generator.spec.noise_sizes, generator.device, seed), draw)


def _classes(
    parts: Sequence[Part | CodePart], class_index: int | None, c_dim: int, device: torch.device
) -> Tensor | None:
    """c float32 [1, c_dim], the share of each class; None without classes."""
    if c_dim == 0:
        return None
    c = torch.zeros(1, c_dim, device=device)
    for part in parts:
        index = class_index if part.class_index is None else part.class_index
        assert index is not None, "check_picture asks for a class"
        c[0, index] += part.weight
    return c
