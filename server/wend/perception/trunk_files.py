"""Trunk files: where the ImageNet trunks that perceptual distances stand on lie on this machine."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import torch
from torch import Tensor

from wend.errors import WeightsInvalid
from wend.perception.checkpoint import read_tensors, short_name
from wend.perception.trust import Trust

TrunkName = Literal["alex", "vgg", "squeeze"]


@dataclass(frozen=True)
class TrunkFile:
    """A published file: its name ends in the first eight hex digits of its sha256."""

    file: str
    url: str

    @property
    def digest_start(self) -> str:
        return self.file.removesuffix(".pth").rpartition("-")[2]


_FILES = {
    "alex": "alexnet-owt-7be5be79.pth",
    "vgg": "vgg16-397923af.pth",
    "squeeze": "squeezenet1_1-b8a52dc0.pth",
}
TRUNKS: Mapping[str, TrunkFile] = {
    name: TrunkFile(file, f"https://download.pytorch.org/models/{file}") for name, file in _FILES.items()
}


def hub_folder() -> Path:
    """Where torch keeps what it fetched."""
    return Path(torch.hub.get_dir()) / "checkpoints"


def trunk_tensors(name: TrunkName, trust: Trust) -> dict[str, Tensor]:
    """A trunk's tensors, from the folder of the settings, else torch's hub cache, else fetched if allowed.

    In the folder of the settings a file may also be called `alex.safetensors`, say.

    Raises: WeightsInvalid; where there is none, it says which file to put where.
    """
    wanted = TRUNKS[name]
    own = trust.trunks_dir
    places = [own / f"{name}.safetensors", own / wanted.file] if own is not None else []
    places.append(hub_folder() / wanted.file)
    for path in places:
        if path.exists() or path.is_symlink():
            return _read(path, wanted, trust)
    if trust.allow_downloads:
        return _read(_fetch(wanted, places[-1]), wanted, trust)
    where = " or ".join(str(folder) for folder in dict.fromkeys(path.parent for path in places))
    raise WeightsInvalid(
        wanted.file,
        f"it is not on this machine: put it into {where} (it is at {wanted.url}),"
        " or allow fetching it (setting allow_downloads)",
    )


def _read(path: Path, wanted: TrunkFile, trust: Trust) -> dict[str, Tensor]:
    if path.name == wanted.file and path.is_file() and not path.is_symlink():
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        if not digest.startswith(wanted.digest_start):
            raise WeightsInvalid(
                short_name(path),
                f"its sha256 begins {digest[:8]}, not {wanted.digest_start} as its name says",
            )
    return read_tensors(path, max_bytes=trust.max_weights_bytes)


def _fetch(wanted: TrunkFile, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        torch.hub.download_url_to_file(wanted.url, str(path), wanted.digest_start, progress=False)
    except (OSError, RuntimeError) as error:
        raise WeightsInvalid(wanted.file, f"it could not be fetched from {wanted.url} ({error})") from error
    return path
