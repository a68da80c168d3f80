"""Sampling parameters: of which factors how many pictures have which values."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from wend.methods.form_words import shown

MAX_TARGETS = 4
MAX_COUNT = 100_000

_MODEL = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
_WALK = r"^[a-z0-9][a-z0-9-]{0,63}/[A-Za-z0-9._-]{1,60}$"

Number = Annotated[float, Field(ge=-1e6, le=1e6, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0.0, le=1e6, allow_inf_nan=False)]
Spread = Annotated[float, Field(gt=0.0, le=1e6, allow_inf_nan=False)]
ImageHash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Uniform(_Frozen):
    """Every value between two equally often."""

    kind: Literal["uniform"] = "uniform"
    low: Number
    high: Number

    @model_validator(mode="after")
    def _check(self) -> "Uniform":
        if self.low >= self.high:
            raise ValueError("low must be less than high")
        return self


class Bumps(_Frozen):
    """Normal distributions side by side; what they have beyond the factor's reach is left out."""

    kind: Literal["bumps"] = "bumps"
    centers: Annotated[tuple[Number, ...], Field(min_length=1, max_length=8)]
    sds: Annotated[tuple[Spread, ...], Field(min_length=1, max_length=8)]
    weights: Annotated[tuple[Share, ...], Field(max_length=8, description="empty: all alike")] = ()

    @model_validator(mode="after")
    def _check(self) -> "Bumps":
        if len(self.centers) != len(self.sds) or (self.weights and len(self.weights) != len(self.sds)):
            raise ValueError("every bump needs a center, an sd and, where there are weights, a weight")
        if self.weights and sum(self.weights) <= 0.0:
            raise ValueError("weights: one of them must be above 0")
        return self


class HandDrawn(_Frozen):
    """Bars of one width from low to high, drawn by hand; jumps and gaps are taken as they are."""

    kind: Literal["histogram"] = "histogram"
    low: Number
    high: Number
    heights: Annotated[tuple[Share, ...], Field(min_length=1, max_length=512)]

    @model_validator(mode="after")
    def _check(self) -> "HandDrawn":
        if self.low >= self.high:
            raise ValueError("low must be less than high")
        if sum(self.heights) <= 0.0:
            raise ValueError("heights: one of them must be above 0")
        return self


class Like(_Frozen):
    """As in other pictures: those that people brought, or a world's, measured as the model's own are."""

    kind: Literal["like"] = "like"
    images: Annotated[tuple[ImageHash, ...], Field(max_length=2000, description="of POST /api/images")] = ()
    world: Annotated[str, Field(max_length=1000)] | None = Field(
        default=None, description="a world or a variant of one, e.g. portraits:head_x.sd=2x"
    )

    @model_validator(mode="after")
    def _check(self) -> "Like":
        if bool(self.images) == (self.world is not None):
            raise ValueError("name images or a world, one of both")
        return self


Distribution = Annotated[Uniform | Bumps | HandDrawn | Like, Field(discriminator="kind")]


class SampleTarget(_Frozen):
    """A factor and how its values are to be spread."""

    walk: Annotated[str, Field(pattern=_WALK)]
    distribution: Distribution


class SampleParams(_Frozen):
    """Which model, which factors with which distributions, and how many pictures."""

    model: Annotated[str, Field(pattern=_MODEL)] = Field(
        title="Model", description="that draws", json_schema_extra=shown("Model", picks="model")
    )
    targets: Annotated[tuple[SampleTarget, ...], Field(min_length=1, max_length=MAX_TARGETS)] = Field(
        title="Factors", description="each with its distribution", json_schema_extra=shown("Factors")
    )
    count: int = Field(
        default=200,
        ge=1,
        le=MAX_COUNT,
        title="Pictures",
        description="how many to draw",
        json_schema_extra=shown("Pictures", unit="pictures"),
    )
    loop: Literal["open", "closed"] = Field(
        default="open",
        title="Values",
        description="open: as the factors predict; closed: each picture measured and corrected, which takes "
        "some four times as long",
        json_schema_extra=shown("Pictures"),
    )
    psi: float | None = Field(
        default=None,
        ge=-2.0,
        le=2.0,
        allow_inf_nan=False,
        title="Truncation",
        description="ψ of the pictures; empty: that of the first factor",
        json_schema_extra=shown("Pictures", advanced=True),
    )
    psi_cutoff: int | None = Field(
        default=None,
        ge=1,
        le=64,
        title="Truncation up to",
        description="style row at which truncation ends; empty: all are truncated",
        json_schema_extra=shown("Pictures", advanced=True),
    )
    class_index: int | None = Field(
        default=None,
        ge=0,
        le=100_000,
        title="Class",
        description="of every picture; empty: the classes in turn",
        json_schema_extra=shown("Pictures", picks="class", needs="classes", advanced=True),
    )
    seed: int = Field(
        default=1,
        ge=0,
        le=20_000,
        title="Seed",
        description="s takes the model's seeds 100 000 s and on",
        json_schema_extra=shown("Pictures", advanced=True),
    )

    @model_validator(mode="after")
    def _check_walks(self) -> "SampleParams":
        walks = [target.walk for target in self.targets]
        if len(set(walks)) < len(walks):
            raise ValueError("targets: a factor stands there more than once")
        return self

    @property
    def seeds(self) -> range:
        """Of the pictures; the page draws the same ones of them."""
        first = self.seed * MAX_COUNT
        return range(first, first + self.count)
