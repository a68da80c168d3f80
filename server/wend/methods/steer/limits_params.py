"""Limits parameters: what "how far can it go?" asks for."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from wend.measure.walk_limits import BEYOND

_MODEL = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
_WALK = r"^[a-z0-9][a-z0-9-]{0,63}/[A-Za-z0-9._-]{1,60}$"


class LimitsParams(BaseModel):
    """Which walk, how many seeds at how many strengths, and who is asked what."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: Annotated[str, Field(pattern=_MODEL)] = Field(
        title="Model", description="whose walk it is", json_schema_extra={"picks": "model"}
    )
    walk: Annotated[str, Field(pattern=_WALK)] = Field(
        title="Walk", description="how far can it go?", json_schema_extra={"picks": "walk"}
    )
    seeds: int = Field(
        default=200,
        ge=20,
        le=5000,
        title="Seeds",
        description="pictures at every strength; more make curves steadier",
        json_schema_extra={"unit": "pictures"},
    )
    steps: int = Field(
        default=8,
        ge=4,
        le=40,
        title="Strengths",
        description="how many within the walk's range",
    )
    beyond: float = Field(
        default=BEYOND,
        ge=1.0,
        le=4.0,
        title="Beyond",
        description="how many times as far as its range to look",
        json_schema_extra={"unit": "x"},
    )
    low: float | None = Field(
        default=None,
        ge=-1000.0,
        le=0.0,
        allow_inf_nan=False,
        title="From",
        description="least strength of the range, in the walk's unit; empty: its own",
        json_schema_extra={"advanced": True},
    )
    high: float | None = Field(
        default=None,
        ge=0.0,
        le=1000.0,
        allow_inf_nan=False,
        title="To",
        description="greatest strength of the range, in the walk's unit; empty: its own",
        json_schema_extra={"advanced": True},
    )
    factor: Annotated[str, Field(max_length=64)] | None = Field(
        default=None,
        title="Judged by",
        description="a factor, luminance, red, green or blue; empty: what it was taught, or moves most",
        json_schema_extra={"advanced": True},
    )
    psi: float | None = Field(
        default=None,
        ge=-2.0,
        le=2.0,
        allow_inf_nan=False,
        title="Truncation",
        description="ψ of the pictures; empty: the walk's own",
        json_schema_extra={"advanced": True},
    )
    world_pictures: int = Field(
        default=500,
        ge=50,
        le=10_000,
        title="Pictures of the world",
        description="how many its densities are drawn from, and the judge is tried on",
        json_schema_extra={"unit": "pictures", "advanced": True},
    )
    seed: int = Field(
        default=0,
        ge=0,
        le=1000,
        title="Seed",
        description="s takes seeds s n to s n + n - 1 of the model",
        json_schema_extra={"advanced": True},
    )

    @model_validator(mode="after")
    def _ensure_range(self) -> "LimitsParams":
        if self.low == 0.0 and self.high == 0.0:
            raise ValueError("From and to are both 0: there is nothing to look at.")
        return self
