"""Shelf: the walks of each model, shipped beside it or found here."""

import logging
from collections.abc import Sequence
from pathlib import Path

from wend.errors import FileInvalid, WalkNotFound, WeightsInvalid
from wend.library.file_cache import FileCache
from wend.library.models import WALKS_FOLDER, Model, ModelStore
from wend.library.walk_record import FAMILY, WalkFamily, WalkRecord, read_family, write_family

_log = logging.getLogger(__name__)
_SUFFIX = ".safetensors"


class Shelf:
    """Walks by model and family.

    Shipped walks lie in <model folder>/walks/ and are only read; those found here lie in
    <folder>/<generator hash>/, so that they follow the weights, whatever the model is called. Walks
    of other weights than the model's are left out. Safe to share between threads and processes.
    """

    def __init__(self, store: ModelStore, folder: Path) -> None:
        self.store = store
        self.folder = folder
        self._families = FileCache(read_family)

    def walks(self, model_id: str) -> tuple[WalkRecord, ...]:
        """All walks of a model, family by family. Raises: ModelNotFound, CardInvalid."""
        model = self.store.get(model_id)
        names = {path.stem for folder in self._folders(model) for path in folder.glob(f"*{_SUFFIX}")}
        families = [self._family(model, name) or () for name in sorted(names)]
        return tuple(record for family in families for record in family)

    def get(self, model_id: str, walk_id: str) -> WalkRecord:
        """One walk. Raises: WalkNotFound, ModelNotFound, CardInvalid."""
        family = walk_id.rpartition("/")[0]
        model = self.store.get(model_id)
        for record in self._family(model, family) or ():
            if record.id == walk_id:
                return record
        raise WalkNotFound(walk_id, model_id)

    def has(self, model_id: str, family: str) -> bool:
        """True when the family has been looked for; it may have no walk. Raises as `walks`."""
        return self._family(self.store.get(model_id), family) is not None

    def save(self, generator_hash: str, family: str, records: Sequence[WalkRecord]) -> None:
        """Put a whole family on the shelf of the generator it was measured on, replacing the one there.

        By hash and not by model: the model may have got new weights while the old ones were measured.
        """
        assert FAMILY.fullmatch(family), family
        assert all(record.family == family for record in records), family
        assert all(record.generator_hash == generator_hash for record in records), generator_hash
        path = self.folder / generator_hash / f"{family}{_SUFFIX}"
        write_family(path, WalkFamily(generator_hash, tuple(records)))

    def _folders(self, model: Model) -> tuple[Path, ...]:
        """Where a model's walks lie; the first that has a family wins. A link may lead anywhere."""
        found, shipped = self.folder / model.card.hash, model.folder / WALKS_FOLDER
        return (found,) if shipped.is_symlink() else (found, shipped)

    def _family(self, model: Model, family: str) -> tuple[WalkRecord, ...] | None:
        """The usable walks of a family, or None when no readable file of this generator holds it."""
        if FAMILY.fullmatch(family) is None:
            return None
        for folder in self._folders(model):
            path = folder / f"{family}{_SUFFIX}"
            if path.is_symlink() or not path.is_file():
                continue
            try:
                found = self._families.get(path)
                if found.generator_hash == model.card.hash:
                    _check(found, path, model)
                    return found.records
            except FileInvalid as error:
                # Walks can always be found again, so a damaged file must not keep the model away.
                _log.warning("%s", error)
                continue
        return None


def _check(found: WalkFamily, path: Path, model: Model) -> None:
    """Whether walks of this model's hash fit it. Raises: WeightsInvalid."""
    for record in found.records:
        width = model.card.z_dim if record.space == "z" else model.card.w_dim
        if record.family != path.stem:
            raise WeightsInvalid(path.name, f"{record.id} is of another family")
        if len(record.vector) != width:
            raise WeightsInvalid(path.name, f"{record.id} is not of the model's latent size {width}")
        if record.layers[1] > model.card.num_ws:
            raise WeightsInvalid(path.name, f"{record.id} moves rows that the model has not")
