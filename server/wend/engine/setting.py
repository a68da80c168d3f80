"""Setting: factors of a picture put at values on the engine's device, in slices."""

from collections.abc import Callable
from functools import partial

from torch import Tensor

from wend.documents.picture import Picture
from wend.engine.answering import AnsweringWork
from wend.engine.device import Device
from wend.engine.eyes import Eyes
from wend.engine.request import SetReport, SetRequest, WatchRequest
from wend.measure.factor_sight import FactorSight
from wend.measure.slices import Sliced
from wend.methods.setting.picture import PictureDesk, SetFactors, set_picture
from wend.methods.workbench import Workbench
from wend.pictures.factors import FactorValue


class Setting:
    """Made and used by the device's thread alone. emit: where answers go."""

    def __init__(self, device: Device, eyes: Eyes, emit: Callable[[SetReport], None]) -> None:
        self._device = device
        self._eyes = eyes
        self._emit = emit

    def build(self, request: SetRequest, bench: Workbench) -> AnsweringWork[SetFactors]:
        """The work that answers a request, with its model in memory."""
        return AnsweringWork(
            request.work,
            request.picture.model,
            "Setting factors",
            self._run(request, bench),
            lambda found: self._emit(SetReport(request.key, found)),
            lambda error: self._emit(SetReport(request.key, None, (error.code, error.sentence, error.hint))),
        )

    def _run(self, request: SetRequest, bench: Workbench) -> Sliced[SetFactors]:
        picture = request.picture
        records = [bench.shelf.get(picture.model, walk) for walk, _ in request.targets]
        sight = None
        if request.loop == "closed":
            vision = yield from self._eyes.open(picture.model, WatchRequest(request.key, factors=True))
            sight = FactorSight(records, vision.factors)
        desk = PictureDesk(self._draw, partial(self._predict, {record.id for record in records}))
        values = [value for _, value in request.targets]
        return (yield from set_picture(picture, records, values, sight, desk))

    def _draw(self, picture: Picture) -> Sliced[Tensor]:
        return self._device.draw_in_slices(picture)

    def _predict(self, wanted: set[str], picture: Picture) -> dict[str, FactorValue]:
        return {told.walk: told for told in self._device.factors(picture) if told.walk in wanted}
