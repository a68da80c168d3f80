"""Perception card: what a set of looking networks says of itself, as a TOML file beside their weights."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from wend.library.card import FileName, ModelId, Scalar, Text, TrainingSection
from wend.perception.network import Role


class _Section(BaseModel):
    """Immutable; unknown keys are refused, so a misspelt one is noticed."""

    model_config = ConfigDict(frozen=True, extra="forbid")


ModelPattern = Annotated[str, Field(pattern=r"^[A-Za-z0-9*][A-Za-z0-9._*-]{0,63}$")]


class PreprocessSection(_Section):
    """What happens to an image before a foreign network sees it; the bundled ones need none of it."""

    size: Annotated[int, Field(ge=16, le=2048)] | None = Field(
        default=None, description="side it is resized to, in pixels; None: as it comes"
    )
    mean: tuple[float, float, float] = Field(default=(0.5, 0.5, 0.5), description="of RGB in 0..1")
    sd: tuple[float, float, float] = Field(default=(0.5, 0.5, 0.5), description="of RGB in 0..1")


class NetworkSection(_Section):
    """One network: its role, its architecture, its file."""

    name: ModelId
    role: Role
    kind: Text = Field(description="architecture, one of perception.build's")
    file: FileName | None = Field(
        default=None, description="weights, or a folder for local transformers models; kind 'edges' has none"
    )
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = Field(
        default=None, description="of the file; checked when given"
    )
    config: dict[str, Scalar | list[Scalar]] = Field(default_factory=dict)
    preprocess: PreprocessSection | None = None
    names: tuple[Text, ...] = Field(default=(), description="classes, labels or points, where it tells such")
    licence: Text = ""
    measured: dict[str, Scalar] = Field(default_factory=dict, description="how good it is, where measured")
    training: TrainingSection | None = None


class PerceptionCard(_Section):
    """A set of networks that look at the same kind of picture, e.g. all those of the portraits world."""

    id: ModelId
    title: Text
    summary: Text
    licence: Text
    world: Text | None = Field(default=None, description="the world whose pictures they were trained on")
    models: tuple[ModelPattern, ...] = Field(
        default=(),
        description="ids of models whose pictures they look at, * for any letters; before the world's",
    )
    networks: tuple[NetworkSection, ...] = Field(min_length=1)
