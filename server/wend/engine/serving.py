"""Serving: a batch of requests drawn on the device's thread, and what follows from each picture."""

import logging
from collections.abc import Callable
from dataclasses import replace

from wend.engine.delivery import Delivery
from wend.engine.device import Device, Drawn
from wend.engine.drift import drift_of, is_bent
from wend.engine.faults import as_wend_error
from wend.engine.looking import Looker, Shown
from wend.engine.request import EngineEvent, RenderRequest
from wend.engine.settling import Settling
from wend.engine.status import Tally
from wend.errors import WendError

_log = logging.getLogger(__name__)


class Serving:
    """Draws batches and sends their pictures off. Made and used by the device's thread alone.

    tally: counts a batch before anything of it is sent. make_ready: told of every picture. fail: answers
    requests that could not be rendered. settling: works out what a picture still waits for.
    """

    def __init__(
        self,
        device: Device,
        looker: Looker,
        delivery: Delivery,
        emit: Callable[[EngineEvent], None],
        tally: Tally,
        make_ready: Callable[[Drawn], None],
        fail: Callable[[list[RenderRequest], WendError], None],
        settling: Settling,
    ) -> None:
        self._device = device
        self._looker = looker
        self._delivery = delivery
        self._emit = emit
        self._tally = tally
        self._make_ready = make_ready
        self._fail = fail
        self._settling = settling

    def serve(self, batch: list[RenderRequest]) -> None:
        """Answer requests of one model and quality, each with its picture or its error.

        Raises only what means that the device is lost, when all have been answered so.
        """
        try:
            outcomes = self._device.draw(batch)
        except Exception as error:
            self._fail(batch, as_wend_error(error, self._device.text))
            raise
        drawn = [outcome for outcome in outcomes if isinstance(outcome, Drawn)]
        self._tally.drawn(len(drawn), len(batch), drawn[0].render_ms if drawn else None)
        self._tally.describe(self._device)
        for outcome in outcomes:
            if not isinstance(outcome, Drawn):
                self._settling.drop(outcome.request.key)
                self._fail([outcome.request], outcome.error)
                continue
            shown = outcome.request
            if outcome.pending is None:
                self._settling.drop(shown.key)
            else:
                # Only what is worked out is final; that is promised to be the same bytes again.
                shown = replace(shown, quality="live")
                self._settling.want(outcome.request, outcome.pending)
            self._delivery.send(shown, outcome.pixels, outcome.render_ms, outcome.wait_ms)
            self._make_ready(outcome)
            self._tell_drift(outcome)
            if self._looker.watches(outcome.request.key):
                self._looker.show(Shown(outcome.request, outcome.generator_hash, outcome.image))

    def _tell_drift(self, drawn: Drawn) -> None:
        """What 'keep still' keeps in a final picture, where it has anything to keep."""
        if drawn.request.quality == "final" and is_bent(drawn.request.picture):
            try:
                self._emit(drift_of(self._device, drawn))
            except WendError as error:
                _log.info("no drift is told: %s", error)
