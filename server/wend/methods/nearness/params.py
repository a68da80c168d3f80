"""Nearness parameters: which model is held against its world, and by how many pictures."""

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from wend.library.card import ModelId

LEAST_COUNT = 50
MOST_COUNT = 20_000
"""What is seen of all pictures lies in memory: some 3 KiB each at 320 features."""


class NearnessParams(BaseModel):
    """What a measurement of nearness is told."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: ModelId = Field(
        title="Model",
        description="held against the world its card names",
        json_schema_extra={"picks": "model"},
    )
    count: int = Field(
        default=1000,
        ge=LEAST_COUNT,
        le=MOST_COUNT,
        title="Pictures",
        description="of the model; of the world twice as many, for the noise floor. Distances compare at the "
        "same count alone",
        json_schema_extra={"unit": "pictures"},
    )
    psi: float = Field(
        default=1.0,
        ge=-2.0,
        le=2.0,
        allow_inf_nan=False,
        title="Truncation",
        description="ψ of the model's pictures; 1 is none",
    )
    k: int = Field(
        default=3,
        ge=1,
        le=40,
        title="Neighbours",
        description="of precision and recall: how far a picture's surroundings reach",
        json_schema_extra={"advanced": True},
    )
    seed: int = Field(
        default=0,
        ge=0,
        le=1000,
        title="Seed",
        description="s takes seeds s n to s n + n - 1 of the model, and other pictures of the world",
        json_schema_extra={"advanced": True},
    )


def presets() -> dict[str, dict[str, JsonValue]]:
    """A look, and what `wend measure model` takes."""
    return {"Quick": {"count": 300}, "As the command measures": {"count": 5000}}
