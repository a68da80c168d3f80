"""Sketch parameters: all that a person may say about how a generator is taught by drawings."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from wend.library.card import ModelId
from wend.methods.form_words import shown
from wend.methods.learning_fields import Batch, Rate, Seed
from wend.methods.sketch.extractor import ExtractorKind
from wend.worlds.registry import VARIANTS, WORLDS

Trainable = Literal["z_warp", "mapping", "w_shift"]
"""z_warp: layers that move z before the mapping network; mapping: every layer of it; w_shift: one vector
added behind it."""
SAMPLES = "samples"
LAST = "-last"
"""Behind the name of the model of the last update, where another one matched better."""
MOST_NAME = 64 - len(LAST)
"""Characters of a name that leaves room for that: see `library.card.ModelId`."""
PUBLISHED_GAMMA, PUBLISHED_SIDE = 10.0, 256
SLOWING = 60
"""Updates after which the rate has halved, where nothing else is asked for and D_Y is told from w."""
Weight = Annotated[float, Field(ge=0.0, le=100.0, allow_inf_nan=False)]
SmallRate = Annotated[Rate, Field(le=10.0)]


class SketchParams(BaseModel):
    """Teach a copy of a generator the pose of a few drawings, and publish it as a new model."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: ModelId = Field(
        description="model to begin with; it must have a mapping network",
        json_schema_extra=shown("", picks="model"),
    )
    sketches: str = Field(
        pattern=r"^[0-9a-f]{12}$",
        description="set of drawings to learn from",
        json_schema_extra=shown("", picks="sketches"),
    )
    name: ModelId | None = Field(
        default=None,
        description="folder of the new model: letters, digits, dots, hyphens and underscores; the first that "
        "is free where left out",
        json_schema_extra=shown(""),
    )
    title: Annotated[str, Field(max_length=120)] | None = Field(
        default=None,
        description="what the new model is called on the page; empty: as its folder",
        json_schema_extra=shown(""),
    )
    extractor: ExtractorKind | None = Field(
        default=None,
        description="what draws of pictures what the drawings show; empty: as the set says. edges is a "
        "fallback for pictures that no network draws",
        json_schema_extra=shown("", advanced=True),
    )
    network: Annotated[str, Field(max_length=200)] | None = Field(
        default=None,
        description="of the extractor card: SET or SET/NETWORK among the networks that look",
        json_schema_extra=shown("", advanced=True),
    )
    trainable: Trainable = Field(
        default="z_warp",
        description="z_warp: how z is drawn, so that all pictures stay the model's own; mapping: the whole "
        "mapping network, as published; w_shift: one vector that is added to w",
        json_schema_extra=shown(""),
    )
    gradient: Literal["latents", "pictures"] = Field(
        default="latents",
        description="where the gradient comes from: latents, by what the judge of drawings says of samples, "
        "told from w; pictures, as published, through the pictures and what is drawn of them, "
        "which ends where pictures change at a stroke",
        json_schema_extra=shown(""),
    )
    pictures: Annotated[str, Field(max_length=1000)] = Field(
        default="",
        description="what its pictures shall go on to look like: a folder or zip in data/pictures, a world, "
        "or 'samples' of the model itself; empty: its own world, and samples where it has none",
        examples=[SAMPLES, *WORLDS, *VARIANTS],
        json_schema_extra=shown("", picks="pictures"),
    )

    iterations: int = Field(
        default=600,
        ge=1,
        le=10_000_000,
        description="updates at most",
        json_schema_extra=shown("Learning", unit="updates"),
    )
    minutes: Annotated[float, Field(gt=0.0, le=100_000.0, allow_inf_nan=False)] | None = Field(
        default=None,
        description="of training at most; a run that ends by the clock is not the same twice",
        json_schema_extra=shown("Learning", unit="minutes", advanced=True),
    )
    patience: int = Field(
        default=8,
        ge=0,
        le=1000,
        description="looks without a smaller gap after which it ends; 0: never",
        json_schema_extra=shown("Learning", unit="looks"),
    )
    look_every: int = Field(
        default=50,
        ge=1,
        le=1_000_000,
        description="updates between two looks at how far samples are from the drawings",
        json_schema_extra=shown("Learning", unit="updates", advanced=True),
    )
    batch: Batch = Field(default=16, ge=1)
    learning_rate: SmallRate = Field(
        default=0.1,
        description="of Adam on the generator; the layers of a mapping network, and of a warp of z, move a "
        "hundred times slower. 0.002 as published",
        json_schema_extra=shown("Learning"),
    )
    slowing: Annotated[int, Field(ge=0, le=1_000_000)] | None = Field(
        default=None,
        description="updates, the first of the judge alone among them, after which that rate has halved, and "
        "after twice as many is a third; 0, as published: it stays; empty: 60 where told from w",
        json_schema_extra=shown("Learning", unit="updates", advanced=True),
    )
    judge_learning_rate: SmallRate = Field(
        default=0.001,
        description="of Adam on both discriminators, before its correction for lazy penalties; 0.002 as "
        "published",
        json_schema_extra=shown("Learning", advanced=True),
    )
    image_weight: Weight = Field(
        default=0.0,
        description="of looking like the pictures (lambda_image); it holds the pose back. 0.7 as published, "
        "0.5 for faces of 1024 px; 0 needs no pictures, and will do where z alone is moved",
        json_schema_extra=shown("Learning"),
    )
    displacement_weight: Weight = Field(
        default=0.2,
        description="of moving z as little, and in as few directions, as the drawings ask for (z_warp only); "
        "where the gradient is of latents, it goes down as more is known",
        json_schema_extra=shown("Learning"),
    )
    l1_weight: Weight = Field(
        default=0.0,
        description="of staying near the model's own numbers (L_weight); 0 as published",
        json_schema_extra=shown("Learning", advanced=True),
    )
    augmentation: Literal["few", "always", "never"] = Field(
        default="few",
        description="shift drawings and drawn pictures at random: always, as published, only where there are "
        "few (fewer than 12), which a judge would learn by heart, or never",
        json_schema_extra=shown("Learning"),
    )
    jitter: Annotated[float, Field(ge=0.0, le=0.2, allow_inf_nan=False)] = Field(
        default=0.0,
        description="turn, size and move drawings and drawn pictures at random, by so much at most: of the "
        "side, of their size, in radians; 0 as published: not; 0.03 hides no pose, and a smile comes later",
        json_schema_extra=shown("Learning", unit="of the side", advanced=True),
    )
    softening: Annotated[float, Field(ge=0.0, le=0.25, allow_inf_nan=False)] = Field(
        default=0.014,
        description="blur drawings and drawn pictures at random, so far at most, so that how crisp a line is "
        "does not count; 0 as published: not",
        json_schema_extra=shown("Learning", unit="of the side", advanced=True),
    )
    discriminator: Literal["pretrained", "fresh"] = Field(
        default="pretrained",
        description="how the judge of drawings begins: as the model's own discriminator, or anew (far "
        "worse), and that of pictures too where the model has none",
        json_schema_extra=shown("Learning", advanced=True),
    )
    r1_gamma: Weight | None = Field(
        default=None,
        description="of the gradient penalty of both discriminators, every 16 updates; empty: the published "
        "10 at 256 px and more, and in proportion to the pixels below",
        json_schema_extra=shown("Learning", advanced=True),
    )
    style_mixing: Annotated[float, Field(ge=0.0, le=1.0, allow_inf_nan=False)] = Field(
        default=0.0,
        description="chance that an update's pictures take their later layers from a second latent; 0.9 as "
        "published",
        json_schema_extra=shown("Learning", advanced=True),
    )
    average: Annotated[float, Field(ge=0.0, lt=1.0, allow_inf_nan=False)] = Field(
        default=0.99,
        description="of the mapping's numbers over updates, how much stays each time; 0 as published: none",
        json_schema_extra=shown("Learning", advanced=True),
    )
    picture_count: int = Field(
        default=2_000,
        ge=16,
        le=1_000_000,
        description="pictures of a world, or samples, that are drawn to look like; as many as 2 GiB hold",
        json_schema_extra=shown("Learning", unit="pictures", advanced=True),
    )
    precision: Literal["float32", "bfloat16"] = Field(
        default="bfloat16",
        description="of convolutions while it learns; float32 as published. The model is float32 either way",
        json_schema_extra=shown("Learning", advanced=True),
    )
    seed: Seed = 0

    def learning_rate_at(self, update: int) -> float:
        """Of the generator, at an update, from 0 on.

        With a rate that stays, child and judge follow each other about a place that neither keeps; as it goes
        down with 1 / update they come to rest. Source: Robbins and Monro, "A stochastic approximation
        method", Annals of Mathematical Statistics 1951.
        """
        slowing = self.slowing
        if slowing is None:
            slowing = SLOWING if self.gradient == "latents" else 0
        return self.learning_rate / (1.0 + update / slowing) if slowing else self.learning_rate

    def gamma_at(self, side: int) -> float:
        """Of R1, for pictures of `side` pixels.

        Its gradient goes with the number of pixels. Source: Karras et al., "Training generative adversarial
        networks with limited data", NeurIPS 2020, appendix C: gamma in proportion to them.
        """
        if self.r1_gamma is not None:
            return self.r1_gamma
        return PUBLISHED_GAMMA * min(1.0, side / PUBLISHED_SIDE) ** 2

    @model_validator(mode="after")
    def _fits(self) -> "SketchParams":
        if self.name == self.model:
            raise ValueError("the new model needs a name of its own")
        if self.name is not None and len(self.name) > MOST_NAME:
            raise ValueError(
                f"the new model's name has at most {MOST_NAME} characters, as {LAST} may follow it"
            )
        return self


