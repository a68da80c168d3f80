"""Steer parameters: all that a person may say about how a walk is learned, with bounds, units and words."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from wend.methods.edits.catalog import EDITS
from wend.methods.form_words import shown
from wend.methods.learning_fields import Batch, Pairs, Rate, Seed, Strength
from wend.methods.losses import LossName
from wend.methods.steer.learners import Place, Start
from wend.methods.steer.objective import Codes, Precision
from wend.optim.schedules import Schedule, Shape
from wend.optim.settings import Method, OptimizationSettings

_OF_LINES = ("range", "reach", "scale", "start_sd")
_NO_LINE = "of linear walks; how far steps go in training is step_size times step_count"
_OF_STEPS = ("step_size", "step_count", "start", "pull", "rounded")
_NO_STEPS = "of walk 'steps' alone"


class SteerParams(BaseModel):
    """Learn a walk that does to pictures what an edit does, without labels."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str = Field(
        min_length=1,
        max_length=128,
        description="model to steer",
        json_schema_extra=shown("", picks="model"),
    )
    edit: str = Field(
        default="shift_x",
        max_length=64,
        description="what the slider shall do",
        json_schema_extra={"group": "", "enum": [*EDITS], "own": "edits"},
    )
    walk: Literal["linear", "steps"] = Field(
        default="linear",
        description="linear: one straight line for all pictures; steps: a small network that bends with each",
        json_schema_extra=shown(""),
    )
    range: Literal["near", "published"] = Field(
        default="near",
        description="how far training goes; near: what nearly centred pictures can follow",
        json_schema_extra=shown(""),
    )
    reach: Strength | None = Field(
        default=None,
        description="largest strength of a line in training, in the slider's unit, in place of the range's",
        json_schema_extra=shown("", unit="of the slider"),
    )

    place: Place = Field(
        default="layers",
        description="w: one direction for all layers; layers: a direction for each; z: before the mapping",
        json_schema_extra=shown("Where"),
    )
    layers: tuple[Annotated[int, Field(ge=0, le=64)], Annotated[int, Field(ge=0, le=64)]] | None = Field(
        default=None,
        description="style rows [start, end) that may move; all where left out; of no matter in z",
        json_schema_extra=shown("Where", picks="layers"),
    )
    classes: Literal["shared", "each", "one"] = Field(
        default="shared",
        description="of a model with classes: one walk for all, a walk for each, or for one class alone",
        json_schema_extra=shown("Where", needs="classes"),
    )
    class_index: Annotated[int, Field(ge=0, le=100_000)] | None = Field(
        default=None, description="that one class", json_schema_extra=shown("Where", picks="class")
    )
    psi: Annotated[float, Field(ge=0.0, le=2.0, allow_inf_nan=False)] | None = Field(
        default=None,
        description="truncation of the pictures it learns from; the model's own where left out",
        json_schema_extra=shown("Where", advanced=True),
    )
    codes: Codes = Field(
        default="normal",
        description="law of z; truncated: within 2 standard deviations, as BigGAN's",
        json_schema_extra=shown("Where", advanced=True),
    )

    loss: LossName = Field(
        default="l2",
        description="how a moved picture is held against the edited one",
        json_schema_extra=shown("Learning"),
    )
    samples: int = Field(
        default=960,
        ge=1,
        le=10_000_000,
        description="pictures looked at, at most",
        json_schema_extra=shown("Learning", unit="pictures"),
    )
    batch: Annotated[Batch, Field(ge=1)] = 8
    strengths: Literal["sample", "batch"] = Field(
        default="sample",
        description="a strength for every picture, or one for all of an update, as published and for steps",
        json_schema_extra=shown("Learning", advanced=True),
    )
    learning_rate: Annotated[Rate, Field(le=10.0)] = Field(
        default=0.03, description="of the optimiser, at its highest", json_schema_extra=shown("Learning")
    )
    patience: Annotated[int, Field(ge=1, le=1000)] | None = Field(
        default=4,
        description="checks without a gain after which it ends early; never where left out",
        json_schema_extra=shown("Learning", unit="checks"),
    )
    seed: Seed = 0

    method: Method = Field(
        default="adam", description="optimiser", json_schema_extra=shown("Optimiser", advanced=True)
    )
    rounds: int = Field(
        default=1,
        ge=1,
        le=1000,
        description="updates made of the same pictures: more than 1 for L-BFGS",
        json_schema_extra=shown("Optimiser", advanced=True),
    )
    memory: Pairs = Field(default=10, json_schema_extra=shown("Optimiser", advanced=True))
    schedule: Shape = Field(
        default="cosine",
        description="how the learning rate goes",
        json_schema_extra=shown("Optimiser", advanced=True),
    )
    warmup: Annotated[float, Field(ge=0.0, le=0.9, allow_inf_nan=False)] = Field(
        default=0.05,
        description="share of the run in which it rises",
        json_schema_extra=shown("Optimiser", advanced=True),
    )
    floor: Annotated[float, Field(ge=0.0, le=1.0, allow_inf_nan=False)] = Field(
        default=0.0,
        description="what is left of it at the end",
        json_schema_extra=shown("Optimiser", advanced=True),
    )
    clip: Annotated[float, Field(gt=0.0, allow_inf_nan=False)] | None = Field(
        default=None,
        description="largest norm of the gradient; any where left out",
        json_schema_extra=shown("Optimiser", advanced=True),
    )
    precision: Precision = Field(
        default="float32",
        description="of pictures in training; what is held out is looked at in float32",
        json_schema_extra=shown("Optimiser", advanced=True),
    )
    held_out: int = Field(
        default=16,
        ge=1,
        le=1024,
        description="pictures it never learns from, to tell how good it is",
        json_schema_extra=shown("Optimiser", unit="pictures", advanced=True),
    )
    check_every: int = Field(
        default=20,
        ge=0,
        le=1_000_000,
        description="updates between looks at those; 0: at either end only",
        json_schema_extra=shown("Optimiser", unit="updates", advanced=True),
    )
    least_gain: Annotated[float, Field(ge=0.0, le=0.5, allow_inf_nan=False)] = Field(
        default=0.003,
        description="share by which a look must be better to count as a gain",
        json_schema_extra=shown("Optimiser", advanced=True),
    )
    scale: Literal["even", "published", "reach"] = Field(
        default="even",
        description="what strength 1 multiplies a line by; the line is that of the near or the run's reach",
        json_schema_extra=shown("Optimiser", advanced=True),
    )
    start_sd: Annotated[float, Field(ge=0.0, le=10.0, allow_inf_nan=False)] = Field(
        default=0.0,
        description="spread of a line's numbers at the start",
        json_schema_extra=shown("Optimiser", advanced=True),
    )

    step_size: Annotated[float, Field(ge=-1000.0, le=1000.0, allow_inf_nan=False)] | None = Field(
        default=None,
        description="strength of one step of a step walk; the edit's own where left out",
        json_schema_extra=shown("Steps", unit="of the slider", advanced=True),
    )
    step_count: Annotated[int, Field(ge=1, le=64)] | None = Field(
        default=None,
        description="steps either way in training; the edit's own where left out",
        json_schema_extra=shown("Steps", advanced=True),
    )
    start: Start = Field(
        default="still",
        description="how the step networks begin",
        json_schema_extra=shown("Steps", advanced=True),
    )
    pull: Annotated[float, Field(gt=0.0, le=1.0, allow_inf_nan=False)] = Field(
        default=1.0,
        description="in w, share of the way from the mean latent that is left after each step",
        json_schema_extra=shown("Steps", advanced=True),
    )
    rounded: bool = Field(
        default=False,
        description="the slider goes in whole steps, as published, instead of smoothly",
        json_schema_extra=shown("Steps", advanced=True),
    )

    def _ensure_of_use(self) -> None:
        """What would be read by nobody is refused. Raises: ValueError."""
        idle, why = (_OF_LINES, _NO_LINE) if self.walk == "steps" else (_OF_STEPS, _NO_STEPS)
        for name in idle:
            if getattr(self, name) != type(self).model_fields[name].default:
                raise ValueError(f"{name} is {why}")
        if self.pull != 1.0 and self.place == "z":
            raise ValueError("pull is of walks in w: in z every step keeps the code's length")

    @model_validator(mode="after")
    def _fits(self) -> "SteerParams":
        if self.layers is not None and self.layers[0] >= self.layers[1]:
            raise ValueError("layers must begin before they end")
        if (self.classes == "one") != (self.class_index is not None):
            raise ValueError("class_index belongs to classes 'one', and is needed there")
        if self.samples < self.batch:
            raise ValueError("samples must be at least one batch")
        if self.step_size == 0.0:
            raise ValueError("a step must have a size")
        if self.method == "lbfgs" and self.rounds == 1:
            raise ValueError("L-BFGS learns nothing of a curve in a single round: set rounds to 2 or more")
        self._ensure_of_use()
        return self

    @property
    def updates(self) -> int:
        """Updates at most: one pass over the samples, every draw used for all its rounds."""
        return max(1, self.samples // self.batch) * self.rounds

    @property
    def optimization(self) -> OptimizationSettings:
        """What the one loop is told."""
        return OptimizationSettings(
            updates=self.updates,
            method=self.method,
            learning_rate=self.learning_rate,
            schedule=Schedule(self.schedule, self.warmup, self.floor),
            rounds=self.rounds,
            clip=self.clip,
            memory=self.memory,
            check_every=self.check_every,
            patience=self.patience,
            least_gain=self.least_gain,
        )
