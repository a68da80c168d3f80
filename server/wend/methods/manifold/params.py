"""Manifold parameters: all that a person may say about how a chain is found, with bounds, units and words."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from wend.documents.picture import Picture
from wend.methods.form_words import shown
from wend.methods.learning_fields import Pairs, Rate
from wend.methods.losses import LossName
from wend.methods.manifold.energy import Offsets
from wend.optim.settings import Method

Amount = Annotated[float, Field(gt=0.0, le=1000.0, allow_inf_nan=False)]
Weight = Annotated[float, Field(ge=0.0, le=1e6, allow_inf_nan=False)]
Pixel = Annotated[int, Field(ge=0, le=4096)]
Row = Annotated[int, Field(ge=0, le=64)]

PUBLISHED_C, PUBLISHED_SIGMA = 0.25, 4.0
PUBLISHED_ALPHA, PUBLISHED_BETA, PUBLISHED_GAMMA = 0.3, 0.1, 0.5


class ManifoldParams(BaseModel):
    """Find an animation of what can change inside a mask while the rest stays."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    picture: Picture = Field(
        description="the picture it starts from", json_schema_extra=shown("", picks="picture")
    )
    mask: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = Field(
        title="Region",
        default=None,
        description="the painted region: what may change; soft edges count in part",
        json_schema_extra=shown("", picks="mask"),
    )
    rectangle: tuple[Pixel, Pixel, Pixel, Pixel] | None = Field(
        title="Rectangle in place of a region",
        default=None,
        description="in place of a mask: rows [top, bottom) and columns [left, right) of the picture",
        json_schema_extra=shown("", unit="px", advanced=True),
    )
    frames: int = Field(
        default=36,
        le=512,
        description="length of the animation",
        json_schema_extra=shown("", unit="frames"),
    )
    offsets: Offsets = Field(
        title="Change along the frames",
        default="constant",
        description="constant: every frame is changed as much; growing: from the picture itself further out",
        json_schema_extra=shown("", advanced=True),
    )
    c: Amount | None = Field(
        title="Change inside (c)",
        default=None,
        description="how much the inside changes, by the distance below; as far as it can go by itself where "
        "left out",
        json_schema_extra=shown("", advanced=True),
    )
    sigma: Amount | None = Field(
        title="Step between frames (sigma)",
        default=None,
        description="distance of neighbouring frames in the latents that move; measured where left out",
        json_schema_extra=shown("", advanced=True),
    )
    is_pinned: bool = Field(
        title="Begins with the picture",
        default=False,
        description="the first frame stays the picture itself",
        json_schema_extra=shown(""),
    )

    layers: tuple[Row, Row] | None = Field(
        title="Layers that may move",
        default=None,
        description="style rows [start, end) that may move; all where left out",
        json_schema_extra=shown("Where", picks="layers"),
    )
    outside: Literal["mask", "strips"] = Field(
        title="How the outside is cut",
        default="mask",
        description="mask: the picture is looked at whole, by the mask's weight; strips: a rectangle, of a "
        "mask the least one around it, and the four strips around that are cut out, as published",
        json_schema_extra=shown("Where", advanced=True),
    )
    loss: LossName | None = Field(
        title="Change measured by",
        default=None,
        description="distance of two pictures; perceptual: features of the model's world; lpips; l2: squared "
        "pixels; empty: the first of them that is there",
        json_schema_extra=shown("Where"),
    )

    alpha: Weight | None = Field(
        title="Even steps (alpha)",
        default=None,
        description="weight of springs, which space the frames; as published, at this sigma, where left out",
        json_schema_extra=shown("Weights", advanced=True),
    )
    beta: Weight | None = Field(
        title="Straightness (beta)",
        default=None,
        description="weight of stiffeners, which keep the chain straight; likewise",
        json_schema_extra=shown("Weights", advanced=True),
    )
    gamma: Weight | None = Field(
        title="Pictures (gamma)",
        default=None,
        description="weight of both distances; the published one at this c where left out",
        json_schema_extra=shown("Weights", advanced=True),
    )

    start: Literal["directions", "line"] = Field(
        title="Starts from",
        default="directions",
        description="directions: along what the region can do; line: beside the "
        "picture, at random, as published",
        json_schema_extra=shown("Search"),
    )
    is_grown: bool = Field(
        title="Few frames first",
        default=True,
        description="few frames first, then twice as many, up to all",
        json_schema_extra=shown("Search"),
    )
    method: Method = Field(
        title="Optimiser", default="adam", description="optimiser", json_schema_extra=shown("Search")
    )
    calls: int = Field(
        default=20,
        ge=1,
        le=100_000,
        description="calls of the optimiser at full length; the first few frames get twice as many",
        json_schema_extra=shown("Search", unit="calls"),
    )
    inner: int = Field(
        title="Iterations a call",
        default=1,
        ge=1,
        le=100,
        description="iterations of one call: 8 of L-BFGS as published",
        json_schema_extra=shown("Search", advanced=True),
    )
    learning_rate: Annotated[Rate, Field(le=10.0)] | None = Field(
        default=None,
        description="step size; of L-BFGS 1, of Adam measured by how far the frames lie out, where left out",
        json_schema_extra=shown("Search", advanced=True),
    )
    memory: Pairs = Field(
        title="Steps remembered", default=20, json_schema_extra=shown("Search", advanced=True)
    )
    stops_at_once: bool = Field(
        title="End where a loss breaks",
        default=False,
        description="end with the last finite chain where a loss is no number, as published, instead of "
        "going back and on with half the step",
        json_schema_extra=shown("Search", advanced=True),
    )
    seed: int = Field(
        default=0,
        ge=0,
        le=2**31 - 1,
        description="of everything drawn at random",
        json_schema_extra=shown("Search"),
    )

    @field_validator("frames")
    @classmethod
    def _is_chain(cls, frames: int) -> int:
        if frames < 2:
            raise ValueError("a chain has two frames or more")
        return frames

    @model_validator(mode="after")
    def _fits(self) -> "ManifoldParams":
        if (self.mask is None) == (self.rectangle is None):
            raise ValueError("give a mask or a rectangle, and one of them alone")
        if self.rectangle is not None:
            top, bottom, left, right = self.rectangle
            if top >= bottom or left >= right:
                raise ValueError("the rectangle is empty: it must begin before it ends")
        if self.layers is not None and self.layers[0] >= self.layers[1]:
            raise ValueError("layers must begin before they end")
        return self

    @property
    def region(self) -> str:
        """What the picture calls the painted region; empty where it does not."""
        names = [mask.name for mask in self.picture.masks if mask.image == self.mask]
        return names[0] if names else ""

    def stages(self) -> tuple[int, ...]:
        """Frames of each stage, the full chain last: 9, 18, 36."""
        sizes = [self.frames]
        while self.is_grown and self.start == "directions" and sizes[0] > 12:
            sizes.insert(0, -(-sizes[0] // 2))
        return tuple(sizes)

    def updates(self, stage: int) -> int:
        """Updates of a stage; the first of several gets twice as many."""
        once = self.calls * self.inner
        return 2 * once if stage == 0 and len(self.stages()) > 1 else once

    def weights_at(self, c: float, sigma: float) -> tuple[float, float, float]:
        """alpha, beta, gamma. Those left out are the published ones, in proportion to c and sigma: springs
        count by how many times their rest length they are off, distances by how many times c."""
        springs, distances = (PUBLISHED_SIGMA / sigma) ** 2, PUBLISHED_C / c
        return (
            PUBLISHED_ALPHA * springs if self.alpha is None else self.alpha,
            PUBLISHED_BETA * springs if self.beta is None else self.beta,
            PUBLISHED_GAMMA * distances if self.gamma is None else self.gamma,
        )
