"""Region work: one request for sliders of a region on its way through the engine, as slices of its device."""

import hashlib
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import torch
from torch import Tensor

from wend.engine.request import FoundSlider, RegionReport, RegionRequest
from wend.imaging.codec import Codec, encode
from wend.imaging.pixels import to_uint8
from wend.library.named_families import named_families
from wend.library.shelf import Shelf
from wend.library.walk_record import WalkRecord
from wend.measure.slices import Sliced, WithoutUpdates
from wend.methods.region.families import FAMILY_PREFIX, prune_families
from wend.methods.region.find import RegionFind
from wend.methods.region.search import RegionSearch

STRIP_SIDE = 96
"""Pixels of one picture of a strip at most."""
REPORT_S = 0.25
"""Between two reports that bring nothing new."""


class RegionWork(WithoutUpdates):
    """A search behind the engine's Work: what it finds lies on the shelf before it is told.

    open: makes the search ready, in slices; it gives None where nothing is searched, having said why by
    itself. report: where reports go; they name only assets that were not named before. database: of saved
    documents, whose sliders stay on the shelf.
    """

    def __init__(
        self,
        request: RegionRequest,
        open_search: Callable[[], Sliced[RegionSearch]],
        shelf: Shelf,
        report: Callable[[RegionReport], None],
        database: Path | None = None,
    ) -> None:
        self._request = request
        self._shelf = shelf
        self._report = report
        self._named = partial(named_families, database, FAMILY_PREFIX)
        self._search: RegionSearch | None = None
        self._told: tuple[RegionFind, ...] = ()
        self._kept: dict[str, WalkRecord] = {}
        self._sliders: dict[str, FoundSlider] = {}
        self._sent: set[str] = set()
        self._reported = 0.0
        self._is_stopped = False
        self._slices = self._run(open_search)

    @property
    def name(self) -> str:
        return self._request.work

    @property
    def model(self) -> str:
        return self._request.picture.model

    @property
    def label(self) -> str:
        return "Looking at the picture" if self._search is None else self._search.label

    @property
    def fraction(self) -> float:
        return 0.0 if self._search is None else self._search.fraction

    def stop(self) -> None:
        """What was found lies on the shelf."""
        self._is_stopped = True
        self._slices.close()

    def run_slice(self) -> bool:
        """One slice; True when all is found, or it was stopped."""
        with torch.no_grad():
            try:
                next(self._slices)
            except StopIteration:
                self._tell(is_done=True)
                return True
        search = self._search
        if search is not None and (
            search.found != self._told or time.monotonic() - self._reported > REPORT_S
        ):
            self._tell(is_done=False)
        return False

    def _run(self, open_search: Callable[[], Sliced[RegionSearch]]) -> Sliced[None]:
        self._search = yield from open_search()
        yield from self._search.run()

    def _tell(self, *, is_done: bool) -> None:
        found = () if self._search is None else self._search.found
        assets: list[tuple[str, bytes]] = []
        if found != self._told:
            self._keep(found)
            self._told = found
            for find in found:
                if find.record.id not in self._sliders:
                    self._sliders[find.record.id] = self._slider(find, assets)
        self._reported = time.monotonic()
        lack = None
        if is_done and not found and not self._is_stopped:
            lack = (
                "Nothing in this region can be changed by itself.",
                "Paint a larger one, or one where the model's pictures differ from each other.",
            )
        self._report(
            RegionReport(
                self._request.key,
                self._request.request,
                self.model,
                "" if self._search is None else self._search.family,
                tuple(self._sliders[find.record.id] for find in found),
                tuple(assets),
                self.label,
                1.0 if is_done else self.fraction,
                time.monotonic() - self._request.arrived,
                is_done,
                lack,
            )
        )

    def _keep(self, found: tuple[RegionFind, ...]) -> None:
        """On the shelf; what somebody may use already stays there, though something better was found."""
        fresh = {find.record.id: find.record for find in found}
        if self._search is None or not self._search.is_looking or fresh.keys() <= self._kept.keys():
            return
        generator_hash, family = self._search.generator_hash, self._search.family
        is_first = not self._kept
        if is_first:
            self._kept = {r.id: r for r in self._shelf.walks(self.model) if r.family == family}
        self._kept |= fresh
        self._shelf.save(generator_hash, family, list(self._kept.values()))
        if is_first:
            in_use = {edit.walk.rpartition("/")[0] for edit in self._request.picture.edits}
            spared = {family, *in_use, *self._request.families}
            prune_families(self._shelf, generator_hash, spared, self._named)

    def _slider(self, find: RegionFind, assets: list[tuple[str, bytes]]) -> FoundSlider:
        record, truth = find.record, find.truth
        small = _shrunk(truth.images)
        strip = torch.cat(list(small), dim=2)[None]
        heat = truth.heat / truth.heat.max().clamp_min(1e-6)
        grey = (heat[None, None] * 2.0 - 1.0).cpu()
        return FoundSlider(
            walk=record.id,
            title=record.title,
            low=record.low,
            high=record.high,
            low_end=truth.low_end,
            high_end=truth.high_end,
            layers=record.layers,
            place=find.place,
            kind=find.kind,
            moves=find.moves,
            inside=truth.inside,
            outside=truth.outside,
            strip=self._asset(strip, "jpeg", assets),
            strip_frames=len(small),
            heat=self._asset(grey, "png", assets),
        )

    def _asset(self, image: Tensor, codec: Codec, assets: list[tuple[str, bytes]]) -> str:
        data = encode(to_uint8(image)[0].cpu().numpy(), codec)
        name = hashlib.sha256(data).hexdigest()
        if name not in self._sent:
            self._sent.add(name)
            assets.append((name, data))
        return name


def _shrunk(images: Tensor) -> Tensor:
    """Images [n, 3, h, w] no larger than a thumbnail."""
    side = images.shape[-1]
    if side <= STRIP_SIDE:
        return images
    size = (STRIP_SIDE, STRIP_SIDE)
    return torch.nn.functional.interpolate(images, size=size, mode="area")
