"""Factor records: what is known of a factor beside the walk that moves it, and how a file tells it."""

from dataclasses import dataclass
from typing import Annotated, Literal

import torch
from pydantic import BaseModel, ConfigDict, Field
from torch import Tensor

from wend.latents.factor import KNOTS, FactorWalk, MonotoneCurve

Anchor = Literal["zero", "measured"]
"""What makes values absolute. zero: the middle of the prior counts as unmoved, g(0) = 0 (1 for a
magnification); measured: g(0) is the median of the attribute, measured on pictures of the generator."""

_MOST = 1e6
# Read and move are written in float32.
_LONGEST = 1e6
"""Of a move for one standard deviation; latents are of the size of 1."""
_PRODUCT_TOLERANCE = 1e-3
_TENSORS = ("read", "move", "center", "slopes")

Number = Annotated[float, Field(ge=-_MOST, le=_MOST)]


@dataclass(frozen=True)
class Factor:
    """One factor, calibrated.

    edit: name of the edit it was learned from; anchor: as `Anchor`; rms: root mean square error of the
    predicted change over trajectories held out, in the unit of the walk: half the width of the band in which
    a picture is to be expected; kept, rejected: edited pictures that were inverted and used, and thrown
    out. attribute: name of the factor that a measuring network of the model's world knows it by, or None.
    """

    walk: FactorWalk
    edit: str
    anchor: Anchor
    rms: float
    kept: int
    rejected: int
    attribute: str | None = None

    @property
    def low(self) -> float:
        """The value at -3 standard deviations of the prior."""
        return self.walk.usual[0]

    @property
    def high(self) -> float:
        """The value at +3 standard deviations."""
        return self.walk.usual[1]

    def tensors(self) -> dict[str, Tensor]:
        walk = self.walk
        # In z the two lines are one tensor, which a file may not hold twice.
        move = walk.move.clone()
        return {"read": walk.read, "move": move, "center": walk.center, "slopes": walk.curve.slopes}


class DescribedFactor(BaseModel):
    """What a factor has in its file besides its tensors."""

    model_config = ConfigDict(extra="forbid", strict=True)

    edit: Annotated[str, Field(max_length=64)]
    anchor: Anchor
    offset: Number
    seen: Annotated[tuple[Number, Number], Field(strict=False)]
    rms: Annotated[float, Field(ge=0.0, le=_MOST)]
    kept: Annotated[int, Field(ge=0)]
    rejected: Annotated[int, Field(ge=0)]
    attribute: Annotated[str, Field(max_length=64)] | None = None

    @classmethod
    def of(cls, factor: Factor) -> "DescribedFactor":
        walk = factor.walk
        return cls(
            edit=factor.edit,
            anchor=factor.anchor,
            offset=walk.curve.offset,
            seen=walk.seen,
            rms=factor.rms,
            kept=factor.kept,
            rejected=factor.rejected,
            attribute=factor.attribute,
        )

    def read(self, tensors: dict[str, Tensor], space: Literal["z", "w"], layers: tuple[int, int]) -> Factor:
        """The factor of a file. Raises: ValueError, with what is wrong."""
        if tensors.keys() != set(_TENSORS):
            raise ValueError("a factor has read, move, center and slopes, and nothing else")
        read, move, center, slopes = (tensors[name] for name in _TENSORS)
        if read.dim() != 1 or read.shape != move.shape or read.shape != center.shape:
            raise ValueError(f"a factor of shapes {[tuple(tensors[name].shape) for name in _TENSORS]}")
        if tuple(slopes.shape) != (KNOTS,) or bool((slopes < 0.0).any()) or float(slopes.sum()) <= 0.0:
            raise ValueError(f"a factor's curve must have {KNOTS} slopes, none below 0 and not all 0")
        if abs(float(read.double() @ move.double()) - 1.0) > _PRODUCT_TOLERANCE:
            raise ValueError("a factor whose position does not count its own moves")
        if self.seen[0] > self.seen[1]:
            raise ValueError("a factor with a range that ends before it begins")
        if not float(move.double().norm()) <= _LONGEST:
            raise ValueError(
                f"a factor whose latents go {_LONGEST:g} for one standard deviation, and further"
            )
        curve = MonotoneCurve(slopes.to(torch.float32), self.offset)
        walk = FactorWalk(read, move, center, curve, space, layers, self.seen)
        if not walk.usual[0] < walk.usual[1]:
            raise ValueError("a factor that has one value over all usual pictures")
        return Factor(walk, self.edit, self.anchor, self.rms, self.kept, self.rejected, self.attribute)
