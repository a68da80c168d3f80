"""Region families: how many searches' sliders stay on a model's shelf."""

import logging
from collections.abc import Callable, Collection
from pathlib import Path

from wend.errors import DatabaseBusy, DatabaseInvalid, DatabaseTooNew
from wend.library.shelf import Shelf
from wend.library.walk_notes import NOTES_FILE, notes_to_write

FAMILY_PREFIX = "region-"
KEPT_FAMILIES = 32
"""Per model, of those that nobody pinned or renamed a walk of. Every stroke makes one, of 20 kB a slider."""

_log = logging.getLogger(__name__)


def prune_families(
    shelf: Shelf,
    generator_hash: str,
    spared: Collection[str],
    named: Callable[[], Collection[str]] = frozenset,
) -> None:
    """Take all but the `KEPT_FAMILIES` last written region families of a generator off its shelf, and what
    was noted of them.

    Families with a pinned or renamed walk stay and are not counted; nor do `spared` ones leave, by name, and
    those of `named`, which saved documents name; where that cannot be known, all stay. What pictures of other
    windows name that were saved nowhere cannot be known here: a walk of theirs whose family is older than the
    last 32 is not there any more. Raises: DiskFull.
    """
    folder = shelf.folder / generator_hash
    if len(_oldest_first(folder)) <= KEPT_FAMILIES:
        return
    try:
        spared = {*spared, *named()}
    except (DatabaseBusy, DatabaseInvalid, DatabaseTooNew) as error:
        _log.warning("all walks of regions stay on the shelf: %s", error)
        return
    with notes_to_write(folder / NOTES_FILE) as notes:
        chosen = {_family(walk) for walk, note in notes.items() if note.pinned or note.title is not None}
        loose = [path for path in _oldest_first(folder) if path.stem not in chosen]
        gone = {path.stem: path for path in loose[:-KEPT_FAMILIES] if path.stem not in spared}
        for path in gone.values():
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                _log.warning("the walks %s stay on the shelf: %s", path.stem, error)
        for walk in [walk for walk in notes if _family(walk) in gone]:
            del notes[walk]


def _oldest_first(folder: Path) -> list[Path]:
    """The files of region families, by when they were written."""
    written: list[tuple[int, str, Path]] = []
    for path in folder.glob(f"{FAMILY_PREFIX}*.safetensors"):
        try:
            written.append((path.lstat().st_mtime_ns, path.name, path))
        except FileNotFoundError:
            continue  # another process has just taken it away
    return [path for *_, path in sorted(written)]


def _family(walk: str) -> str:
    return walk.rpartition("/")[0]
