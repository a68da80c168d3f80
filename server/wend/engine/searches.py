"""Searches: which view looks for sliders or for samples, or has factors set, as works of the engine."""

import time
from collections.abc import Callable
from functools import partial

from wend.engine.answering import AnsweringWork
from wend.engine.device import Device, Drawn
from wend.engine.eyes import Eyes
from wend.engine.nearest import Nearest, not_found, nothing_found
from wend.engine.nearest_request import NearestReport, NearestRequest
from wend.engine.region_preparation import RegionPreparation, nothing_said
from wend.engine.region_work import RegionWork
from wend.engine.regions import Regions
from wend.engine.request import (
    Question,
    RegionReport,
    RegionRequest,
    SetReport,
    SetRequest,
    WorkProgress,
)
from wend.engine.running import Running
from wend.engine.setting import Setting
from wend.engine.view_key import SearchKey
from wend.engine.works import Works
from wend.errors import EngineRestarting, WendError
from wend.methods.setting.picture import SetFactors
from wend.methods.workbench import Workbench


class Searches:
    """Which view's search is which work. Not thread-safe; the engine holds its lock.

    Works are built on the device's thread, with what `open` has made there.
    """

    def __init__(self) -> None:
        self._regions: Regions | None = None
        self._setting: Setting | None = None
        self._nearest: Nearest | None = None
        self._names: dict[SearchKey, str] = {}
        self._prepared: set[str] = set()

    def open(
        self, device: Device, eyes: Eyes, emit: Callable[[RegionReport | SetReport | NearestReport], None]
    ) -> Regions:
        """What searches share on the device, made by its thread before any work is built."""
        self._regions = Regions(device, emit)
        self._setting = Setting(device, eyes, emit)
        self._nearest = Nearest(device, emit)
        return self._regions

    def clear(self) -> None:
        """Give the device's memory back."""
        if self._regions is not None:
            self._regions.clear()
        if self._nearest is not None:
            self._nearest.clear()

    def make_ready(self, drawn: Drawn, works: Works) -> None:
        """Who looks at a model's final picture may paint on it soon: queue the model's preparation, once."""
        if drawn.request.quality != "final" or drawn.generator_hash in self._prepared:
            return
        self._prepared.add(drawn.generator_hash)
        if self._regions is not None and not self._regions.is_prepared(drawn.generator_hash):
            model = drawn.request.picture.model
            works.add(Running(f"prepare:{model}", model, self._prepare, say=nothing_said))

    def begin(self, request: Question, works: Works) -> None:
        """Queue a search, or the setting of factors; an older one of its kind ends with what it has."""
        self.end(request.search, works)
        self._names[request.search] = request.work
        if isinstance(request, SetRequest):
            build_set, tell = partial(self._build_set, request), partial(not_set, request)
            model = request.picture.model
            works.add(Running(request.work, model, build_set, say=tell, is_urgent=True))
            return
        if isinstance(request, NearestRequest):
            look, say_so = partial(self._build_nearest, request), partial(not_found, request)
            works.add(Running(request.work, request.model, look, say=say_so))
            return
        build, say = partial(self._build, request), partial(said, request)
        works.add(Running(request.work, request.picture.model, build, say=say))

    def end(self, search: SearchKey, works: Works) -> None:
        """Let a view's search of a kind keep what it has, if there is one."""
        name = self._names.pop(search, None)
        if name is not None:
            works.stop(name)

    def forget(self, session: str, works: Works) -> None:
        for search in [each for each in self._names if each.view.session == session]:
            self.end(search, works)

    def _build(self, request: RegionRequest, bench: Workbench) -> RegionWork:
        assert self._regions is not None, "works are built by the device thread"
        return self._regions.build(request, bench)

    def _build_set(self, request: SetRequest, bench: Workbench) -> AnsweringWork[SetFactors]:
        assert self._setting is not None, "works are built by the device thread"
        return self._setting.build(request, bench)

    def _build_nearest(self, request: NearestRequest, bench: Workbench) -> AnsweringWork[None]:
        assert self._nearest is not None, "works are built by the device thread"
        return self._nearest.build(request, bench)

    def _prepare(self, bench: Workbench) -> RegionPreparation:
        assert self._regions is not None, "works are built by the device thread"
        return self._regions.prepare(bench)


def said(request: RegionRequest, progress: WorkProgress) -> RegionReport | None:
    """What is told of a search that broke. All else it tells itself."""
    if progress.failure is None:
        return None
    return _broken(request, progress.label, progress.failure, progress.hint or WendError.hint)


def broken(request: Question, error: WendError) -> RegionReport | SetReport | NearestReport:
    """What is told of a search whose device has gone."""
    if isinstance(request, SetRequest):
        return broken_set(request, error)
    if isinstance(request, NearestRequest):
        return nothing_found(request, error.sentence, error.hint)
    return _broken(request, "Searching", error.sentence, error.hint)


def broken_set(request: SetRequest, error: WendError) -> SetReport:
    """What is told of factors that were not set because of an error."""
    return SetReport(request.key, None, (error.code, error.sentence, error.hint))


def not_set(request: SetRequest, progress: WorkProgress) -> SetReport | None:
    """What is told of factors that could not be set; of those that were, the work tells by itself."""
    if progress.stopped:
        return broken_set(request, EngineRestarting())
    if progress.failure is None:
        return None
    code, hint = progress.code or WendError.code, progress.hint or WendError.hint
    return SetReport(request.key, None, (code, progress.failure, hint))


def _broken(request: RegionRequest, label: str, sentence: str, hint: str) -> RegionReport:
    return RegionReport(
        request.key,
        request.request,
        request.picture.model,
        "",
        (),
        (),
        label,
        1.0,
        time.monotonic() - request.arrived,
        True,
        (sentence, hint),
    )
