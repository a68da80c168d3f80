"""Checks: whether a picture and its edits fit their model."""

from wend.documents.mixing import as_of_row, parts_of
from wend.documents.picture import Edit, Picture
from wend.errors import InvalidPicture
from wend.generators.generator import GeneratorSpec
from wend.library.shelf import has_width
from wend.library.walk_record import WalkRecord


def check_picture(picture: Picture, spec: GeneratorSpec) -> None:
    """Whether a picture fits its model. Raises: InvalidPicture."""
    rows = spec.num_ws
    if picture.psi_cutoff is not None and picture.psi_cutoff > rows:
        raise InvalidPicture("psi_cutoff", f"is {picture.psi_cutoff}, but the model has {rows} style rows")
    for index, edit in enumerate(picture.edits):
        if edit.layers is None:
            continue
        start, end = edit.layers.start, edit.layers.end
        if not start < end <= rows:
            raise InvalidPicture(
                f"edits.{index}.layers", f"is [{start}, {end}), which is no range within [0, {rows})"
            )
    if spec.c_dim == 0 and picture.class_index is not None:
        raise InvalidPicture("class_index", "is set, but the model has no classes")
    _check_classes(picture, spec, "latent")
    for index, mixed in enumerate(picture.mix):
        if mixed.layers.end > rows:
            raise InvalidPicture(f"mix.{index}.layers", f"end at {mixed.layers.end}, of {rows} style rows")
        _check_classes(as_of_row(picture, mixed.layers.start), spec, f"mix.{index}.latent")
    if spec.c_dim > 0 and (picture.class_index is None or picture.class_index >= spec.c_dim):
        raise InvalidPicture("class_index", f"must be a number from 0 to {spec.c_dim - 1} for this model")


def _check_classes(picture: Picture, spec: GeneratorSpec, where: str) -> None:
    for index, part in enumerate(parts_of(picture)):
        if part.class_index is not None and part.class_index >= spec.c_dim:
            raise InvalidPicture(
                f"{where}.parts.{index}.class_index", f"is none of the model's {spec.c_dim} classes"
            )


def check_edit(edit: Edit, record: WalkRecord, spec: GeneratorSpec) -> None:
    """Whether an edit can be made with its walk. Raises: InvalidPicture."""
    # The card on the shelf may be of other weights than those in memory.
    if not has_width(record, spec.z_dim if record.space == "z" else spec.w_dim, spec.num_ws):
        raise InvalidPicture("edits", f"move by {edit.walk}, which is not of this model's latent size")
    if edit.is_locked and not record.is_line:
        raise InvalidPicture("edits", f"lock {edit.walk}, which is no straight line")
    if abs(edit.alpha) > record.furthest:
        raise InvalidPicture("edits", f"move by {edit.walk} further than {record.furthest:g}, its limit")
