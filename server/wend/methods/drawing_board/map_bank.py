"""Map bank: samples of a model with what an extractor draws of them, and which are nearest to a drawing."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from wend.generators.generator import Generator
from wend.imaging.ink import ink_of, stroke_width
from wend.measure.slices import Sliced
from wend.methods.sketch.extractor import Extractor
from wend.methods.sketch.match import drawn_with

_CHUNK = 4
"""Samples in a slice; of pictures above _CHUNKED px one alone, or renders would wait for seconds."""
_CHUNKED = 256
_MAP_SIDE = 96
_PICTURE_SIDE = 128
_JUDGED = 32
_LOOKED_AT = 32
"""Maps held against a drawing in one slice."""
_MOST_USUAL = 0.1
_WIDEST = 0.15


@dataclass(frozen=True)
class Near:
    """A sample of a bank, by its place, and how well its map and the drawing lie on each other, 0..1."""

    place: int
    match: float


class MapBank:
    """Samples of one generator by one extractor; it grows chunk by chunk and answers for those it has.

    Kept small, 8 bits, on the extractor's device: pictures at most 128 pixels a side, maps at most 96. The
    generator is not kept: it may leave memory while the bank stays.
    """

    def __init__(self, extractor: Extractor, count: int) -> None:
        """count: samples it will hold: seeds from 0 on, untruncated."""
        self.extractor, self.count = extractor, count
        self._chunk = _CHUNK if extractor.size <= _CHUNKED else 1
        self._pictures: list[Tensor] = []
        self._maps: list[Tensor] = []
        self._usual: float | None = None
        self._width: float | None = None

    def __len__(self) -> int:
        return sum(map(len, self._maps))

    @property
    def is_whole(self) -> bool:
        """Whether all samples have been looked at."""
        return len(self) >= self.count

    @property
    def usual(self) -> float | None:
        """The match with their nearest that nine in ten of its samples have; None until it is whole."""
        return self._usual

    @property
    def width(self) -> float | None:
        """Of the lines that the extractor draws, a share of the side.

        None of other maps, at first, and where what it draws is too wide, or nothing, to be called lines.
        """
        is_line = self._width is not None and 0.0 < self._width < _WIDEST
        return self._width if is_line else None

    def grow(self, generator: Generator) -> Sliced[None]:
        """All that it lacks, a chunk a slice; several who ask may take turns. generator: always the same."""
        while not self.is_whole:
            first = len(self)
            seeds = list(range(first, min(first + self._chunk, self.count)))
            images = drawn_with(generator, seeds)
            yield
            if len(self) != first:
                continue  # another has brought these meanwhile
            maps = self.extractor.maps(images)
            if self.extractor.form == "lines":
                self._note_width(maps, first)
            self._pictures.append(_eight_bits(_shrunk(images, _PICTURE_SIDE)))
            self._maps.append(_eight_bits(_shrunk(maps, _MAP_SIDE)))
            yield
        if self._usual is None:
            judged = torch.cat(self._maps)[:_JUDGED]
            match = yield from self._match(judged)
            match[range(len(judged)), range(len(judged))] = 0.0
            self._usual = float(match.max(dim=1).values.quantile(_MOST_USUAL))

    def nearest(self, drawn: Tensor, count: int) -> Sliced[tuple[Near, ...]]:
        """The nearest samples to a drawing's map [C, S, S] in [-1, 1], nearest first."""
        if not self._maps:
            return ()
        match = (yield from self._match(_eight_bits(_shrunk(drawn[None], _MAP_SIDE))))[0]
        found, places = match.topk(min(count, len(match)))
        return tuple(Near(place, value) for place, value in zip(places.tolist(), found.tolist(), strict=True))

    def first(self, count: int) -> tuple[Near, ...]:
        """The first samples, where no drawing asks for any."""
        return tuple(Near(place, 0.0) for place in range(min(count, len(self))))

    def picture(self, place: int) -> Tensor:
        """A sample as an image float32 [1, 3, H, W] in [-1, 1], small."""
        return _unit(self._of(place, self._pictures))

    def map(self, place: int) -> Tensor:
        """What the extractor draws of it, float32 [1, C, H, W] in [-1, 1], small."""
        return _unit(self._of(place, self._maps))

    def _of(self, place: int, parts: list[Tensor]) -> Tensor:
        return parts[place // self._chunk][place % self._chunk][None]

    def _match(self, drawn: Tensor) -> Sliced[Tensor]:
        """Of small maps, uint8 [A, C, H, W], with all of the bank as the extractor scores: [A, N]."""
        ones, scores = _unit(drawn), []
        for part in torch.cat(self._maps).split(_LOOKED_AT):
            scores.append(self.extractor.score(_unit(part), ones).T)
            yield
        return torch.cat(scores, dim=1)

    def _note_width(self, maps: Tensor, first: int) -> None:
        """The mean over all samples so far."""
        width = float(stroke_width(ink_of(maps)).mean())
        before = 0.0 if self._width is None else self._width
        self._width = (before * first + width * len(maps)) / (first + len(maps))


def _shrunk(images: Tensor, side: int) -> Tensor:
    if images.shape[-1] <= side:
        return images
    return F.interpolate(images, size=(side, side), mode="area")


def _eight_bits(images: Tensor) -> Tensor:
    return images.clamp(-1.0, 1.0).mul(127.5).add(127.5).round().to(torch.uint8)


def _unit(images: Tensor) -> Tensor:
    return images.float().div(127.5).sub(1.0)
