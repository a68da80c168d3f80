"""Sketches: the drawings of a kept set as an extractor takes them, and as files that go with a model."""

from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from wend.errors import InvalidParams
from wend.imaging.codec import encode
from wend.imaging.pixels import to_uint8
from wend.library.images import IMAGES_FOLDER, ImageStore
from wend.library.sketch_sets import SKETCHES_FOLDER, SketchSet, SketchSets
from wend.methods.sketch.extractor import Bench, Extractor, open_extractor
from wend.methods.sketch.judges import colored
from wend.methods.sketch.params import SketchParams


@dataclass(frozen=True)
class OpenedSet:
    """drawings: as `extractor.form` says."""

    kept: SketchSet
    extractor: Extractor
    drawings: tuple[Tensor, ...]

    @property
    def files(self) -> dict[str, bytes]:
        """PNG files of what is learned from, by name."""
        found = {}
        for number, drawing in enumerate(self.drawings, start=1):
            maps = colored(self.extractor.to_maps(drawing)[None])
            found[f"sketch-{number:02d}.png"] = encode(to_uint8(maps)[0].cpu().numpy(), "png")
        return found


def open_set(params: SketchParams, bench: Bench, data_dir: Path) -> OpenedSet:
    """The set that a training is to learn from, with the extractor that is wanted, else its own.

    Raises: SketchSetNotFound, StoredSketchesInvalid, ImageNotFound; InvalidParams for an extractor that draws
    something else than the set holds; as `open_extractor`.
    """
    images = ImageStore(data_dir / IMAGES_FOLDER)
    kept = SketchSets(data_dir / SKETCHES_FOLDER, images).get(params.sketches)
    kind = params.extractor or kept.kind
    network = params.network or (kept.extractor if kind == "card" else None)
    extractor = open_extractor(kind, bench, params.model, network)
    held = {"labels": "labels", "pose": "pose"}.get(kept.kind, "lines")
    if extractor.form != held:
        raise InvalidParams("extractor", f"it draws {extractor.form}, and the set {kept.name!r} holds {held}")
    return OpenedSet(kept, extractor, drawings_of(kept, images, extractor))


def drawings_of(kept: SketchSet, images: ImageStore, extractor: Extractor) -> tuple[Tensor, ...]:
    """The drawings of a set. A point that the extractor does not know is left out, one that is missing NaN.

    Raises: ImageNotFound, StoredImageInvalid.
    """
    if extractor.form == "pose":
        rows = []
        for pose in kept.poses:
            places = {point.name: (point.x, point.y) for point in pose}
            rows.append(torch.tensor([places.get(name, (torch.nan, torch.nan)) for name in extractor.names]))
        return tuple(rows)
    if extractor.form == "labels":
        return tuple(images.label_map(image) for image in kept.drawings)
    return tuple(images.sketch(image) for image in kept.drawings)