PUBLISHED: dict[str, JsonValue] = {
    "trainable": "mapping", "gradient": "pictures",
    "iterations": 75_000, "patience": 0, "look_every": 5_000, "batch": 4,
    "learning_rate": 0.002, "slowing": 0, "judge_learning_rate": 0.002, "image_weight": 0.7, "l1_weight": 0.0,
    "displacement_weight": 0.0, "jitter": 0.0, "softening": 0.0,
    "augmentation": "always", "discriminator": "pretrained", "r1_gamma": PUBLISHED_GAMMA, "style_mixing": 0.9,
    "average": 0.0, "precision": "float32",
}  # fmt: skip
"""Wang, Bau and Zhu, ICCV 2021, released code; the numbers of its human-sketch runs."""


MAPPING: dict[str, JsonValue] = {
    "trainable": "mapping", "gradient": "pictures", "iterations": 300, "patience": 6,
    "batch": 8, "learning_rate": 0.2, "slowing": 0, "judge_learning_rate": 0.002,
    "image_weight": 0.2, "displacement_weight": 0.0, "jitter": 0.0, "softening": 0.0,
    "augmentation": "always", "style_mixing": 0.9, "average": 0.95,
}  # fmt: skip
"""The published objective, in as few updates as a generator of 64 px needs."""


def presets() -> dict[str, dict[str, JsonValue]]:
    """The published numbers, and others that teach the mapping network; the defaults move z."""
    return {"As published": PUBLISHED, "Mapping network, quickly": MAPPING}
