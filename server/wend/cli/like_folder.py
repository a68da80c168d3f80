"""Like folder: pictures of a folder that a distribution is to be like, brought into the store of images."""

from dataclasses import dataclass
from pathlib import Path

from wend.errors import ImageInvalid, InvalidParams
from wend.library.images import ImageStore
from wend.library.picture_sets import SUFFIXES
from wend.methods.sampling.targets import LIKE_COUNT


@dataclass(frozen=True)
class BroughtFolder:
    """ids: of the images that were kept; notes: sentences on those that were not."""

    ids: tuple[str, ...]
    notes: tuple[str, ...]


def bring_folder(folder: Path, images: ImageStore, most: int = LIKE_COUNT) -> BroughtFolder:
    """Keep the pictures of a folder, in the order of their names, links and hidden files aside.

    No more than `most` are kept, and none before they are counted; what cannot be read is named and left out.
    Raises: InvalidParams where none can be read.
    """
    files = [
        path
        for path in sorted(folder.iterdir())
        if path.suffix.lower() in SUFFIXES and not path.name.startswith(".") and not path.is_symlink()
    ]
    notes = [f"Of {len(files)} pictures in {folder} the first {most} are used."] if len(files) > most else []
    ids: list[str] = []
    for path in files[:most]:
        try:
            ids.append(images.put(path.read_bytes(), "photo").id)
        except ImageInvalid as error:
            notes.append(f"{path.name} is left out: {error.sentence}")
        except OSError as error:
            notes.append(f"{path.name} is left out: {error}")
    if not ids:
        raise InvalidParams("factor", f"the folder {folder} holds no picture that can be read")
    return BroughtFolder(tuple(ids), tuple(notes))
