"""Invert parameters: which photo is looked for, in which space, and for how long."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from wend.documents.picture import Hash
from wend.errors import InvalidParams
from wend.methods.form_words import shown
from wend.methods.invert.settings import AnyPlace, SearchSettings
from wend.methods.learning_fields import Rate, Seed
from wend.methods.losses import LossName

Share = Annotated[float, Field(ge=0.0, le=1.0, allow_inf_nan=False)]
Side = Annotated[float, Field(gt=0.0, le=100_000.0, allow_inf_nan=False)]
Pixel = Annotated[float, Field(ge=-100_000.0, le=100_000.0, allow_inf_nan=False)]


class InvertParams(BaseModel):
    """Find a photo inside a generator: the latent whose picture comes nearest to it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str = Field(
        min_length=1,
        max_length=128,
        description="model to look in",
        json_schema_extra=shown("", picks="model"),
    )
    photo: Hash = Field(
        description="the photo, as POST /api/images keeps it", json_schema_extra=shown("", picks="photo")
    )
    title: str = Field(
        default="", max_length=200, description="what to call the result", json_schema_extra=shown("")
    )
    crop: tuple[Share, Share, Share] | None = Field(
        default=None,
        description="square of the photo to look for: left and top edge and side, in shares of its shorter "
        "side; empty: the middle",
        json_schema_extra=shown("", advanced=True),
    )
    align: Literal["crop", "auto"] = Field(
        default="crop",
        description="auto: placed like the model's own pictures, by networks that read position, size and "
        "tilt, where its world has such",
        json_schema_extra=shown("", advanced=True),
    )
    square: tuple[Pixel, Pixel, Side, Pixel] | None = Field(
        default=None,
        description="the square in pixels of the photo instead: middle x and y, side, degrees it is turned "
        "clockwise; it may reach beyond the photo",
        json_schema_extra=shown("", advanced=True),
    )
    points: tuple[Pixel, Pixel, Pixel, Pixel, Pixel, Pixel] | None = Field(
        default=None,
        description="of a face, in pixels of the photo: x and y of its eye at the left, of that at the "
        "right, and of the mouth; it is placed as in FFHQ",
        json_schema_extra=shown("", advanced=True),
    )
    place: AnyPlace = Field(
        default="w+",
        description="w+: a w for every layer, comes nearest; w: one for all, easier to edit; z: before the "
        "mapping, what every sibling of the model understands; layers: behind early layers, near what the "
        "model's encoder says; encoder: what it says alone, at once",
        json_schema_extra=shown("Where"),
    )
    class_index: int | None = Field(
        default=None,
        ge=0,
        description="class to look in, of models with classes; empty: the one that fits best",
        json_schema_extra=shown("Where", needs="classes"),
    )
    tries: int = Field(
        default=256,
        ge=8,
        le=100_000,
        description="pictures drawn at random to begin near the best of them; none for an encoder",
        json_schema_extra=shown("Search", unit="pictures"),
    )
    generations: int = Field(
        default=12,
        ge=0,
        le=1000,
        description="of the evolution that goes on from there in z, of 16 pictures each; none for an encoder",
        json_schema_extra=shown("Search", advanced=True),
    )
    updates: int = Field(
        default=300,
        ge=1,
        le=20_000,
        description="steps of the gradient",
        json_schema_extra=shown("Search", unit="updates"),
    )
    loss: LossName | None = Field(
        default=None,
        description="perceptual: by the networks of the model's world; lpips: by AlexNet, for photographs; "
        "l2: pixels alone; empty: the first of them that is there",
        json_schema_extra=shown("Search"),
    )
    pixels: float = Field(
        default=1.0,
        ge=0.0,
        le=100.0,
        allow_inf_nan=False,
        description="weight of the squared difference of pixels beside it",
        json_schema_extra=shown("Search", advanced=True),
    )
    near: float = Field(
        default=0.002,
        ge=0.0,
        le=10.0,
        allow_inf_nan=False,
        description="how hard the latent is held near those that the generator knows; less comes nearer to "
        "the photo, more is easier to edit",
        json_schema_extra=shown("Search", advanced=True),
    )
    learning_rate: Rate = Field(
        default=0.05,
        le=1.0,
        description="of Adam, in standard deviations of the latents",
        json_schema_extra=shown("Search", advanced=True),
    )
    segmenter: Annotated[str, Field(max_length=200)] = Field(
        default="",
        description="perception set that tells what has vanished, SET or SET/NETWORK; empty: that of the "
        "model's world",
        json_schema_extra=shown("Search", advanced=True),
    )
    seed: Seed = 0

    @model_validator(mode="after")
    def _ensure_one_placing(self) -> "InvertParams":
        ways = (self.crop, self.square, self.points, "auto" if self.align == "auto" else None)
        if sum(each is not None for each in ways) > 1:
            raise ValueError("crop, square, points and align=auto are four ways to say one thing: give one")
        if self.class_index is not None and self.place in ("layers", "encoder"):
            raise ValueError("class_index: an encoder looks in no class; look in z, w or w+")
        return self

    @property
    def search(self) -> SearchSettings:
        """How it is looked for. Raises: InvalidParams for layers, where `methods.layerwise` looks."""
        if self.place == "layers" or self.place == "encoder":
            raise InvalidParams("place", "for this it is looked for in z, w or w+")
        return SearchSettings(
            self.place,
            self.class_index,
            self.tries,
            self.generations,
            self.updates,
            self.pixels,
            self.near,
            self.learning_rate,
            self.seed,
        )
