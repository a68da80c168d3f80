"""Keep still: w edits bent so that the inside of a mask does not move with them."""

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor

from wend.generators.generator import Generator
from wend.library.images import ImageStore
from wend.measure.slices import Sliced
from wend.methods.region.space import RegionSpace
from wend.methods.still.scene import Noise, StillScene
from wend.methods.still.search import StillSearch
from wend.pictures.recent import Recent
from wend.pictures.still import Bent, StillMove

KEPT_SCENES, KEPT_SEARCHES = 3, 64
_ALIKE = 0.5
"""Cosine of two edits from which on what is known of the one serves the other for a while."""
_FURTHEST = 1.25  # times the edits that were worked out: beyond, nothing is known

_Key = tuple[object, ...]


class StillKeeper:
    """Bends edits for pictures with still masks. What it has worked out is kept, and so is what it is at work
    on; corrections that are worked out depend on what it is given alone.

    mask: opens a mask by its hash, which is done once for a scene. check: told of the masks of each picture,
    raises ImageNotFound for one that is gone.
    """

    def __init__(self, mask: Callable[[str], Tensor], check: Callable[[str], object] | None = None) -> None:
        self._mask = mask
        self._check = check
        self._spaces: Recent[str, RegionSpace] = Recent(KEPT_SCENES)
        self._scenes: Recent[_Key, tuple[StillScene | None]] = Recent(KEPT_SCENES)
        self._searches: Recent[_Key, StillSearch] = Recent(KEPT_SEARCHES)
        self._newest: Recent[_Key, list[StillSearch]] = Recent(KEPT_SCENES)

    def clear(self) -> None:
        """Give the device's memory back."""
        for kept in (self._newest, self._searches, self._scenes, self._spaces):
            kept.clear()

    def let_go(self, generator_hash: str) -> None:
        """A generator has left memory: nothing may hold it, nor a mixture of it. What is worked out stays."""

        def is_of(name: object) -> bool:
            return generator_hash in str(name)

        self._spaces.drop(lambda space_of, _: is_of(space_of))
        self._scenes.drop(lambda place, _: is_of(place[0]))
        self._newest.drop(lambda place, _: is_of(place[0]))
        self._searches.drop(lambda _, search: not search.is_done and is_of(search.generator_hash))

    def bend(
        self,
        generator: Generator,
        generator_hash: str,
        ws: Tensor,
        noise: Noise,
        noise_key: object,
        masks: tuple[str, ...],
        moves: tuple[StillMove, ...],
    ) -> Bent:
        """ws float32 [1, L, D] moved by all edits, bent to leave the inside of the masks as it is: as far as
        that is known, and what is left to work out (`StillSearch`).

        Until it is worked out, what is known of another strength of the same edits is taken, in proportion,
        or nothing is kept still. Raises: ImageNotFound.
        """
        place: _Key = (generator_hash, ws.cpu().numpy().tobytes(), noise_key, masks)
        if self._check is not None:
            for name in masks:
                self._check(name)

        def begin() -> StillSearch:
            scene = partial(self._scene, place, generator, ws, noise, masks)
            return StillSearch(scene, ws, moves, generator_hash)

        told = tuple((move.digest, move.walk.layers, move.alpha) for move in moves)
        search = self._searches.get((place, told), begin)
        known = self._newest.get(place, list)
        if search in known:
            known.remove(search)
        moved = ws + search.move.to(ws)
        if search.correction is not None:
            known.append(search)
            return Bent(moved + search.correction.to(ws), None)
        near = _in_proportion(search.move, known)
        del known[:-8]
        known.append(search)
        return Bent(moved if near is None else moved + near.to(ws), search)

    def _scene(
        self, place: _Key, generator: Generator, ws: Tensor, noise: Noise, masks: tuple[str, ...]
    ) -> Sliced[StillScene | None]:
        kept = self._scenes.peek(place)
        if kept is not None:
            return kept[0]
        space = self._spaces.peek(str(place[0]))
        if space is None:
            fitted = space = yield from RegionSpace.fit(generator)
            self._spaces.get(str(place[0]), lambda: fitted)
        opened = [self._mask(name) for name in masks]
        scene = yield from StillScene.open(generator, ws, noise, opened, space)
        self._scenes.get(place, lambda: (scene,))
        return scene


def keeper_of(images: ImageStore | None) -> StillKeeper | None:
    """Who bends edits where masks are kept; nobody where there are none."""
    return None if images is None else StillKeeper(images.mask, images.get)


def _in_proportion(move: Tensor, known: list[StillSearch]) -> Tensor | None:
    """What edits alike need, at this strength: float32 [1, L, D]; the most alike, the newest of equals."""
    best: tuple[float, StillSearch] | None = None
    for search in known:
        other = search.move
        alike = float((move * other).sum() / (move.norm() * other.norm()).clamp_min(1e-12))
        if search.stations and alike >= max(_ALIKE, 0.0 if best is None else best[0]):
            best = alike, search
    if best is None:
        return None
    stations, other = best[1].stations, best[1].move
    share = min(_FURTHEST, float((move * other).sum() / other.square().sum()))
    before, below = 0.0, torch.zeros_like(move)
    for place, correction in stations:
        if share <= place:
            return torch.lerp(below, correction, (share - before) / (place - before))
        before, below = place, correction
    return below * min(_FURTHEST, share / before)
