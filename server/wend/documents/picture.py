"""Picture: all that determines one image, as data."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

MAX_EDITS = 64
MAX_ALPHA = 1000.0

Finite = Annotated[float, Field(allow_inf_nan=False)]
Name = Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]*$")]


class Frozen(BaseModel):
    """Immutable, hashable, strict about unknown fields: equality of values is equality of meaning."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class SeedLatent(Frozen):
    """The latent z of a seed: numpy.random.RandomState(seed).randn(1, z_dim)."""

    kind: Literal["seed"] = "seed"
    seed: Annotated[int, Field(ge=0, le=2**32 - 1, strict=True)]


class LayerRange(Frozen):
    """Half-open range [start, end) of style rows that an edit moves."""

    start: Annotated[int, Field(ge=0, le=64, strict=True)]
    end: Annotated[int, Field(ge=1, le=64, strict=True, description="exclusive")]


class Edit(Frozen):
    """A walk with a strength alpha (in the walk's unit) and, optionally, a layer range of its own."""

    walk: Name
    alpha: Annotated[Finite, Field(ge=-MAX_ALPHA, le=MAX_ALPHA, description="strength in the walk's unit")]
    layers: LayerRange | None = Field(default=None, description="None: the walk's own layers")


class Picture(Frozen):
    """All that determines one image.

    Order of application: z walks, mapping, truncation (psi, cutoff), w edits, synthesis.
    """

    model: Name
    latent: SeedLatent
    psi: Annotated[Finite, Field(ge=-2.0, le=2.0, description="truncation; 1 = none")] = 0.8
    psi_cutoff: Annotated[int, Field(ge=0, le=64, strict=True)] | None = Field(
        default=None, description="truncate style rows below this one only; None: all"
    )
    noise_seed: Annotated[int, Field(ge=0, le=2**32 - 1, strict=True)] | None = Field(
        default=0, description="seed of the per-layer noise maps; None: no noise"
    )
    class_index: Annotated[int, Field(ge=0, le=100_000, strict=True)] | None = None
    edits: Annotated[
        tuple[Edit, ...], Field(max_length=MAX_EDITS, description="every walk at most once")
    ] = ()

    @model_validator(mode="after")
    def _check_walks(self) -> Self:
        # One slider stands for a walk: a second edit of it would be moved along unseen.
        walks = [edit.walk for edit in self.edits]
        if len(set(walks)) < len(walks):
            twice = next(walk for walk in walks if walks.count(walk) > 1)
            raise ValueError(f"edits: the walk {twice} stands there more than once")
        return self
