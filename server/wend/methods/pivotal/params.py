"""Pivotal parameters: which photo a generator is tuned to, and how far."""

from typing import Annotated

from pydantic import Field

from wend.library.card import ModelId
from wend.methods.form_words import shown
from wend.methods.invert.params import InvertParams
from wend.methods.learning_fields import Rate
from wend.methods.pivotal.tuning import (
    PUBLISHED_LOCALITY,
    PUBLISHED_RATE,
    PUBLISHED_UPDATES,
    TuningSettings,
)


class PivotalParams(InvertParams):
    """Find a photo, then tune a copy of the generator until it draws it there."""

    name: ModelId | None = Field(
        default=None,
        description="id of the new model; the first that is free where left out",
        json_schema_extra=shown(""),
    )
    tuning: int = Field(
        default=PUBLISHED_UPDATES,
        ge=1,
        le=20_000,
        description="steps of the weights; 350 as published",
        json_schema_extra=shown("Tuning", unit="updates"),
    )
    tuning_rate: Rate = Field(
        default=PUBLISHED_RATE,
        le=0.1,
        description="of Adam on the weights; 0.0003 as published",
        json_schema_extra=shown("Tuning", advanced=True),
    )
    locality: Annotated[float, Field(ge=0.0, le=100.0, allow_inf_nan=False)] = Field(
        default=PUBLISHED_LOCALITY,
        description="weight of what pictures near by change; 0.1 as published, 0 lets them",
        json_schema_extra=shown("Tuning", advanced=True),
    )
    reach: Annotated[float, Field(gt=0.0, le=10_000.0, allow_inf_nan=False)] | None = Field(
        default=None,
        description="how far away those lie, over all style rows; empty: the published 30 of 18 x 512 "
        "numbers, brought to as many as there are",
        json_schema_extra=shown("Tuning", advanced=True),
    )

    @property
    def tuned(self) -> TuningSettings:
        """How the weights are tuned."""
        return TuningSettings(self.tuning, self.tuning_rate, self.locality, self.reach, self.seed)
