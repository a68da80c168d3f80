"""Own direction: what a safetensors file of this program tells of its one direction."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

_MAX_REACH = 1000.0
_HASH, _DECIMAL = re.compile(r"[0-9a-f]{64}"), re.compile(r"-?[0-9]{1,6}(\.[0-9]{1,20})?")


@dataclass(frozen=True)
class Told:
    """title, generator_hash (of the weights it was found on): '' where the file does not say; reach: how far
    its slider goes either way, in lengths of the stored array; 0 likewise."""

    title: str
    reach: float
    generator_hash: str


def read_told(about: Mapping[str, str]) -> Told:
    """Of a file's metadata (`library/direction_file`), which anybody may have written."""
    ends = [float(end) for name in ("low", "high") if _DECIMAL.fullmatch(end := about.get(name, ""))]
    reach, weights = max(map(abs, ends), default=0.0), about.get("generator_hash", "")
    return Told(
        title=about.get("title", "")[:120],
        reach=reach if reach <= _MAX_REACH else 0.0,
        generator_hash=weights if _HASH.fullmatch(weights) else "",
    )
