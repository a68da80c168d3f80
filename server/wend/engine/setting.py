"""Setting: factors of a picture put at values on the engine's device, in slices."""

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor

from wend.documents.picture import Picture
from wend.engine.device import Device
from wend.engine.eyes import Eyes
from wend.engine.request import SetReport, SetRequest, WatchRequest
from wend.errors import InvalidInput, NotFound
from wend.measure.factor_sight import FactorSight
from wend.measure.slices import Sliced, WithoutUpdates
from wend.methods.setting.picture import PictureDesk, SetFactors, set_picture
from wend.methods.workbench import Workbench
from wend.pictures.factors import FactorValue


class Setting:
    """Made and used by the device's thread alone. emit: where answers go."""

    def __init__(self, device: Device, eyes: Eyes, emit: Callable[[SetReport], None]) -> None:
        self._device = device
        self._eyes = eyes
        self._emit = emit

    def build(self, request: SetRequest, bench: Workbench) -> "SettingWork":
        """The work that answers a request, with its model in memory."""
        return SettingWork(request, partial(self._run, request, bench), self._emit)

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


class SettingWork(WithoutUpdates):
    """One request behind the engine's Work; it tells its answer itself."""

    def __init__(
        self,
        request: SetRequest,
        run: Callable[[], Sliced[SetFactors]],
        report: Callable[[SetReport], None],
    ) -> None:
        self._request = request
        self._slices = run()
        self._report = report

    @property
    def name(self) -> str:
        return self._request.work

    @property
    def model(self) -> str:
        return self._request.picture.model

    @property
    def label(self) -> str:
        return "Setting factors"

    @property
    def fraction(self) -> float:
        """It is over before anybody asks."""
        return 0.0

    def stop(self) -> None:
        """Half a correction is of no use."""
        self._slices.close()

    def run_slice(self) -> bool:
        """A picture drawn, or looked at. What cannot be done is answered; raises what breaks."""
        with torch.inference_mode():
            try:
                next(self._slices)
            except StopIteration as stop:
                if stop.value is not None:
                    self._report(SetReport(self._request.key, stop.value))
                return True
            except (InvalidInput, NotFound) as error:
                # An answer, not a fault: nobody should read of it in the log.
                failure = error.code, error.sentence, error.hint
                self._report(SetReport(self._request.key, None, failure))
                return True
        return False
