"""Nearest: the samples of a model that are nearest to a drawing, looked for in slices on its device."""

import hashlib
import time
from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor

from wend.engine.answering import AnsweringWork
from wend.engine.device import Device
from wend.engine.nearest_request import FoundSample, NearestReport, NearestRequest
from wend.engine.request import WorkProgress
from wend.errors import ImageNotFound, NoMappingNetwork
from wend.generators.generator import Generator
from wend.imaging.codec import Codec, encode
from wend.imaging.ink import ink_of, stroke_width
from wend.imaging.label_map import label_colors
from wend.imaging.pixels import to_uint8
from wend.measure.slices import Sliced
from wend.methods.drawing_board.advice import advice
from wend.methods.drawing_board.map_bank import MapBank, Near
from wend.methods.sketch.extractor import Extractor, open_extractor
from wend.methods.workbench import Workbench
from wend.pictures.recent import Recent

KEPT_BANKS = 4
REPORT_S = 0.4
"""Between two reports that bring only more of the same."""


class Nearest:
    """Made and used by the device's thread alone. emit: where reports go; its banks hold as many samples as
    the device says.

    A bank is kept for each model and extractor that was asked for lately: what one drawing has paid for
    the next one has at once.
    """

    def __init__(self, device: Device, emit: Callable[[NearestReport], None]) -> None:
        self._device, self._emit = device, emit
        self._banks: Recent[tuple[str, str, str | None], MapBank] = Recent(KEPT_BANKS)

    def clear(self) -> None:
        """Give the device's memory back."""
        self._banks.clear()

    def build(self, request: NearestRequest, bench: Workbench) -> AnsweringWork[None]:
        """The work that answers a request, with its model in memory. What it has drawn when it is stopped
        stays in the bank."""
        open_bank, read = partial(self._bank, request, bench), partial(self._drawn, request)
        search = _Search(request, bench.generator, open_bank, read, self._emit)
        return AnsweringWork(
            request.work,
            request.model,
            "Looking for samples like the drawing",
            search.run(),
            lambda _: None,
            lambda error: self._emit(nothing_found(request, error.sentence, error.hint)),
        )

    def _bank(self, request: NearestRequest, bench: Workbench) -> MapBank:
        """Raises: ModelNotFound, CardInvalid, PerceptionNotFound, InvalidParams, WeightsInvalid;
        NoMappingNetwork for a model with classes, of which no sample is anything without one."""
        if bench.generator.spec.c_dim:
            raise NoMappingNetwork(request.model, "its mapping network reads a class, and drawings have none")
        key = self._device.residency.get(request.model).hash, request.kind, request.extractor

        def make() -> MapBank:
            extractor = open_extractor(request.kind, bench, request.model, request.extractor)
            return MapBank(extractor, self._device.nearest_samples)

        return self._banks.get(key, make)

    def _drawn(self, request: NearestRequest, extractor: Extractor) -> tuple[Tensor, float | None] | None:
        """The drawing's map [C, S, S], and how wide its lines are. Raises: ImageNotFound, InvalidInput."""
        if extractor.form == "pose":
            if request.pose is None:
                return None
            places = {name: (x, y) for name, x, y in request.pose}
            missing = (float("nan"), float("nan"))
            return extractor.to_maps(torch.tensor([places.get(n, missing) for n in extractor.names])), None
        if request.drawing is None:
            return None
        if self._device.images is None:
            raise ImageNotFound(request.drawing)
        if extractor.form == "labels":
            return extractor.to_maps(self._device.images.label_map(request.drawing)), None
        drawing = self._device.images.sketch(request.drawing)
        return extractor.to_maps(drawing), float(stroke_width(ink_of(drawing[None]))[0])


class _Search:
    """One request; it tells all by itself, several times."""

    def __init__(
        self,
        request: NearestRequest,
        generator: Generator,
        open_bank: Callable[[], MapBank],
        read: Callable[[Extractor], tuple[Tensor, float | None] | None],
        report: Callable[[NearestReport], None],
    ) -> None:
        self._request, self._generator, self._report = request, generator, report
        self._open, self._read = open_bank, read
        self._sent: set[str] = set()
        self._reported = 0.0

    def run(self) -> Sliced[None]:
        bank = self._open()
        yield
        read = self._read(bank.extractor)
        yield
        growing = bank.grow(self._generator)
        for _ in growing:
            if len(bank) and time.monotonic() - self._reported > REPORT_S:
                yield from self._tell(bank, read, is_done=False)
            yield
        yield from self._tell(bank, read, is_done=True)

    def _tell(
        self, bank: MapBank, read: tuple[Tensor, float | None] | None, *, is_done: bool
    ) -> Sliced[None]:
        request = self._request
        near = bank.first(request.count)
        if read is not None:
            near = yield from bank.nearest(read[0], request.count)
        self._reported = time.monotonic()
        assets: list[tuple[str, bytes]] = []
        samples = tuple(self._sample(bank, each, assets) for each in near)
        drawn_width = None if read is None else read[1]
        warning = None
        if is_done and read is not None and near:
            warning = advice(near[0].match, bank.usual, drawn_width, bank.width, bank.count)
        self._report(
            NearestReport(
                request.key,
                request.request,
                samples,
                tuple(assets),
                bank.usual,
                bank.width,
                drawn_width,
                len(bank),
                bank.count,
                is_done,
                warning,
                None,
                _parts(bank.extractor),
            )
        )

    def _sample(self, bank: MapBank, near: Near, assets: list[tuple[str, bytes]]) -> FoundSample:
        return FoundSample(
            near.place,
            min(1.0, max(0.0, near.match)),
            self._asset(bank.picture(near.place), "jpeg", assets),
            self._asset(bank.map(near.place), "png", assets),
        )

    def _asset(self, image: Tensor, codec: Codec, assets: list[tuple[str, bytes]]) -> str:
        data = encode(to_uint8(image)[0].cpu().numpy(), codec)
        name = hashlib.sha256(data).hexdigest()
        if name not in self._sent:
            self._sent.add(name)
            assets.append((name, data))
        return name


def _parts(extractor: Extractor) -> tuple[tuple[str, str], ...]:
    """What a drawing is made of, with colours: labels as maps have them; points. Nothing of lines."""
    count = len(extractor.names)
    colors = label_colors(count) if extractor.form == "labels" else label_colors(count + 1)[1:]
    codes = (colors + 1.0).mul(127.5).round().to(torch.int64).tolist()
    return tuple(
        (name, f"#{r:02x}{g:02x}{b:02x}") for name, (r, g, b) in zip(extractor.names, codes, strict=True)
    )


def nothing_found(request: NearestRequest, sentence: str, hint: str) -> NearestReport:
    """What is told where nothing can be looked for."""
    return NearestReport(
        request.key, request.request, (), (), None, None, None, 0, 0, True, None, (sentence, hint)
    )


def not_found(request: NearestRequest, progress: WorkProgress) -> NearestReport | None:
    """What is told of a search that broke. All else it tells itself."""
    if progress.failure is None:
        return None
    return nothing_found(request, progress.failure, progress.hint or "")
