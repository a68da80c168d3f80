"""Shelf: the walks of each model, shipped beside it, found or learned here, or brought from elsewhere."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from wend.errors import FileInvalid, WalkInvalid, WalkNotFound, WalkShipped, WeightsInvalid
from wend.library.codes import CODES_FOLDER, CodeStore
from wend.library.file_cache import FileCache
from wend.library.footprints import FootprintStore
from wend.library.models import WALKS_FOLDER, Model, ModelStore
from wend.library.walk_file import MAX_WALKS, read_family, write_family
from wend.library.walk_notes import NO_NOTES, NOTES_FILE, WalkNote, WalkNotes, notes_to_write, read_notes
from wend.library.walk_record import FAMILY, WalkFamily, WalkRecord, Zone

_log = logging.getLogger(__name__)
_SUFFIX = ".safetensors"


class Shelf:
    """Walks by model and family.

    Shipped walks lie in <model folder>/walks/ and are only read; all others lie in
    <folder>/<generator hash>/, so that they follow the weights, whatever the model is called, beside
    the notes people and measurements made of any of them. A shipped walk of other weights than the
    model's is left out; one that was brought here for it is foreign (`is_foreign`) and shown as such.
    Beside the walks lie `codes`, latents that were found, and `footprints`, what walks were measured to do.
    Safe to share between threads and processes.
    """

    def __init__(self, store: ModelStore, folder: Path) -> None:
        self.store = store
        self.folder = folder
        self._families = FileCache(read_family)
        self._notes = FileCache(read_notes)
        self.codes = CodeStore(folder / CODES_FOLDER)
        self.footprints = FootprintStore(folder)

    def walks(self, model_id: str) -> tuple[WalkRecord, ...]:
        """All walks of a model, family by family. Raises: ModelNotFound, CardInvalid."""
        model = self.store.get(model_id)
        names = {path.stem for folder in self._folders(model) for path in folder.glob(f"*{_SUFFIX}")}
        families = [self._family(model, name) or () for name in sorted(names)]
        notes = self._notes_of(model)
        return tuple(notes.applied(record) for family in families for record in family)

    def get(self, model_id: str, walk_id: str) -> WalkRecord:
        """One walk. Raises: WalkNotFound, ModelNotFound, CardInvalid."""
        model = self.store.get(model_id)
        return self._notes_of(model).applied(self._find(model, walk_id))

    def has(self, model_id: str, family: str) -> bool:
        """True when the family has been looked for; it may have no walk. Raises as `walks`."""
        return self._family(self.store.get(model_id), family) is not None

    def is_shipped(self, model_id: str, walk_id: str) -> bool:
        """True for a walk that came with the model, which only its maker may change. Raises as `get`."""
        model = self.store.get(model_id)
        path, _ = self._locate_walk(model, walk_id)
        return path != self._path(model, path.stem)

    def save(self, generator_hash: str, family: str, records: Sequence[WalkRecord]) -> None:
        """Put a whole family on the shelf of the generator it was measured on, replacing the one there.

        By hash and not by model: the model may have got new weights while the old ones were measured.
        Raises: WeightsInvalid for walks that could not be read again; DiskFull.
        """
        assert FAMILY.fullmatch(family), family
        assert all(record.family == family for record in records), family
        assert all(record.generator_hash == generator_hash for record in records), generator_hash
        path = self.folder / generator_hash / f"{family}{_SUFFIX}"
        write_family(path, WalkFamily(generator_hash, tuple(records)))

    def retitle(self, generator_hash: str, family: str, titled: Sequence[WalkRecord]) -> None:
        """Give walks of a family that lie on the shelf the titles they have in `titled`.

        What was deleted since then stays gone, and what was brought or learned anew as it is.
        Raises: WeightsInvalid for a family that was damaged or taken away meanwhile; DiskFull.
        """
        titles = {(record.id, record.digest): record.title for record in titled}
        folder = self.folder / generator_hash
        path = folder / f"{family}{_SUFFIX}"
        # The notes are left as they are; to hold them keeps other writers away.
        with notes_to_write(folder / NOTES_FILE):
            there = read_family(path).records
            own = tuple(replace(r, title=titles.get((r.id, r.digest), r.title)) for r in there)
            write_family(path, WalkFamily(generator_hash, own))

    def mark(
        self,
        model_id: str,
        walk_id: str,
        title: str | None = None,
        hidden: bool | None = None,
        pinned: bool | None = None,
        group: str | None = None,
    ) -> WalkRecord:
        """Rename, hide, pin or group any walk, shipped ones too; what is None stays. An empty title gives the
        walk its own back, an empty group takes it out of any. Raises as `get`; DiskFull."""
        model = self.store.get(model_id)
        record = self._find(model, walk_id)
        with notes_to_write(self._notes_path(model)) as notes:
            note = notes.get(walk_id, WalkNote())
            if title is not None:
                note = note.model_copy(update={"title": title if title not in ("", record.title) else None})
            if hidden is not None:
                note = note.model_copy(update={"hidden": hidden})
            if pinned is not None:
                note = note.model_copy(update={"pinned": pinned})
            if group is not None:
                note = note.model_copy(update={"group": group or None})
            notes[walk_id] = note
        return self.get(model_id, walk_id)

    def annotate(
        self, model_id: str, walk_id: str, reachable: Zone | None, saturated: Zone | None
    ) -> WalkRecord:
        """Note measured zones of any walk, shipped ones too, in place of those noted before.

        They hold for this very walk: one learned anew under its id has none. Raises as `get`;
        DiskFull.
        """
        model = self.store.get(model_id)
        record = self._find(model, walk_id)
        with notes_to_write(self._notes_path(model)) as notes:
            zones = {"reachable": reachable, "saturated": saturated, "measured": record.digest}
            notes[walk_id] = notes.get(walk_id, WalkNote()).model_copy(update=zones)
        return self.get(model_id, walk_id)

    def delete(self, model_id: str, walk_id: str) -> None:
        """Take a walk off the shelf, and what was noted of it. A family stays, be it without walks: what
        was looked for is not looked for again. Raises: WalkShipped, DiskFull, and as `get`."""
        model = self.store.get(model_id)
        with notes_to_write(self._notes_path(model)) as notes:
            path, family = self._locate_walk(model, walk_id)
            if path != self._path(model, path.stem):
                raise WalkShipped(walk_id)
            kept = tuple(other for other in family.records if other.id != walk_id)
            write_family(path, WalkFamily(family.generator_hash, kept))
            notes.pop(walk_id, None)

    def bring(self, model_id: str, brought: WalkFamily, avoid: Sequence[str] = ()) -> tuple[WalkRecord, ...]:
        """Put walks of a file on a model's shelf; returns them under the ids they have there.

        Walks of another generator come as a family of their own, as do those of a family in `avoid`
        that nobody has looked for here: it would be taken for complete. A walk that is there already
        is not put there twice; another one of its id is given a number.
        Raises: WalkInvalid for walks that do not fit the model; ModelNotFound, CardInvalid.
        """
        model = self.store.get(model_id)
        try:
            for record in brought.records:
                check_fits(record, model)
        except ValueError as error:
            raise WalkInvalid(str(error)) from error
        # The notes are left as they are; to hold them keeps other writers away.
        with notes_to_write(self._notes_path(model)):
            return tuple(self._bring(model, record, avoid) for record in brought.records)

    def _bring(self, model: Model, record: WalkRecord, avoid: Sequence[str]) -> WalkRecord:
        for other in self._family(model, record.family) or ():
            if other.id == record.id and other.digest == record.digest:
                return other
        family = self._family_to_bring_to(model, record, avoid)
        there = self._family(model, family) or ()
        for other in there:
            if other.key == record.key and other.digest == record.digest:
                return other
        if len(there) >= MAX_WALKS:
            raise WalkInvalid(f"the family {family} is full, with {MAX_WALKS} walks")
        taken = {other.key for other in there}
        keys = (record.key, *(f"{record.key[:56]}-{number}" for number in range(2, MAX_WALKS + 2)))
        key = next(key for key in keys if key not in taken)
        own = replace(record, id=f"{family}/{key}", hidden=False, pinned=False)
        path = self._path(model, family)
        write_family(path, WalkFamily(record.generator_hash, (*there, own)))
        return own

    def _family_to_bring_to(self, model: Model, record: WalkRecord, avoid: Sequence[str]) -> str:
        located = self._locate(model, record.family)
        if is_foreign(record, model):
            named = f"from-{record.generator_hash[:6]}-{record.family}"
        elif (located is None and record.family in avoid) or (
            located is not None and located[0] != self._path(model, record.family)
        ):
            named = f"brought-{record.family}"
        else:
            return record.family
        return named[:64].rstrip("-")

    def _path(self, model: Model, family: str) -> Path:
        return self.folder / model.card.hash / f"{family}{_SUFFIX}"

    def _notes_path(self, model: Model) -> Path:
        return self.folder / model.card.hash / NOTES_FILE

    def _notes_of(self, model: Model) -> WalkNotes:
        path = self._notes_path(model)
        if not path.exists():
            return NO_NOTES
        try:
            return self._notes.get(path)
        except FileInvalid as error:
            _log.warning("%s", error)
            return NO_NOTES

    def _find(self, model: Model, walk_id: str) -> WalkRecord:
        _, family = self._locate_walk(model, walk_id)
        return next(record for record in family.records if record.id == walk_id)

    def _locate_walk(self, model: Model, walk_id: str) -> tuple[Path, WalkFamily]:
        located = self._locate(model, walk_id.rpartition("/")[0])
        if located is None or all(record.id != walk_id for record in located[1].records):
            raise WalkNotFound(walk_id, model.card.id)
        return located

    def _folders(self, model: Model) -> tuple[Path, ...]:
        """Where a model's walks lie; the first that has a family wins. A link may lead anywhere."""
        found, shipped = self.folder / model.card.hash, model.folder / WALKS_FOLDER
        return (found,) if shipped.is_symlink() else (found, shipped)

    def _family(self, model: Model, family: str) -> tuple[WalkRecord, ...] | None:
        """The usable walks of a family, or None when no readable file of this generator holds it."""
        located = self._locate(model, family)
        return None if located is None else located[1].records

    def _locate(self, model: Model, family: str) -> tuple[Path, WalkFamily] | None:
        """The usable file of a family and what it holds."""
        if FAMILY.fullmatch(family) is None:
            return None
        for folder in self._folders(model):
            path = folder / f"{family}{_SUFFIX}"
            if path.is_symlink() or not path.is_file():
                continue
            try:
                found = self._families.get(path)
                # A foreign one was put into the folder of this very hash; a shipped one just stayed behind.
                if found.generator_hash == model.card.hash or path == self._path(model, family):
                    _check(found, path, model)
                    return path, found
            except FileInvalid as error:
                # Walks can always be found again, so a damaged file must not keep the model away.
                _log.warning("%s", error)
                continue
        return None


