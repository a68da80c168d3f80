"""Card: what a model says of itself, as a TOML file beside its weights."""

import json
import tomllib
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import tomli_w
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from wend.errors import CardInvalid

CARD_FILE = "card.toml"
# A card is read by people; anything longer is not a card.
MAX_CARD_BYTES = 256 * 1024

Scalar = bool | int | float | str
MODEL_ID = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
ModelId = Annotated[str, Field(pattern=MODEL_ID)]
FileName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
Text = Annotated[str, Field(max_length=4000)]
Count = Annotated[int, Field(ge=1, le=1_000_000)]
Finite = Annotated[float, Field(allow_inf_nan=False)]


AnyCard = TypeVar("AnyCard", bound=BaseModel)


class _Section(BaseModel):
    """Immutable; unknown keys are refused, so a misspelt one is noticed."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class TrainingSection(_Section):
    """How the weights came to be."""

    images_seen: Annotated[int, Field(ge=0)]
    seed: int
    hours: Annotated[Finite, Field(ge=0.0, description="time spent training")]
    device: Text = ""
    recipe: dict[str, Scalar] = Field(default_factory=dict, description="every setting of the recipe")


class WorldSection(_Section):
    """The distribution the training pictures were drawn from, with its honest biases."""

    name: Text
    config: Text = "default"
    biases: Text = Field(default="", description="what is rare or missing, in a sentence or two")
    laws: dict[str, Text] = Field(default_factory=dict, description="factor name -> law, range and unit")


class SourceSection(_Section):
    """The foreign checkpoint a model was imported from."""

    file: Text
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    size_bytes: Annotated[int, Field(ge=0)]
    layout: Text = Field(description="whose program wrote it")
    ignored: tuple[Text, ...] = Field(default=(), description="what was left out, and why")
    notes: tuple[Text, ...] = Field(default=(), description="guesses that were made, and what they change")
    enables: tuple[Text, ...] = Field(default=(), description="what networks beside the generator allow")


class ModelCard(_Section):
    """Everything about a model that is not a tensor: enough to list it, and to rebuild its network.

    `config` is what `generators.build.build_generator` takes for this `kind`; the shapes are repeated
    so that a list of models needs no network, and are checked against it whenever one is loaded.
    """

    id: ModelId
    title: Text
    kind: Text = Field(description="family of the generator, e.g. 'stylegan2' or 'analytic'")
    summary: Text = Field(description="one sentence")
    licence: Text
    resolution: Annotated[int, Field(ge=1, le=16384, description="side in pixels")]
    z_dim: Count
    w_dim: Count
    num_ws: Annotated[int, Field(ge=1, le=64)]
    layer_names: tuple[Text, ...] = Field(description="for each style row, what reads it")
    classes: tuple[Text, ...] = ()
    psi: Annotated[Finite, Field(ge=-2.0, le=2.0)] = Field(
        default=0.8, description="truncation a new picture starts with"
    )
    live_error: Annotated[Finite, Field(ge=0.0)] | None = Field(
        default=None, description="measured maximal error of live frames, in 8-bit steps"
    )
    hash: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] = Field(
        description="sha256 of the generator's canonical tensors (library.weights.generator_hash)"
    )
    sheet: FileName | None = Field(default=None, description="file name of the sample sheet")
    config: dict[str, Scalar] = Field(default_factory=dict)
    spaces: Annotated[tuple[Literal["z", "w"], ...], Field(min_length=1)] = Field(
        default=("w", "z"), description="where walks may live"
    )
    training: TrainingSection | None = None
    source: SourceSection | None = None
    world: WorldSection | None = None


def sections_of(text: str) -> tuple[TrainingSection | None, WorldSection | None]:
    """How weights came to be and of what, of JSON {"training": ..., "world": ...}; None for what is not told,
    or not as a card tells it."""
    told: object = None
    with suppress(ValueError, RecursionError):
        told = json.loads(text)
    training, world = (told.get("training"), told.get("world")) if isinstance(told, dict) else (None, None)
    return _section(TrainingSection, training), _section(WorldSection, world)


def _section(kind: type[AnyCard], told: object) -> AnyCard | None:
    try:
        return None if told is None else kind.model_validate(told)
    except ValidationError:
        return None


def read_card_text(path: Path) -> str:
    """The card as text, for reading. Raises: CardInvalid."""
    name = f"{path.parent.name}/{path.name}"
    try:
        if path.is_symlink() or not path.is_file():
            raise CardInvalid(name, "it is missing" if not path.exists() else "it is no ordinary file")
        if path.stat().st_size > MAX_CARD_BYTES:
            raise CardInvalid(name, f"it is longer than {MAX_CARD_BYTES} bytes")
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CardInvalid(name, str(error)) from error


def read_card(path: Path) -> ModelCard:
    """Read the `card.toml` of a model. Raises: CardInvalid, with the place and the reason."""
    return read_card_as(ModelCard, path)


def read_card_as(kind: type[AnyCard], path: Path) -> AnyCard:
    """Read a card of any kind. Raises: CardInvalid, with the place and the reason."""
    name = f"{path.parent.name}/{path.name}"
    try:
        return kind.model_validate(tomllib.loads(read_card_text(path)))
    except tomllib.TOMLDecodeError as error:
        raise CardInvalid(name, str(error)) from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise CardInvalid(name, f"{where}: {first['msg']}") from error


def write_card(path: Path, card: BaseModel) -> None:
    """Write a card of any kind; `read_card_as` gives it back. TOML has no null, so None is left out."""
    path.write_text(tomli_w.dumps(card.model_dump(mode="python", exclude_none=True)), encoding="utf-8")
