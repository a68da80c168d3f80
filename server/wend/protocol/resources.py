"""Resources: the bodies of the HTTP routes that are not documents themselves."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from wend.documents.picture import LayerRange, Picture
from wend.protocol.factors import FactorSummary
from wend.protocol.messages import ErrorCode, JobSummary


class Resource(BaseModel):
    """Base of all bodies: unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Health(Resource):
    """Answer of GET /api/health."""

    status: Literal["ok"] = "ok"
    version: str
    device: str
    threads: int = Field(description="of one torch operation on the CPU")
    precision: str = Field(description="of live frames of the model used last")
    uptime_s: float
    resident: tuple[str, ...] = Field(description="models in device memory")


class ModelSource(Resource):
    """The foreign checkpoint a model was made of, and what became of its parts."""

    file: str = Field(description="its name where it came from")
    sha256: str
    size_bytes: int
    layout: str = Field(description="whose program wrote it")
    ignored: tuple[str, ...] = Field(description="what was left out, and why")
    notes: tuple[str, ...] = Field(description="guesses that were made, and what they change")
    enables: tuple[str, ...] = Field(description="what networks beside the generator allow")


class ModelTaught(Resource):
    """The drawings that a model learned from, and what its card says of that."""

    parent: str = Field(description="id of the model that was taught")
    drawings: int = Field(description="GET /api/models/{id}/drawings/{number} answers from 1 to this")
    drawn_by: str = Field(description="what drew of pictures what the drawings show; '': not told")
    updates: int | None = Field(description="of the weights that are kept; None: not told")
    match: float | None = Field(description="how well samples lay on the drawings, 0..1; None: not told")
    match_before: float | None = Field(description="the same of the model that was taught")


class ModelSummary(Resource):
    """One model of GET /api/models."""

    id: str
    title: str
    kind: str = Field(description="family of the generator, e.g. 'stylegan2' or 'analytic'")
    resolution: int
    z_dim: int
    w_dim: int
    num_ws: int
    classes: tuple[str, ...] = Field(description="empty for an unconditional generator")
    has_noise: bool = Field(description="whether `noise_seed` of a picture changes anything")
    licence: str
    summary: str = Field(description="one sentence")
    spaces: tuple[str, ...] = Field(description="where walks may live: 'z', 'w' or both")
    has_preview: bool = Field(description="GET /api/models/{id}/preview answers")
    has_discriminator: bool = Field(description="sketches and joint training may begin with it")
    has_encoder: bool = Field(description="what finds the latent of a photo lies beside it")
    encoder_places: tuple[str, ...] = Field(
        description="places of an inversion that an encoder trained for it allows: 'encoder', 'layers'"
    )
    card: str = Field(description="the card as text, for reading")
    psi: float = Field(description="truncation a new picture starts with")
    live_error: float | None = Field(description="measured maximal error of live frames, in 8-bit steps")
    layer_names: tuple[str, ...] = Field(description="for each style row, what reads it")
    source: ModelSource | None = Field(description="None for a model that was not imported")
    taught: ModelTaught | None = Field(description="None for a model that learned from no drawings")
    is_shipped: bool = Field(description="came with the program: it cannot be deleted")


class ModelProblem(Resource):
    """A model that lies on disk but cannot be used."""

    id: str
    code: ErrorCode
    sentence: str
    hint: str


class ModelList(Resource):
    """Answer of GET /api/models."""

    default: str
    models: tuple[ModelSummary, ...]
    refused: tuple[ModelProblem, ...]


class Zone(Resource):
    """A stretch of alpha."""

    low: float
    high: float


class FootprintSummary(Resource):
    """What a walk does between the ends of its range, in a few of the generator's own pictures."""

    pictures: int = Field(description="how many were looked at")
    change: float = Field(description="mean absolute change of a pixel at the stronger end, in 8-bit steps")
    layers: tuple[float, ...] = Field(
        description="the same of each of its style rows alone; empty where there is nothing to tell apart"
    )
    most: float = Field(description="largest mean difference of a place between both ends, in 8-bit steps")
    usable: Zone | None = Field(description="alphas between which pictures stay like the generator's own")
    where: str = Field(
        description="32 hex digits: GET /api/walks/footprints/{it}?model=ID is a grey PNG of where it acts, "
        "255 standing for `most`"
    )


