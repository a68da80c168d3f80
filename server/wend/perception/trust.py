"""Trust: what a user's settings allow of files that run or are fetched."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from wend.settings import Settings


@dataclass(frozen=True)
class Trust:
    """Nothing that runs and nothing fetched, unless a user says so.

    max_weights_bytes: of one file; allow_torchscript: whether a file may bring its own program;
    trunks_dir: folder of ImageNet trunks, looked through before torch's hub cache; allow_downloads:
    whether a trunk that is nowhere may be fetched; edits_dir: folder of edits that may run, None: none may.
    """

    max_weights_bytes: int = 2**31
    allow_torchscript: bool = False
    trunks_dir: Path | None = None
    allow_downloads: bool = False
    edits_dir: Path | None = None

    @classmethod
    def of(cls, settings: Settings) -> Self:
        return cls(
            max_weights_bytes=settings.max_weights_bytes,
            allow_torchscript=settings.allow_torchscript,
            trunks_dir=settings.trunks_dir,
            allow_downloads=settings.allow_downloads,
            edits_dir=settings.data_dir / "edits" if settings.allow_edits else None,
        )
