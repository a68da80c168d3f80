"""Vanished parameters: whose pictures are looked for in which model, and how long each."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from wend.errors import InvalidParams
from wend.library.card import ModelId
from wend.methods.form_words import shown
from wend.methods.invert.settings import AnyPlace, SearchSettings
from wend.methods.learning_fields import Seed
from wend.methods.losses import LossName
from wend.worlds.registry import VARIANTS, WORLDS


class VanishedParams(BaseModel):
    """What is looked for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: ModelId = Field(description="model to look in", json_schema_extra=shown("", picks="model"))
    pictures: Annotated[str, Field(max_length=1000)] = Field(
        default="",
        description="a folder or zip of pictures in data/pictures, or a world; empty: the model's own world, "
        "of pictures that it was not trained on",
        examples=[*WORLDS, *VARIANTS],
        json_schema_extra=shown("", picks="pictures"),
    )
    count: int = Field(
        default=12,
        ge=1,
        le=1000,
        description="at most so many are looked for",
        json_schema_extra=shown("", unit="pictures"),
    )
    place: AnyPlace = Field(
        default="w+",
        description="w+: a w for every layer, comes nearest; w: one for all; z: before the mapping; layers: "
        "behind early layers, near what the model's encoder says, the published way; encoder: what it says "
        "alone, at once",
        json_schema_extra=shown("Where"),
    )
    align: Literal["crop", "auto"] = Field(
        default="crop",
        description="crop: the middle square of each; auto: placed like the model's own pictures, where its "
        "world has networks that tell how",
        json_schema_extra=shown("Where"),
    )
    tries: int = Field(
        default=128,
        ge=8,
        le=100_000,
        description="pictures drawn at random to begin near the best of them",
        json_schema_extra=shown("Search", unit="pictures"),
    )
    updates: int = Field(
        default=200,
        ge=1,
        le=20_000,
        description="steps of the gradient, for each picture",
        json_schema_extra=shown("Search", unit="updates"),
    )
    loss: LossName | None = Field(
        default=None,
        description="perceptual, lpips or l2; empty: the first of them that is there",
        json_schema_extra=shown("Search", advanced=True),
    )
    segmenter: Annotated[str, Field(max_length=200)] = Field(
        default="",
        description="perception set that tells labels, SET or SET/NETWORK; empty: that of the model's world",
        json_schema_extra=shown("Search", advanced=True),
    )
    seed: Seed = 0

    @property
    def search(self) -> SearchSettings:
        """How each is looked for. Raises: InvalidParams for layers, where `methods.layerwise` looks."""
        if self.place == "layers" or self.place == "encoder":
            raise InvalidParams("place", "for this it is looked for in z, w or w+")
        return SearchSettings(self.place, None, self.tries, 6, self.updates, seed=self.seed)


def presets() -> dict[str, dict[str, JsonValue]]:
    """A look, and a thorough one."""
    return {"quick": {"count": 6, "updates": 80}, "thorough": {"count": 50, "tries": 256, "updates": 600}}
