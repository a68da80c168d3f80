"""Own edits: one that a user wrote, from a small Python file in data/edits, where settings allow it to run.

    \"\"\"Takes light away.\"\"\"
    REACH = 0.4


    def edit(images, alpha):
        return images - alpha

makes the edit 'dim' of dim.py: `images` float32 [N, 3, H, W] in [-1, 1], alpha in -REACH..REACH; it
returns the target, or target and mask. UNIT ("of range") and TITLE may be named too; the docstring is the
summary.
"""

import hashlib
import runpy
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from wend.errors import InvalidInput
from wend.methods.edits.catalog import EDITS
from wend.methods.edits.edit import PLAIN_NAME, Edit, user_edit

_MOST_BYTES = 2**16


def find_edit(name: str, folder: Path | None) -> Edit:
    """One of ours, else that of the file `name`.py in the folder of a user's own; None: no file may run.

    Raises: InvalidInput for a name of neither, or a file that is no edit.
    """
    if name in EDITS:
        return EDITS[name]
    if folder is None or not name.isidentifier():
        raise InvalidInput(f"There is no edit {name!r}; there are {', '.join((*EDITS, *own_edits(folder)))}.")
    path = folder / f"{name}.py"
    if path.is_symlink() or not path.is_file() or path.stat().st_size > _MOST_BYTES:
        raise InvalidInput(f"There is no edit {name!r}, and no small file {path.name} in {folder.name}.")
    found = _run(path)
    function, reach = found.get("edit"), found.get("REACH")
    unit, title, summary = found.get("UNIT", "of range"), found.get("TITLE", ""), found.get("__doc__") or ""
    if not callable(function) or not isinstance(reach, int | float):
        raise InvalidInput(f"{path.name} must have a function `edit` and a number `REACH`.")
    if not isinstance(unit, str) or not isinstance(title, str) or not isinstance(summary, str):
        raise InvalidInput(f"UNIT and TITLE of {path.name} must be words.")
    own = user_edit(name, function, float(reach), unit, title, summary.partition("\n")[0])
    return replace(own, source=hashlib.sha256(path.read_bytes()).hexdigest())


def own_edits(folder: Path | None) -> tuple[str, ...]:
    """Names of the files that `find_edit` may find in a folder, in order; none is run."""
    if folder is None or not folder.is_dir():
        return ()
    return tuple(
        sorted(
            path.stem
            for path in folder.glob("*.py")
            if path.stem not in EDITS and PLAIN_NAME.fullmatch(path.stem) and not path.is_symlink()
        )
    )


def _run(path: Path) -> Mapping[str, object]:
    try:
        return runpy.run_path(str(path))
    # Whatever a user's own program raises is told.
    except (Exception, SystemExit) as error:
        raise InvalidInput(f"{path.name} cannot be run: {type(error).__name__}: {error}.") from error