def is_foreign(record: WalkRecord, model: Model) -> bool:
    """True for a walk of another generator: it moves this one, but nobody has measured how."""
    return record.generator_hash != model.card.hash


def _check(found: WalkFamily, path: Path, model: Model) -> None:
    """Whether walks fit the model they lie beside. Raises: WeightsInvalid."""
    for record in found.records:
        if record.family != path.stem:
            raise WeightsInvalid(path.name, f"{record.id} is of another family")
        try:
            check_fits(record, model)
        except ValueError as error:
            raise WeightsInvalid(path.name, str(error)) from error


def check_fits(record: WalkRecord, model: Model) -> None:
    """Whether a walk can move a model's latents. Raises: ValueError, with what is wrong."""
    card = model.card
    width = card.z_dim if record.space == "z" else card.w_dim
    if record.layers[1] > card.num_ws or not has_width(record, width, card.num_ws):
        raise ValueError(
            f"{record.id} is of another latent size than the model's {width}, or moves other style rows than "
            f"its {card.num_ws}"
        )
    if record.class_index is not None and record.class_index >= max(1, len(card.classes)):
        raise ValueError(f"{record.id} is of a class that the model has not")


def has_width(record: WalkRecord, width: int, num_ws: int) -> bool:
    """Whether a walk moves latents of a width, on rows that a generator with `num_ws` of them has."""
    if record.chain is not None:
        return tuple(record.chain.displacements.shape[1:]) == (num_ws, width)
    if record.factor is not None:
        return tuple(record.factor.walk.read.shape) == (width,)
    if (steps := record.steps) is None:
        shape = tuple(record.vector.shape)
        return shape == (width,) or (record.space == "w" and shape == (num_ws, width))
    if steps.center is not None and tuple(steps.center.shape) != (width,):
        return False
    start, end = steps.rows
    if record.space == "z":
        return steps.forward.width == width
    return end <= num_ws and steps.forward.width in (width, (end - start) * width)
