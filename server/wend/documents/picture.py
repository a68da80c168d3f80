"""Picture: all that determines one image, as data."""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, model_validator

MAX_EDITS = 64
MAX_MASKS = 16
MAX_ALPHA = 1000.0
MAX_PARTS = 32
MAX_MIXED = 64  # as many as there are style rows
MAX_WEIGHT = 4.0
MAX_SEED = 2**32 - 1

_SUM_SLACK = 1e-6  # of weights that should be 1 together: sums of floats are not exact

Finite = Annotated[float, Field(allow_inf_nan=False)]
Name = Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[A-Za-z0-9][A-Za-z0-9._/-]*$")]
Seed = Annotated[int, Field(ge=0, le=MAX_SEED, strict=True)]
Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
ClassIndex = Annotated[int, Field(ge=0, le=100_000, strict=True)]


class Frozen(BaseModel):
    """Immutable, hashable, strict about unknown fields: equality of values is equality of meaning."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class SeedLatent(Frozen):
    """The latent z of a seed: numpy.random.RandomState(seed).randn(1, z_dim)."""

    kind: Literal["seed"] = "seed"
    seed: Seed


class CodeLatent(Frozen):
    """A latent that was found, not drawn, by the hash of its numbers: what an encoder or an inversion made
    of a photo, or what another program stored. It lies in z, in w, or has a w for every style row."""

    kind: Literal["code"] = "code"
    code: Annotated[Hash, Field(description="GET /api/codes/{code}")]


PartWeight = Annotated[
    Finite,
    Field(ge=-MAX_WEIGHT, le=MAX_WEIGHT, description="a spline's may be below 0; a keyframe's within 2"),
]


class Part(Frozen):
    """One seed of a blend, with its share."""

    seed: Seed
    weight: PartWeight
    class_index: ClassIndex | None = Field(default=None, description="None: the picture's")


class CodePart(Frozen):
    """One code of a blend, with its share."""

    code: Hash
    weight: PartWeight
    class_index: ClassIndex | None = Field(default=None, description="None: the picture's")


def source_of(part: Part | CodePart) -> int | str:
    """What a part is of: a seed, or the hash of a code."""
    return part.seed if isinstance(part, Part) else part.code


class BlendLatent(Frozen):
    """A latent between those of several seeds and codes; weights sum to 1.

    lerp: the sum of their w by weight (where w is z itself, as slerp). slerp: on the sphere in z, before the
    mapping; codes in w are summed all the same.
    """

    kind: Literal["blend"] = "blend"
    parts: Annotated[
        tuple[Part | CodePart, ...],
        Field(min_length=1, max_length=MAX_PARTS, description="every seed or code and class once"),
    ]
    path: Literal["lerp", "slerp"] = "lerp"

    @model_validator(mode="after")
    def _check_parts(self) -> Self:
        if len({(source_of(part), part.class_index) for part in self.parts}) < len(self.parts):
            raise ValueError("parts: a seed or code stands there more than once")
        if abs(sum(part.weight for part in self.parts) - 1.0) > _SUM_SLACK:
            raise ValueError("parts: the weights do not sum to 1")
        return self


def _kind(latent: Any) -> object:  # noqa: ANN401 - JSON that was sent, of any shape
    """Which latent it is; one without its kind is a seed, as it was when there was no other."""
    return latent.get("kind", "seed") if isinstance(latent, dict) else getattr(latent, "kind", None)


Latent = Annotated[
    Annotated[SeedLatent, Tag("seed")]
    | Annotated[CodeLatent, Tag("code")]
    | Annotated[BlendLatent, Tag("blend")],
    Discriminator(
        _kind, custom_error_type="latent_kind", custom_error_message="it is no seed, no code and no blend"
    ),
]


class LayerRange(Frozen):
    """Half-open range [start, end) of style rows that an edit moves, or that another latent gives."""

    start: Annotated[int, Field(ge=0, le=64, strict=True)]
    end: Annotated[int, Field(ge=1, le=64, strict=True, description="exclusive")]


class MixedRows(Frozen):
    """Style rows that another latent gives, in place of the picture's own: style mixing.

    Source: Karras et al., "A Style-Based Generator Architecture", CVPR 2019, section 3.1.
    """

    layers: LayerRange
    latent: Annotated[Latent, Field(description="of the picture's class, unless its parts have their own")]


class NoisePart(Frozen):
    """One seed of blended noise maps, with its share."""

    seed: Seed
    weight: Annotated[Finite, Field(ge=0.0, le=1.0)]


class ModelBlend(Frozen):
    """A sibling mixed in: weight of it, the rest of the picture's own model. At 0 and 1 one and the other.

    weights: every tensor lies between theirs; the center of truncation is the mean of w of what that makes.
    w: (1 - weight) f_1(z) + weight f_2(z) of their mappings, through one synthesis, which both must have in
    common; their means of w lie between in the same way.
    Source: Wang, Bau, Zhu, "Sketch your own GAN", ICCV 2021: interpolation between customised models.
    """

    model: Name
    # Beyond either end there is no model that somebody has trained and looked at.
    weight: Annotated[Finite, Field(ge=0.0, le=1.0)]
    how: Annotated[
        Literal["weights", "w"], Field(description="what is mixed: all tensors, or the w of both mappings")
    ] = "weights"


class Edit(Frozen):
    """A walk with a strength alpha (in the walk's unit) and, optionally, a layer range of its own.

    A locked one holds what it moves: the other edits of its space that go along lines lose their share along
    it, in the style rows they have in common, and become weaker by that (`latents/lock.py`). A locked factor
    keeps its value.
    """

    walk: Name
    alpha: Annotated[Finite, Field(ge=-MAX_ALPHA, le=MAX_ALPHA, description="strength in the walk's unit")]
    layers: LayerRange | None = Field(default=None, description="None: the walk's own layers")
    is_locked: Annotated[
        bool, Field(strict=True, description="other edits leave alone what it moves; lines only")
    ] = False


class Mask(Frozen):
    """A painted region, by its name and the hash of its grey picture: white is inside, soft edges are grey.

    It lies on the picture's pixels; of another size than the model's it is resized to that.
    """

    name: Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[^\x00-\x1f\x7f]+$")]
    image: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$", description="GET /api/images/{id}")]
    is_still: Annotated[bool, Field(strict=True, description="no edit may move what lies inside")] = False


class Picture(Frozen):
    """All that determines one image.

    Order of application: z walks, mapping, mixed rows, truncation (psi, cutoff), w edits, synthesis.
    """

    model: Name
    model_blend: ModelBlend | None = Field(
        default=None,
        description="a model of the same kind, configuration and classes; by weights, of another nothing is",
    )
    latent: Latent
    mix: Annotated[
        tuple[MixedRows, ...],
        Field(max_length=MAX_MIXED, description="in the order of their rows, no row twice. Empty: none"),
    ] = ()
    psi: Annotated[Finite, Field(ge=-2.0, le=2.0, description="truncation; 1 = none")] = 0.8
    psi_cutoff: Annotated[int, Field(ge=0, le=64, strict=True)] | None = Field(
        default=None, description="truncate style rows below this one only; None: all"
    )
    noise_seed: Seed | None = Field(default=0, description="seed of the per-layer noise maps; None: no noise")
    noise_blend: Annotated[
        tuple[NoisePart, ...],
        Field(
            max_length=MAX_PARTS,
            description="maps of several seeds mixed by weight, at the variance of one; what is missing of 1 "
            "is no noise. Empty: those of noise_seed",
        ),
    ] = ()
    class_index: ClassIndex | None = None
    edits: Annotated[
        tuple[Edit, ...], Field(max_length=MAX_EDITS, description="every walk at most once")
    ] = ()
    masks: Annotated[
        tuple[Mask, ...], Field(max_length=MAX_MASKS, description="every name at most once")
    ] = ()

    @model_validator(mode="after")
    def _check_names(self) -> Self:
        # One slider stands for a walk: a second edit of it would be moved along unseen.
        walks = [edit.walk for edit in self.edits]
        if len(set(walks)) < len(walks):
            twice = next(walk for walk in walks if walks.count(walk) > 1)
            raise ValueError(f"edits: the walk {twice} stands there more than once")
        names = [mask.name for mask in self.masks]
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise ValueError(f"masks: the name {twice!r} stands there more than once")
        edges = [edge for rows in self.mix for edge in (rows.layers.start, rows.layers.end)]
        if edges != sorted(edges) or any(rows.layers.start >= rows.layers.end for rows in self.mix):
            raise ValueError("mix: its rows are not in order, or a row stands there more than once")
        seeds = [part.seed for part in self.noise_blend]
        if len(set(seeds)) < len(seeds):
            raise ValueError("noise_blend: a seed stands there more than once")
        if sum(part.weight for part in self.noise_blend) > 1.0 + _SUM_SLACK:
            raise ValueError("noise_blend: the weights sum to more than 1")
        return self
