"""Parts: whether pictures have the parts a face needs, counted on their label maps."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wend.errors import InvalidInput

LEAST_PIXELS = 4
"""A part that covers fewer pixels than this is not there."""

_EYE, _PATCH = ("eye", "iris"), ("eyepatch",)
_NEEDED = {"nose": ("nose",), "mouth": ("lips", "mouth", "teeth"), "hair": ("hair",)}
_NEIGHBOURS = np.ones((3, 3), dtype=np.int64)


@dataclass(frozen=True)
class PartCount:
    """In how many of `count` pictures each thing is there.

    eyes: two separate eyes; nose, mouth, hair: pixels enough; complete: all four; covered: all four where
    an eyepatch may stand for one eye and a hat for the hair; incomplete: indices of those that are not
    even that.
    """

    count: int
    eyes: int
    nose: int
    mouth: int
    hair: int
    complete: int
    covered: int
    incomplete: tuple[int, ...]


def count_parts(labels: NDArray[np.integer], names: Sequence[str], least: int = LEAST_PIXELS) -> PartCount:
    """Count the parts of label maps [N, H, W], indices into `names`.

    An eye is a connected area (of 8 neighbours) of white or iris of at least `least` pixels.
    Raises: InvalidInput when these are no labels of heads.
    """
    for label in (*_EYE, *(label for part in _NEEDED.values() for label in part)):
        if label not in names:
            raise InvalidInput(f"These pictures have no label {label!r}: parts are counted of heads.")
    eyes = np.array([_areas(_mask(one, names, _EYE), least) for one in labels])
    there = {part: _covers(labels, names, wanted, least) for part, wanted in _NEEDED.items()}
    patch, hat = _covers(labels, names, _PATCH, least), _covers(labels, names, ("hat",), least)
    face = there["nose"] & there["mouth"]
    complete = (eyes >= 2) & face & there["hair"]
    covered = (eyes + patch >= 2) & face & (there["hair"] | hat)
    return PartCount(
        count=len(labels),
        eyes=int((eyes >= 2).sum()),
        nose=int(there["nose"].sum()),
        mouth=int(there["mouth"].sum()),
        hair=int(there["hair"].sum()),
        complete=int(complete.sum()),
        covered=int(covered.sum()),
        incomplete=tuple(np.flatnonzero(~covered).tolist()),
    )


@dataclass(frozen=True)
class FaceParts:
    """What one picture shows. eyes: separate ones; nose, mouth: whether they are there."""

    eyes: int
    nose: bool
    mouth: bool

    def keeps(self, other: "FaceParts") -> bool:
        """Whether it shows all that the other does; of eyes two are enough."""
        return (
            self.eyes >= min(2, other.eyes)
            and (self.nose or not other.nose)
            and (self.mouth or not other.mouth)
        )


def face_parts(
    labels: NDArray[np.integer], names: Sequence[str], least: int = LEAST_PIXELS
) -> list[FaceParts]:
    """The parts of every label map [N, H, W], as `count_parts` counts them; without labels of heads, none."""
    there = {part: _covers(labels, names, _NEEDED[part], least) for part in ("nose", "mouth")}
    return [
        FaceParts(_areas(_mask(one, names, _EYE), least), bool(nose), bool(mouth))
        for one, nose, mouth in zip(labels, there["nose"], there["mouth"], strict=True)
    ]


def _mask(labels: NDArray[np.integer], names: Sequence[str], wanted: Sequence[str]) -> NDArray[np.bool_]:
    mask: NDArray[np.bool_] = np.isin(labels, [names.index(name) for name in wanted if name in names])
    return mask


def _covers(
    labels: NDArray[np.integer], names: Sequence[str], wanted: Sequence[str], least: int
) -> NDArray[np.bool_]:
    """Which pictures show `least` pixels of these labels together, [N]."""
    there: NDArray[np.bool_] = _mask(labels, names, wanted).sum(axis=(1, 2)) >= least
    return there


def _areas(mask: NDArray[np.bool_], least: int) -> int:
    """How many connected areas of at least `least` pixels a mask [H, W] has."""
    from scipy import ndimage  # slow to import, and few processes count

    areas, _ = ndimage.label(mask, structure=_NEIGHBOURS)
    return int((np.bincount(areas.ravel())[1:] >= least).sum())
