"""Vanished job: many pictures looked for in one model, one after another, and what of them is missing."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import cast

import numpy as np
import torch
from torch import Tensor

from wend.errors import InvalidInput
from wend.library.models import hash_of
from wend.library.picture_sets import PICTURES_FOLDER
from wend.measure.card_world import world_of
from wend.measure.export import Cell, to_csv, to_json
from wend.measure.report.page import render_report
from wend.measure.seeds import WORLD_SEED
from wend.measure.slices import Sliced
from wend.methods.distances import best_distance, named_distance
from wend.methods.invert.inversion import Inversion, difference
from wend.methods.invert.placing import auto_placed
from wend.methods.layerwise.inversion import LayerwiseInversion
from wend.methods.layerwise.opening import open_layers
from wend.methods.survey.build import path_of
from wend.methods.survey.files import PictureFiles
from wend.methods.survey.source import FileSource, Source, WorldSource
from wend.methods.vanished.album import MOST_STRIPS, Album, Entry, entry_from, entry_of, strip_of
from wend.methods.vanished.domain import Domain, Kind, open_domain
from wend.methods.vanished.eye import open_labeller
from wend.methods.vanished.params import VanishedParams
from wend.methods.workbench import Workbench
from wend.optim.job import Outcome, SliceReport
from wend.worlds.registry import is_world, open_world

_Search = Inversion | LayerwiseInversion
_DOMAIN_SHARE = 0.05
_READ_AT = 1024
"""Side at which files are read that are then placed; a face in the middle of a larger photo loses nothing."""


class VanishedJob:
    """A slice is one of a picture's search. What stops goes on after the last picture that was done."""

    def __init__(self, params: VanishedParams, bench: Workbench, opens_paths: bool = False) -> None:
        """opens_paths: whether `pictures` may be any path, which a command says and a server never does.

        Raises: InvalidParams, InvalidInput for pictures that are not there; PerceptionNotFound,
        WeightsInvalid; as `open_layers` for a place that an encoder finds.
        """
        self.params, self._bench = params, bench
        self._hash = hash_of(bench.generator)
        self._source = self._open(opens_paths)
        self._total = min(params.count, self._source.count)
        self.loss, self._look = _open_search(params, bench)
        self._labeller = open_labeller(bench, params.segmenter)
        self._domain: Domain | None = None
        self._opening: Sliced[Domain] | None = None
        if self._labeller.eye is not None:
            self._opening = open_domain(bench.generator, self._labeller.eye)
        self._at = 0
        self._search: _Search | None = None
        self.entries: list[Entry] = []
        self.strips: dict[str, bytes] = {}
        self.skipped: list[tuple[str, str]] = []

    def _open(self, opens_paths: bool) -> Source:
        params, bench = self.params, self._bench
        size, cpu = bench.generator.spec.resolution, torch.device("cpu")
        if not params.pictures or is_world(params.pictures):
            card = bench.shelf.store.get(params.model).card
            world = open_world(params.pictures) if params.pictures else world_of(card)
            return WorldSource(world, params.count, WORLD_SEED + params.seed, size, cpu)
        folder = bench.data_dir / PICTURES_FOLDER
        files = PictureFiles(path_of(params.pictures, folder, opens_paths, "pictures"))
        return FileSource(files, size if params.align == "crop" else max(size, _READ_AT), cpu)

    # -- the job ----------------------------------------------------------------------------------

    @property
    def is_at_rest(self) -> bool:
        """Between two pictures: half a search is begun again."""
        return True

    def step(self) -> SliceReport:
        """One slice. Raises: InvalidInput where none of the pictures can be read; Diverged."""
        if self._opening is not None:
            try:
                next(self._opening)
            except StopIteration as ended:
                self._domain, self._opening = cast("Domain", ended.value), None
            return self._report("Looking at the model's own pictures")
        if self._search is None:
            self._search = self._next()
            if self._search is None and not self.entries:
                why = "; ".join(f"{name}: {why}" for name, why in self.skipped[:1])
                raise InvalidInput(
                    f"None of {self._total} pictures of {self._source.title} can be read and placed ({why})."
                )
            return self._report("Reading a picture")
        self._search.step()
        if self._search.is_done:
            self._keep(self._search)
            self._search, self._at = None, self._at + 1
        return self._report(f"Picture {min(self._at + 1, self._total)} of {self._total}")

    def _report(self, label: str) -> SliceReport:
        if self._opening is not None:
            return SliceReport(0.0, label)
        done = self._at + (0.0 if self._search is None else self._search.fraction)
        is_done = self._at >= self._total
        share = _DOMAIN_SHARE + (1.0 - _DOMAIN_SHARE) * done / max(1, self._total)
        return SliceReport(1.0 if is_done else min(share, 1.0 - 1e-9), label, is_done)

    def _next(self) -> _Search | None:
        """The search for the next picture that can be read and placed; None after the last."""
        while self._at < self._total:
            batch = self._source.fetch([self._at])
            self.skipped += [(each.name, each.why) for each in batch.skipped]
            if batch.places:
                try:
                    target = self._placed(batch.images)
                except InvalidInput as error:  # nothing is found on this one; on others there may be
                    self.skipped.append((self._name(self._at), error.sentence))
                else:
                    return self._look(target)
            self._at += 1
        return None

    def _placed(self, image: Tensor) -> Tensor:
        if self.params.align == "crop":
            return image
        bench = self._bench
        return auto_placed(image.cpu(), bench, bench.generator.spec.resolution).target

    def _keep(self, search: _Search) -> None:
        photo, found = search.sight.target.cpu(), search.found().image
        vanished = self._labeller.compare(photo, found)
        kind: Kind = "unknown"
        share: float | None = None
        if self._domain is not None:
            kind, share = self._domain.judge(photo.to(self._bench.device))
        name = self._name(self._at)
        self.entries.append(entry_of(name, photo, found, vanished, kind, share))
        if len(self.strips) < MOST_STRIPS:
            self.strips[name] = strip_of(photo, found, vanished)

    def _name(self, place: int) -> str:
        source = self._source
        return source.name(place) if isinstance(source, FileSource) else f"{source.title} {place}"

    def preview(self) -> tuple[Tensor, int] | None:
        """The picture that is looked for, the nearest so far, and where they differ."""
        if self._search is None:
            return None
        target, found = self._search.sight.target, self._search.image()
        if found is None:
            return target, 1
        return torch.cat([target, found.clamp(-1.0, 1.0), difference(found, target)]), 3

    # -- state ------------------------------------------------------------------------------------

    def state_dict(self) -> dict[str, object]:
        return {
            "generator": self._hash,
            "loss": self.loss,
            "pictures": self._digest,
            "at": self._at,
            "entries": [
                {**asdict(e), "areas": {name: list(ends) for name, ends in e.areas.items()}}
                for e in self.entries
            ],
            "strips": {name: _tensor(png) for name, png in self.strips.items()},
            "skipped": [list(each) for each in self.skipped],
        }

    @property
    def _digest(self) -> str:
        return self._source.digest if isinstance(self._source, FileSource) else self._source.title

    def load_state_dict(self, state: dict[str, object]) -> None:
        """Raises: ValueError for other weights, networks or pictures."""
        if state["generator"] != self._hash:
            raise ValueError("the state is of a generator with other weights")
        if state["loss"] != self.loss or state["pictures"] != self._digest:
            raise ValueError("the pictures, or what looks at them, have changed since")
        self._at = cast("int", state["at"])
        self.entries = [entry_from(each) for each in cast("Sequence[dict[str, object]]", state["entries"])]
        strips = cast("dict[str, Tensor]", state["strips"])
        self.strips = {name: png.numpy().tobytes() for name, png in strips.items()}
        self.skipped = [(name, why) for name, why in cast("list[list[str]]", state["skipped"])]

    # -- what is left -----------------------------------------------------------------------------

    @property
    def album(self) -> Album:
        """All that was found."""
        names = () if self._labeller.eye is None else self._labeller.eye.names
        return Album(
            tuple(self.entries), names, self._labeller.segmenter, self._labeller.lack, tuple(self.skipped)
        )

    def finish(self, folder: Path) -> Outcome:
        """report.html, vanished-album.json, vanished.csv, and a PNG for each picture shown."""
        album, params = self.album, self.params
        made_with: dict[str, Cell] = {
            "model": params.model, "weights": self._hash[:16], "pictures": self._source.title,
            "count": len(album.entries), "place": params.place, "updates": params.updates,
            "tries": params.tries, "loss": self.loss, "segmenter": self._labeller.segmenter or "none",
            "seed": params.seed, "device": str(self._bench.device), "threads": torch.get_num_threads(),
            "torch": torch.__version__,
        }  # fmt: skip
        title = f"What {params.model} loses of {self._source.title}"
        folder.mkdir(parents=True, exist_ok=True)
        page = render_report(album.report(title, self.strips, made_with))
        (folder / "report.html").write_text(page, "utf-8")
        # Numbers, since names may hold anything.
        shown = {name: f"picture-{k + 1:02d}.png" for k, name in enumerate(self.strips)}
        for name, file in shown.items():
            (folder / file).write_bytes(self.strips[name])
        (folder / "vanished-album.json").write_text(
            to_json({**album.as_dict(shown), "made_with": made_with}) + "\n", "utf-8"
        )
        (folder / "vanished.csv").write_text(to_csv(album.table()), "utf-8")
        return Outcome(self._facts(album))

    def _facts(self, album: Album) -> dict[str, str]:
        facts = {"pictures": f"{len(album.entries)} of {self._source.title}"}
        facts["error"] = f"{album.mean_error:.1f} of 255 a pixel, on the average"
        if album.mean_agreement is not None:
            facts["labels agree"] = f"on {100.0 * album.mean_agreement:.0f} % of pixels"
            told = [f"{f.name} from {f.lost} of {f.count}" for f in album.falls() if f.lost][:4]
            facts["vanished"] = ", ".join(told) or "no class"
        else:
            facts["labels"] = album.lack
        if album.outside:
            facts["outside"] = f"{album.outside} are unlike anything the model draws"
        if album.skipped:
            lack = "read" if self.params.align == "crop" else "read or placed"
            facts["skipped"] = f"{len(album.skipped)} files that cannot be {lack}"
        return facts


def _open_search(params: VanishedParams, bench: Workbench) -> tuple[str, Callable[[Tensor], _Search]]:
    """By what pictures are compared, and how one of the generator's size is looked for."""
    if params.place == "layers" or params.place == "encoder":
        return open_layers(bench, params.place, params.loss, params.updates)
    settings = params.search
    if params.loss is None:
        loss, distance = best_distance(bench)
    else:
        loss, distance = params.loss, named_distance(params.loss, bench)
    return loss, lambda target: Inversion(bench.generator, target, settings, distance)


def _tensor(png: bytes) -> Tensor:
    return torch.from_numpy(np.frombuffer(png, dtype=np.uint8).copy())


def build_vanished(params: VanishedParams, workbench: Workbench) -> VanishedJob:
    """Raises: as `VanishedJob`."""
    return VanishedJob(params, workbench)


def build_vanished_of_paths(params: VanishedParams, workbench: Workbench) -> VanishedJob:
    """For who types at this machine: the pictures may lie in any folder or zip. Raises: as above."""
    return VanishedJob(params, workbench, opens_paths=True)
