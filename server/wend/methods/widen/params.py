"""Widen parameters: all that a person may say about how a generator and a walk are trained together."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from wend.errors import InvalidParams
from wend.library.card import ModelId
from wend.library.walk_record import Scalar
from wend.methods.edits.catalog import EDITS
from wend.methods.form_words import shown
from wend.methods.learning_fields import Batch, Rate, Seed, Strength
from wend.methods.widen.plan import PUBLISHED_SHARE, Precision, WideningPlan

SmallRate = Annotated[Rate, Field(le=1.0)]
Arm = Literal["joint", "joint-unaugmented", "augmented", "plain"]
"""joint: generator and walk together, on edited real pictures too; joint-unaugmented: on real pictures as
they are; augmented, plain: the generator alone, then the walk on what came of it."""

# An edit of several sliders has no single walk to train.
ONE_SLIDER = tuple(name for name, edit in EDITS.items() if len(edit.sliders) == 1)


NOTHING: Mapping[str, Scalar] = MappingProxyType({})
_WALK_FIRST = 300


class WidenParams(BaseModel):
    """Train a copy of a generator together with a walk, so that the walk reaches further."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str = Field(
        min_length=1,
        max_length=128,
        description="model to widen; it must have been published with its discriminator",
        json_schema_extra=shown("", picks="model"),
    )
    name: ModelId | None = Field(
        default=None,
        description="id of the new model; the first free one of widened, widened-2, ... where left out",
        json_schema_extra=shown(""),
    )
    edit: str = Field(
        default="rotate2d",
        description="what the slider shall do",
        json_schema_extra={"group": "", "enum": [*ONE_SLIDER]},
    )
    reach: Strength | None = Field(
        default=None,
        description="largest strength in training, in the slider's unit; the edit's own where left out",
        json_schema_extra=shown("", unit="of the slider"),
    )
    arm: Arm = Field(
        default="joint",
        description="joint: generator and walk together, on edited pictures too; the others are to compare",
        json_schema_extra=shown(""),
    )
    start: Literal["trained", "scratch"] = Field(
        default="trained",
        description="go on from the model's weights, or begin anew with its architecture",
        json_schema_extra=shown(""),
    )

    iterations: int = Field(
        default=600,
        ge=1,
        le=10_000_000,
        description="updates of the discriminator; the generator takes two for each",
        json_schema_extra=shown("Learning", unit="updates"),
    )
    batch: Annotated[Batch, Field(ge=2)] = 32
    learning_rate: SmallRate = Field(
        default=2e-4, description="of generator and discriminator", json_schema_extra=shown("Learning")
    )
    walk_learning_rate: SmallRate = Field(
        default=5e-3,
        description="of the walk beside them; a walk that is trained last learns at 5e-3, whatever this says",
        json_schema_extra=shown("Learning", advanced=True),
    )
    scale: Strength | None = Field(
        default=None,
        description="strength that moves the code by the walk once; the reach where left out, 1 as published",
        json_schema_extra=shown("Learning", unit="of the slider", advanced=True),
    )
    augment_share: Annotated[float, Field(ge=0.0, le=1.0, allow_inf_nan=False)] = Field(
        default=5.0 / 6.0,
        description="share of the real pictures that are edited, where the arm edits any",
        json_schema_extra=shown("Learning", advanced=True),
    )
    pictures: int = Field(
        default=20_000,
        ge=64,
        le=1_000_000,
        description="real pictures drawn from the model's world",
        json_schema_extra=shown("Learning", unit="pictures", advanced=True),
    )
    ground: Annotated[float, Field(ge=-1.0, le=1.0, allow_inf_nan=False)] | None = Field(
        default=None,
        description="what comes in where an edit leaves nothing: -1 black (as published), 0 grey, 1 white; "
        "the picture goes on as it ends where left out",
        json_schema_extra=shown("Learning", advanced=True),
    )
    walk_first: int | None = Field(
        default=None,
        ge=0,
        le=1_000_000,
        description="updates of the walk alone before the generator joins in; "
        "300 beside trained weights and none otherwise where left out",
        json_schema_extra=shown("Learning", unit="updates", advanced=True),
    )
    walk_updates: int = Field(
        default=2_000,
        ge=1,
        le=1_000_000,
        description="updates of the walk alone, in the arms that train it last",
        json_schema_extra=shown("Learning", unit="updates", advanced=True),
    )
    warps_mask_twice: bool = Field(
        default=False,
        description="as the published script does by mistake, to compare numbers with it",
        json_schema_extra=shown("Learning", advanced=True),
    )
    precision: Precision = Field(
        default="float32",
        description="of pictures in training; bfloat16 takes half the time of large ones and three "
        "quarters of the memory, where the processor has it",
        json_schema_extra=shown("Learning", advanced=True),
    )
    seed: Seed = 0

    @model_validator(mode="after")
    def _fits(self) -> "WidenParams":
        if self.edit not in ONE_SLIDER:
            raise ValueError(f"there is no such edit of one slider; there are {', '.join(ONE_SLIDER)}")
        if self.name == self.model:
            raise ValueError("the new model needs a name of its own")
        if self.pictures < self.batch:
            raise ValueError("pictures must be at least one batch")
        return self

    @property
    def is_joint(self) -> bool:
        """Generator and walk are trained together."""
        return self.arm in ("joint", "joint-unaugmented")

    def reach_at(self, side: int) -> float:
        """Largest strength in training pictures of `side` pixels."""
        return EDITS[self.edit].reach_at(side, is_published=False) if self.reach is None else self.reach

    def plan(self, side: int, own: Mapping[str, Scalar] = NOTHING) -> WideningPlan:
        """What the training needs of these, for pictures of `side` pixels; own: the recipe that the model was
        trained by. One with a gradient penalty keeps it, with its betas and its averaged weights: without
        them a style-based generator falls apart within a hundred updates.

        Raises: InvalidParams for a reach beyond what the edit leaves anything of.
        """
        reach, most = self.reach_at(side), EDITS[self.edit].most_at(side)
        if reach > most:
            title, unit = EDITS[self.edit].title, EDITS[self.edit].unit
            raise InvalidParams(
                "reach", f"{title} goes to {most:.4g} {unit} at most in pictures of {side} px"
            )
        first = self.walk_first
        if first is None:
            first = _WALK_FIRST if self.start == "trained" and self.is_joint else 0
        plan = WideningPlan(
            is_joint=self.is_joint,
            iterations=self.iterations,
            batch=self.batch,
            lr=self.learning_rate,
            lr_walk=self.walk_learning_rate,
            reach=reach,
            scale=reach if self.scale is None else self.scale,
            augment_share=self.augment_share if self.arm in ("joint", "augmented") else 0.0,
            walk_updates=self.walk_updates,
            warps_mask_twice=self.warps_mask_twice,
            walk_first=first,
            precision=self.precision,
            seed=self.seed,
        )
        gamma = float(own.get("r1_gamma") or 0.0)
        if not gamma:
            return plan
        return replace(
            plan,
            beta1=0.0,
            beta2=0.99,
            r1_gamma=gamma,
            r1_every=int(own.get("r1_interval") or plan.r1_every),
            average_images=float(own.get("ema_images") or 0.0),
        )


PUBLISHED: dict[str, bool | int | float | str] = {
    "edit": "rotate2d", "reach": 20.0, "arm": "joint", "start": "scratch", "iterations": 27_300, "batch": 64,
    "learning_rate": 2e-4, "walk_learning_rate": 2e-4, "scale": 1.0, "augment_share": PUBLISHED_SHARE,
    "pictures": 70_000, "walk_updates": 2_000, "ground": -1.0, "walk_first": 0,
}  # fmt: skip
"""The digit experiment of Jahanian, Chai and Isola 2020, as parameters."""
