"""Settings of the server: from options, else WEND_* variables of the environment, else the defaults below."""

import ipaddress
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from wend.errors import InvalidSetting

ENVIRONMENT_PREFIX = "WEND_"
ROOT = Path(__file__).resolve().parents[2]
"""The clone: shipped models and the built page lie in it, wherever `wend` is started from."""
BUNDLED = Path(__file__).resolve().parent / "bundled"
"""The same of a wheel, which brings both inside the package; a clone has no such folder."""
MODELS, PAGE = (
    (BUNDLED / "models", BUNDLED / "page")
    if BUNDLED.is_dir()
    else (ROOT / "models", ROOT / "frontend" / "dist")
)

_LISTS = ("allowed_hosts", "allowed_origins", "trusted_proxies")
_OWN_PATHS = frozenset({"api", "assets", "docs", "metrics", "openapi.json", "vendor", "ws"})
_TOKEN_BYTES = 24


class Settings(BaseModel):
    """Frozen; every field can be set as WEND_<NAME>, lists with commas.

    Whoever binds to more than this machine has a token, given or made here.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: Annotated[str, Field(min_length=1, description="address to listen on")] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535, description="0: any free one")] = 8000
    data_dir: Annotated[Path, Field(description="shelf, jobs, uploads and models of this user")] = Path(
        "data"
    )
    models_dir: Annotated[Path, Field(description="shipped models, read-only")] = MODELS / "generators"
    perception_dir: Annotated[Path, Field(description="shipped networks that look, read-only")] = (
        MODELS / "perception"
    )
    trunks_dir: Annotated[Path, Field(description="ImageNet trunks of perceptual distances")] | None = None
    allow_downloads: Annotated[bool, Field(description="may fetch a trunk that is nowhere here")] = False
    allow_torchscript: Annotated[bool, Field(description="a network may bring its own program")] = False
    allow_edits: Annotated[bool, Field(description="Python files in data/edits may run as edits")] = False
    max_weights_bytes: Annotated[int, Field(ge=2**20, description="one file of foreign weights")] = 2**31
    frontend_dir: Annotated[Path, Field(description="the built page")] = PAGE
    token: Annotated[str, Field(min_length=8, pattern=r"^[A-Za-z0-9._~-]+$")] | None = None
    allowed_hosts: Annotated[tuple[str, ...], Field(description="more names this server answers for")] = ()
    allowed_origins: Annotated[tuple[str, ...], Field(description="e.g. https://lab.example")] = ()
    root_path: Annotated[
        str,
        Field(pattern=r"^((/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+)?$", description="base path behind a proxy"),
    ] = ""
    trusted_proxies: Annotated[
        tuple[str, ...], Field(description="addresses and networks whose X-Forwarded headers are believed")
    ] = ()
    default_model: Annotated[str, Field(description="model a new picture is of")] | None = None
    device: Annotated[str, Field(description="cpu, cuda, cuda:1, mps, ...")] | None = None
    threads: Annotated[int, Field(ge=1, le=1024, description="of one torch operation on the CPU")] | None = (
        None
    )
    memory_bytes: Annotated[int, Field(ge=2**20, description="the engine may fill on its device")] | None = (
        None
    )
    max_message_bytes: Annotated[int, Field(ge=1024, le=2**20, description="one text on the socket")] = 2**16
    max_body_bytes: Annotated[int, Field(ge=1024, description="one HTTP request")] = 2**20
    jobs_at_once: Annotated[int, Field(ge=1, le=64, description="long works that run together")] = 1
    job_lease_s: Annotated[
        float,
        Field(ge=3, le=3600, description="after so long without a sign of life another server takes a job"),
    ] = 30.0
    job_checkpoint_s: Annotated[
        float, Field(ge=0.1, le=3600, description="a killed server loses this much of a job at most")
    ] = 10.0
    measure_walks: Annotated[bool, Field(description="measure what sliders do while nobody draws")] = True
    nearest_samples: Annotated[
        int, Field(ge=8, le=4096, description="samples that a drawing on the board is held against")
    ] = 256
    render_timeout_s: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 60.0

    @field_validator("root_path", mode="before")
    @classmethod
    def _without_last_slash(cls, value: object) -> object:
        return value.rstrip("/") if isinstance(value, str) else value

    @field_validator("root_path")
    @classmethod
    def _is_no_route(cls, value: str) -> str:
        first = value.split("/")[1] if value else ""
        if first in _OWN_PATHS:
            raise ValueError(f"/{first} is a route of this server; choose another name")
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, values: tuple[str, ...]) -> tuple[str, ...]:
        for value in values:
            ipaddress.ip_network(value, strict=False)
        return values

    @model_validator(mode="before")
    @classmethod
    def _ensure_token(cls, values: object) -> object:
        if not isinstance(values, dict) or values.get("token"):
            return values
        if is_loopback(str(values.get("host", "127.0.0.1"))):
            return {**values, "token": None}
        return {**values, "token": secrets.token_urlsafe(_TOKEN_BYTES)}

    @property
    def model_roots(self) -> tuple[Path, Path]:
        """Folders that hold models: the shipped ones, then those of this user."""
        return self.models_dir, self.data_dir / "models"

    @property
    def perception_roots(self) -> tuple[Path, Path]:
        """Folders that hold networks that look: the shipped ones, then those of this user."""
        return self.perception_dir, self.data_dir / "perception"

    @classmethod
    def load(cls, environment: Mapping[str, str], options: Mapping[str, object]) -> Self:
        """Options that are not None win over the environment. Raises: InvalidSetting."""
        values: dict[str, object] = {}
        for name in cls.model_fields:
            text = environment.get(ENVIRONMENT_PREFIX + name.upper(), "")
            if text:
                values[name] = (
                    tuple(p.strip() for p in text.split(",") if p.strip()) if name in _LISTS else text
                )
        values |= {name: value for name, value in options.items() if value is not None and value != ()}
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            raise InvalidSetting(".".join(str(part) for part in first["loc"]), first["msg"]) from error


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a server that listens on this address."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
