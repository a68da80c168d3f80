"""Plug-in: all that a card says of one foreign network, for the reader of its kind."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from torch import Tensor

from wend.errors import CardInvalid, WeightsInvalid
from wend.perception.checkpoint import read_tensors, short_name
from wend.perception.network import Role
from wend.perception.preprocess import Preprocess
from wend.perception.trust import Trust

Scalar = bool | int | float | str
_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")


@dataclass(frozen=True)
class PlugIn:
    """One foreign network: `path` is its file or folder, looked up by whoever read the card."""

    name: str
    role: Role
    kind: str
    path: Path
    sha256: str | None
    config: Mapping[str, Scalar | list[Scalar]]
    preprocess: Preprocess | None
    names: tuple[str, ...]
    trust: Trust

    @property
    def file_name(self) -> str:
        """Folder and file, for messages."""
        return short_name(self.path)

    def tensors(self) -> dict[str, Tensor]:
        """The file's tensors. Raises: WeightsInvalid."""
        if self.path.is_dir():
            raise WeightsInvalid(self.file_name, f"kind {self.kind!r} wants a file, and it is a folder")
        return read_tensors(self.path, max_bytes=self.trust.max_weights_bytes, sha256=self.sha256)

    def beside(self, key: str) -> Path:
        """A second file beside the first, named in the configuration.

        Raises: CardInvalid for a name that is no plain file name.
        """
        file = self.text(key, "")
        if _FILE_NAME.fullmatch(file) is None:
            raise self.refused(f"config.{key} must be the name of a file beside {self.path.name}")
        return self.path.with_name(file)

    def tensors_beside(self, key: str, sha256_key: str) -> dict[str, Tensor]:
        """Tensors of such a second file. Raises: CardInvalid; WeightsInvalid."""
        sha256 = self.text(sha256_key, "") or None
        return read_tensors(self.beside(key), max_bytes=self.trust.max_weights_bytes, sha256=sha256)

    def refused(self, why: str) -> CardInvalid:
        """The error for a card that asks for what cannot be."""
        return CardInvalid(f"{self.path.parent.name}/card.toml", f"network {self.name!r}: {why}")

    def known_keys(self, *keys: str) -> None:
        """Raises: CardInvalid for a key of the configuration that this kind does not know."""
        for key in self.config:
            if key not in keys:
                known = ", ".join(keys) or "none"
                raise self.refused(f"config.{key} means nothing to kind {self.kind!r} (it knows: {known})")

    def text(self, key: str, default: str, among: tuple[str, ...] = ()) -> str:
        value = self.config.get(key, default)
        if not isinstance(value, str) or (among and value not in among):
            raise self.refused(f"config.{key} must be {' or '.join(map(repr, among)) or 'text'}")
        return value

    def number(self, key: str, default: float, low: float, high: float) -> float:
        value = self.config.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise self.refused(f"config.{key} must be a number from {low:g} to {high:g}")
        return float(value)

    def texts(self, key: str, count: int, default: str) -> tuple[str, ...]:
        values = self.config.get(key, [default] * count)
        if not isinstance(values, list) or len(values) != count:
            raise self.refused(f"config.{key} must list {count} values, one per name")
        return tuple(str(value) for value in values)

    def numbers(self, key: str, count: int, default: float) -> tuple[float, ...]:
        values = self.config.get(key, [default] * count)
        numbers = [v for v in values if isinstance(v, int | float)] if isinstance(values, list) else []
        if not isinstance(values, list) or len(numbers) != count or len(values) != count:
            raise self.refused(f"config.{key} must list {count} numbers, one per name")
        return tuple(float(value) for value in numbers)

    def named(self, count: int, what: str) -> tuple[str, ...]:
        """The card's names, which must be as many as the file's `count`. Raises: CardInvalid."""
        if len(self.names) != count:
            raise self.refused(f"names lists {len(self.names)} {what}, but the file tells {count}")
        if len(set(self.names)) != count:
            raise self.refused(f"names repeats one of its {what}")
        return self.names

    def preprocessing(self, default: Preprocess) -> Preprocess:
        """The card's, else what networks of this kind usually want."""
        return default if self.preprocess is None else self.preprocess
