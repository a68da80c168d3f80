"""Factor parameters: all that a person may say about how a factor is found, with bounds, units and words."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from wend.methods.factor.edits import FACTOR_EDITS
from wend.methods.factor.loss import LossName, Order
from wend.methods.factor.records import LEAST_KEPT, most_kept
from wend.methods.factor.trajectories import Way
from wend.methods.form_words import shown
from wend.methods.learning_fields import Rate, Seed

MOST_STARTS = 1000


class FactorParams(BaseModel):
    """Find a factor: a slider in natural units that puts a picture at a value, learned without labels."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str = Field(
        min_length=1,
        max_length=128,
        description="model to look in",
        json_schema_extra=shown("", picks="model"),
    )
    edit: str = Field(
        default="shift_x",
        max_length=64,
        description="what the factor does to a picture",
        json_schema_extra={"group": "", "enum": [*FACTOR_EDITS], "own": "edits"},
    )
    starts: int = Field(
        default=50,
        ge=1,
        le=MOST_STARTS,
        description="pictures that trajectories set out from",
        json_schema_extra=shown("", unit="pictures"),
    )

    space: Literal["auto", "w", "z"] = Field(
        default="auto",
        description="w, whitened, where there is one: factors lie straighter there; z: before the mapping",
        json_schema_extra=shown("Where"),
    )
    layers: tuple[Annotated[int, Field(ge=0, le=64)], Annotated[int, Field(ge=0, le=64)]] | None = Field(
        default=None,
        description="style rows [start, end) that may move; all where left out; of no matter in z",
        json_schema_extra=shown("Where", picks="layers"),
    )
    class_index: Annotated[int, Field(ge=0, le=100_000)] | None = Field(
        default=None,
        description="of a model with classes: the one to learn from; all, pooled, where left out",
        json_schema_extra=shown("Where", picks="class", needs="classes"),
    )
    left_out: Annotated[int, Field(ge=0, le=100_000)] | None = Field(
        default=None,
        description="a class to keep out of the pool, to see whether the factor holds there too",
        json_schema_extra=shown("Where", picks="class", needs="classes", advanced=True),
    )
    psi: Annotated[float, Field(ge=0.0, le=2.0, allow_inf_nan=False)] | None = Field(
        default=None,
        description="truncation of the pictures; the model's own where left out",
        json_schema_extra=shown("Where", advanced=True),
    )
    clear_of: Annotated[str, Field(max_length=1024)] = Field(
        default="",
        description="ids of factors found before, with commas, that this one is not to share a line with",
        json_schema_extra=shown("Where", advanced=True),
    )

    strengths: Literal["near", "published"] = Field(
        default="near",
        description="how far pictures are edited; near: what nearly centred pictures follow",
        json_schema_extra=shown("Trajectories"),
    )
    reach: Annotated[float, Field(gt=0.0, le=1000.0, allow_inf_nan=False)] | None = Field(
        default=None,
        description="largest edit, in the factor's unit (0.2: 1.2 times as large), in place of those",
        json_schema_extra=shown("Trajectories", unit="of the factor"),
    )
    targets: int = Field(
        default=1,
        ge=1,
        le=50,
        description="edits on the way to the largest one, of each sign",
        json_schema_extra=shown("Trajectories"),
    )
    updates: int = Field(
        default=10,
        ge=1,
        le=10_000,
        description="of the code, for every target, at most",
        json_schema_extra=shown("Trajectories"),
    )
    loss: LossName = Field(
        default="blurred",
        description="how a picture is held against the edited one; blurred: fine texture does not count",
        json_schema_extra=shown("Trajectories"),
    )
    sigma: Annotated[float, Field(ge=0.3, le=100.0, allow_inf_nan=False)] | None = Field(
        default=None,
        description="of the blur; 3 px of 128 where left out",
        json_schema_extra=shown("Trajectories", unit="px", advanced=True),
    )
    mask: Order = Field(
        default="before",
        description="whether what an edit leaves empty is hidden before the blur, or after, as released",
        json_schema_extra=shown("Trajectories", advanced=True),
    )
    ball: bool = Field(
        default=True,
        description="codes stay as likely as the generator's own pictures",
        json_schema_extra=shown("Trajectories", advanced=True),
    )
    warm: bool = Field(
        default=True,
        description="each target sets out from the one before, not from the picture it is an edit of",
        json_schema_extra=shown("Trajectories", advanced=True),
    )
    method: Way = Field(
        default="descent",
        description="how codes are looked for; descent: by steps of their own that never go up",
        json_schema_extra=shown("Trajectories", advanced=True),
    )
    learning_rate: Annotated[Rate, Field(le=10.0)] = Field(
        default=0.05, description="of Adam", json_schema_extra=shown("Trajectories", advanced=True)
    )
    least_fall: Annotated[float, Field(ge=0.0, le=0.9, allow_inf_nan=False)] = Field(
        default=0.03,
        description="share by which the loss must fall over four updates of Adam, else a target ends",
        json_schema_extra=shown("Trajectories", advanced=True),
    )
    threshold: Annotated[float, Field(gt=0.0, allow_inf_nan=False)] = Field(
        default=0.85,
        description="share of the difference to the target that a picture used may leave",
        json_schema_extra=shown("Trajectories", advanced=True),
    )
    worst: Annotated[float, Field(ge=0.0, le=0.9, allow_inf_nan=False)] = Field(
        default=0.1,
        description="share of the pictures, those with the largest losses, that are thrown out",
        json_schema_extra=shown("Trajectories", advanced=True),
    )

    form: Literal["even", "released"] = Field(
        default="even",
        description="of the factor model; even: a line of norm 1 throughout; released: free, with a penalty",
        json_schema_extra=shown("Calibration", advanced=True),
    )
    line: Literal["gradient", "changes"] = Field(
        default="gradient",
        description="what the line follows; gradient: how the factor rises on average; changes: as published",
        json_schema_extra=shown("Calibration", advanced=True),
    )
    along: Annotated[int, Field(ge=0, le=64)] = Field(
        default=4,
        description="looks along the line at every start, to calibrate the curve; 0: by trajectories alone",
        json_schema_extra=shown("Calibration", unit="pictures", advanced=True),
    )
    fit_updates: int = Field(
        default=400,
        ge=1,
        le=1_000_000,
        description="of line and curve",
        json_schema_extra=shown("Calibration", advanced=True),
    )
    fit_rate: Annotated[Rate, Field(le=1.0)] = Field(
        default=0.01,
        description="learning rate of these",
        json_schema_extra=shown("Calibration", advanced=True),
    )
    fit_batch: int = Field(
        default=0,
        ge=0,
        le=100_000,
        description="records of an update; 0: all",
        json_schema_extra=shown("Calibration", advanced=True),
    )
    smooth: Annotated[float, Field(ge=0.0, le=1000.0, allow_inf_nan=False)] = Field(
        default=1.0,
        description="how little neighbouring slopes may differ",
        json_schema_extra=shown("Calibration", advanced=True),
    )
    held_out: Annotated[float, Field(ge=0.0, le=0.5, allow_inf_nan=False)] = Field(
        default=0.2,
        description="share of the trajectories that only tells how good it is",
        json_schema_extra=shown("Calibration", advanced=True),
    )
    anchor: Literal["auto", "zero", "measured"] = Field(
        default="auto",
        description="what makes values absolute; zero: the typical picture; measured: what a network reads",
        json_schema_extra=shown("Calibration"),
    )
    looks: int = Field(
        default=64,
        ge=8,
        le=2000,
        description="fresh pictures looked at for that, and for the strength of the slider",
        json_schema_extra=shown("Calibration", unit="pictures", advanced=True),
    )
    seed: Seed = 0

    @model_validator(mode="after")
    def _fits(self) -> "FactorParams":
        if self.layers is not None and self.layers[0] >= self.layers[1]:
            raise ValueError("layers must end after they begin")
        if self.left_out is not None and self.class_index is not None:
            raise ValueError("a class can only be left out of several")
        most = most_kept(2 * self.starts * self.targets, self.worst)
        if most < LEAST_KEPT:
            raise ValueError(
                f"starts, targets and worst leave {most} edited pictures at most, of {LEAST_KEPT} needed: "
                "give it more starts"
            )
        return self
