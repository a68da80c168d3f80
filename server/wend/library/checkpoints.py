"""Checkpoints: the registry of well-known public ones, and the hashes that first downloads had."""

import json
import re
import tomllib
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from wend.errors import CardInvalid, CheckpointUnknown
from wend.library.beside import write_beside

REGISTRY = Path(__file__).with_name("checkpoints.toml")
PINS_FILE = "pins.json"

Url = Annotated[str, Field(pattern=r"^https?://", max_length=2000)]
Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,55}$")]


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class BesideFile(_Entry):
    """The JSON file that tells a checkpoint's shape."""

    name: Literal["config.json", "specs.json"]
    url: Url


class PublicCheckpoint(_Entry):
    """One that anybody may download. sha256, size_bytes: None where nobody here has seen its bytes."""

    title: str
    url: Url
    file: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
    licence: str
    page: Url
    size_bytes: Annotated[int, Field(ge=1)] | None = None
    sha256: Hash | None = None
    beside: BesideFile | None = None


Registry = dict[str, PublicCheckpoint]
_REGISTRY: TypeAdapter[dict[Name, PublicCheckpoint]] = TypeAdapter(dict[Name, PublicCheckpoint])
_PINS: TypeAdapter[dict[Url, Hash]] = TypeAdapter(dict[Url, Hash])


def read_registry(path: Path = REGISTRY) -> Registry:
    """Every checkpoint by its name. Raises: CardInvalid."""
    try:
        return _REGISTRY.validate_python(tomllib.loads(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise CardInvalid(path.name, f"{where}: {first['msg']}") from error
    except (OSError, ValueError) as error:
        raise CardInvalid(path.name, str(error)) from error


def find_checkpoint(registry: Registry, name: str) -> PublicCheckpoint:
    """Raises: CheckpointUnknown, with names that are like it."""
    found = registry.get(name)
    if found is None:
        words = set(re.split(r"[^a-z0-9]+", name.lower()))
        like = [each for each in registry if words & set(each.split("-"))]
        raise CheckpointUnknown(name, ", ".join(like or registry))
    return found


class Pins:
    """What the file of each address hashed to when it first came; one that cannot be read has none."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def get(self, url: str) -> str | None:
        return self._read().get(url)

    def put(self, url: str, sha256: str) -> None:
        """Raises: DiskFull."""
        write_beside(self._path, json.dumps({**self._read(), url: sha256}, indent=1).encode())

    def _read(self) -> dict[str, str]:
        with suppress(OSError, ValueError):
            return _PINS.validate_json(self._path.read_bytes())
        return {}
