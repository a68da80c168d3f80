"""Survey parameters: which generators are held against which real pictures, and seen by whom."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from wend.library.card import ModelId
from wend.measure.class_areas import LEAST_PICTURES
from wend.worlds.registry import VARIANTS, WORLDS

MOST_MODELS = 4
PUBLISHED_COUNT = 10_000
"""Source: Bau et al. 2019, released code: pictures of either side."""


class SurveyParams(BaseModel):
    """What a survey is told."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    models: tuple[ModelId, ...] = Field(
        min_length=1,
        max_length=MOST_MODELS,
        title="Models",
        description="one to four, side by side in one figure",
        json_schema_extra={"picks": "models"},
    )
    against: Annotated[str, Field(max_length=1000)] = Field(
        default="",
        title="Against",
        description="real pictures: a world (portraits, portraits:glasses=none), or the name of a folder or "
        "zip in data/pictures; empty: the first model's own world",
        examples=[*WORLDS, *VARIANTS],
        json_schema_extra={"picks": "pictures"},
    )
    count: int = Field(
        default=1000,
        ge=LEAST_PICTURES,
        le=100_000,
        title="Pictures",
        description="of every model; of the real ones twice as many, for the noise floor",
        json_schema_extra={"unit": "pictures"},
    )
    psi: float = Field(
        default=1.0,
        ge=-2.0,
        le=2.0,
        allow_inf_nan=False,
        title="Truncation",
        description="ψ of the models' pictures; 1 is none, and less leaves more out",
    )
    segmenter: Annotated[str, Field(max_length=200)] = Field(
        default="",
        title="Segmenter",
        description="perception set that tells what is where, SET or SET/NETWORK; empty: the one trained on "
        "the world",
        json_schema_extra={"advanced": True},
    )
    size: Annotated[int, Field(ge=16, le=1024)] | None = Field(
        default=None,
        title="Size",
        description="side at which all pictures are looked at; empty: of the largest model",
        json_schema_extra={"unit": "px", "advanced": True},
    )
    seed: int = Field(
        default=0,
        ge=0,
        le=1000,
        title="Seed",
        description="s takes seeds s n to s n + n - 1 of the models, and other real pictures",
        json_schema_extra={"advanced": True},
    )

    @model_validator(mode="after")
    def _ensure_distinct(self) -> "SurveyParams":
        if len(set(self.models)) < len(self.models):
            raise ValueError("a model is named twice")
        return self


def presets() -> dict[str, dict[str, JsonValue]]:
    """A look, and the published number."""
    return {"quick": {"count": 300}, "as published": {"count": PUBLISHED_COUNT, "psi": 1.0}}