class WalkSummary(Resource):
    """One walk of GET /api/walks."""

    id: str = Field(description="unique within the model, e.g. 'pca-w/3'")
    title: str
    method: str = Field(description="'factor', 'pca', 'sefa', or 'steer' for a learned one")
    space: Literal["z", "w"]
    unit: str = Field(
        description="what alpha counts: 'sd' of this direction, 'px', 'degrees', 'log2 x' (of a zoom), "
        "'of range' (of a colour, -1..1)"
    )
    shown_unit: str = Field(description="what people count: that of the factor it moves, where it is known")
    shown_per_alpha: float = Field(description="of `shown_unit` that alpha 1 moves")
    layers: LayerRange = Field(description="style rows it moves unless an edit says otherwise")
    low: float = Field(description="usable range of alpha, found by rendering")
    high: float
    psi: float = Field(description="truncation the range was measured at")
    strength: float = Field(description="median mean absolute pixel change at the ends, 0..1; sorts sliders")
    furthest: float = Field(description="largest alpha, either way, that may be asked for")
    is_linear: bool = Field(description="False where steps are composed")
    trained: Zone | None = Field(description="alphas seen in training; None for a walk without one")
    reachable: Zone | None = Field(description="alphas between which the measured attribute follows")
    saturated: Zone | None = Field(description="alphas beyond which pictures hardly change any more")
    class_index: int | None = Field(description="class it was learned on alone; None for all")
    factor: FactorSummary | None = Field(default=None, description="None: it has no values, only a strength")
    is_foreign: bool = Field(
        description="found on another generator: it moves this one, but how far and how well is not known"
    )
    is_shipped: bool = Field(description="came with the model: it can be hidden, not deleted")
    is_hidden: bool
    is_pinned: bool
    group: str | None = Field(default=None, description="people put it in; None: it stands with its kind")
    footprint: FootprintSummary | None = Field(default=None, description="None: not measured yet")
    settings: dict[str, str | bool | int | float] = Field(description="all that is needed to find it again")


class WalkList(Resource):
    """Answer of GET /api/walks?model=ID."""

    model: str
    walks: tuple[WalkSummary, ...]
    is_complete: bool = Field(description="False while walks are still being found")


class WalkPatch(Resource):
    """Body of PATCH /api/walks/{id}; what is None stays."""

    title: str | None = Field(default=None, max_length=120, description="empty: its own again")
    hidden: bool | None = Field(default=None, description="left out of the list of sliders")
    pinned: bool | None = Field(default=None, description="on top of the list of sliders")
    group: str | None = Field(default=None, max_length=60, description="under this heading; empty: none")


class WalksBrought(Resource):
    """Answer of POST /api/walks: the walks of the file, under the ids they have here."""

    model: str
    walks: tuple[WalkSummary, ...]


class ImageSummary(Resource):
    """A kept image: answer of POST /api/images."""

    id: str = Field(description="sha256 of the PNG that GET /api/images/{id} answers with, 64 hex digits")
    kind: Literal["mask", "photo", "sketch", "labels"]
    width: int
    height: int


class RecipeSummary(Resource):
    """A kind of job that can be started, with the JSON schema that its form is built from."""

    kind: str
    title: str = Field(description="what a user does with it, e.g. 'Learn a walk'")
    summary: str = Field(description="one or two sentences")
    params: dict[str, JsonValue] = Field(
        description="JSON schema of the parameters: titles, descriptions, bounds, defaults, and per "
        "property `unit` (what a number counts), `group` (heading), `advanced` (folded away), `picks` "
        "('model', 'walk', 'layers' or 'class': chosen from what there is)"
    )
    presets: dict[str, dict[str, JsonValue]] = Field(
        description="named sets of parameters, e.g. 'as published'"
    )
    ends_early: bool = Field(
        default=False, description="its jobs may end with what they have: POST /api/jobs/{id}/finish"
    )


class RecipeList(Resource):
    """Answer of GET /api/recipes."""

    recipes: tuple[RecipeSummary, ...]


class JobBody(Resource):
    """Body of POST /api/jobs."""

    kind: str = Field(min_length=1, max_length=64)
    params: dict[str, JsonValue] = Field(default_factory=dict)
    title: str = Field(default="", max_length=120, description="empty: made from the parameters")


class JobPatch(Resource):
    """Body of PATCH /api/jobs/{id}; what is None stays."""

    title: str | None = Field(default=None, min_length=1, max_length=120)
    notes: str | None = Field(default=None, max_length=4000)


class JobList(Resource):
    """Answer of GET /api/jobs, newest first."""

    jobs: tuple[JobSummary, ...]


class LossPoint(Resource):
    """One point of a job's history."""

    updates: int
    seconds: float = Field(description="time the job had run")
    losses: dict[str, float]


class Artifact(Resource):
    """A file a job has made: GET /api/jobs/{id}/artifacts/{name}."""

    name: str
    bytes: int
    media_type: str


class JobDetail(Resource):
    """Answer of GET /api/jobs/{id}: all that is known, enough to run it again."""

    job: JobSummary
    params: dict[str, JsonValue]
    seed: int
    versions: dict[str, str] = Field(description="of wend, torch, and the generator's hash")
    device: str = Field(description="with threads and precision; of each on which it ran")
    history: tuple[LossPoint, ...] = Field(description="thinned to 500 points at most")
    events: tuple[str, ...] = Field(description="what happened to it, with times, oldest first")
    artifacts: tuple[Artifact, ...]


class RenderBody(Resource):
    """Body of POST /api/render."""

    picture: Picture
    format: Literal["png", "jpeg", "webp"] = "png"


class ProblemDocument(Resource):
    """RFC 9457 problem document."""

    type: str
    title: str
    status: int
    detail: str
    code: ErrorCode
    hint: str
    values: dict[str, str | int | float | None]
