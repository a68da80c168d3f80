"""Engine: the one device thread. Renders come first; between two snapshots of them, one slice of a look
at what was rendered, and slices of long work, which have a share of the device whoever waits.

Any thread may call its methods, and none of them waits for the device. Answers leave through `deliver`,
called from the device thread and the encoder's lanes.
"""

import logging
import threading
import time
from collections.abc import Callable
from functools import partial

from wend.engine.background import Background
from wend.engine.delivery import Delivery
from wend.engine.device import Device, Drawn, in_turn
from wend.engine.discovery import discovery
from wend.engine.eyes import Eyes
from wend.engine.faults import failure, is_device_lost
from wend.engine.looking import Looker
from wend.engine.request import EngineEvent, Question, RenderRequest, ViewKey, WatchRequest
from wend.engine.running import Running, WorkBuilder
from wend.engine.searches import Searches
from wend.engine.serving import Serving
from wend.engine.settings import EngineSettings
from wend.engine.settling import Settling
from wend.engine.status import EngineStatus, Tally
from wend.engine.view_key import SearchKey
from wend.engine.waiting import Waiting
from wend.engine.worker import Worker
from wend.engine.works import Works
from wend.errors import EngineError, EngineRestarting, WendError
from wend.library.models import ModelStore
from wend.library.perception import PerceptionStore
from wend.library.shelf import Shelf

_log = logging.getLogger(__name__)


class Engine:
    """Owns one torch device in one thread.

    `on_device_lost` is called, from the device thread, after a CUDA error that sticks to the process:
    every waiting request has then been answered with EngineRestarting and all device memory dropped.
    Within this process the device may stay lost; an engine in a child process is started anew.
    """

    def __init__(
        self,
        store: ModelStore,
        shelf: Shelf,
        settings: EngineSettings,
        deliver: Callable[[EngineEvent], None],
        on_device_lost: Callable[[], None] | None = None,
    ) -> None:
        self._store, self._shelf, self._settings = store, shelf, settings
        self._deliver = deliver
        self._on_device_lost = on_device_lost
        self._delivery = Delivery(self._emit, self._free)
        self._thread = threading.Thread(target=self._run, name="wend-device", daemon=True)
        self._opened = threading.Event()
        self._refusal: WendError | None = None
        self._tally = Tally()
        # What follows is shared between threads and read and written under this lock alone.
        self._wake = threading.Condition()
        self._waiting = Waiting()
        self._works = Works()
        self._searches = Searches()
        self._background = Background(settings.measures_walks)
        self._forgotten: list[str] = []
        self._watches: dict[ViewKey, WatchRequest] = {}
        self._is_stopping = False

    def start(self) -> None:
        """Open the device. Raises: EngineError when this machine has no such device."""
        self._thread.start()
        self._opened.wait()
        if self._refusal is not None:
            raise self._refusal

    def stop(self) -> None:
        """Finish the batch and slice now running, deliver what has been drawn, let works keep what they
        have (a few seconds at most), and end the thread."""
        with self._wake:
            self._is_stopping = True
            self._wake.notify()
        if self._thread.is_alive():
            self._thread.join()
        self._delivery.close()

    def submit(self, request: RenderRequest) -> None:
        """Ask for a picture. It replaces a request of the same view that is still waiting."""
        with self._wake:
            replaced = self._waiting.put(request)
            self._background.asked(request)
            self._wake.notify()
        self._tally.add(replaced=replaced)

    def delivered(self, key: ViewKey) -> None:
        """The view's last frame has left its outbox: it may be rendered again. A RenderFailure frees its view
        by itself."""
        with self._wake:
            self._waiting.delivered(key)
            self._wake.notify()

    def forget(self, session: str) -> None:
        """A connection has closed, or a single render has been answered: drop all that belongs to it."""
        with self._wake:
            self._waiting.forget(session)
            self._background.forget(session)
            self._searches.forget(session, self._works)
            self._forgotten.append(session)
            self._wake.notify()

    def watch(self, watch: WatchRequest) -> None:
        """What this view wants told of its pictures from now on: Sight, Reading, OverlayResult. It replaces
        one of the same view that was not heard yet."""
        with self._wake:
            self._watches[watch.key] = watch
            self._wake.notify()

    def ask(self, question: Question) -> None:
        """Find sliders for a mask or samples for a drawing, or set factors; its view's older search ends."""
        with self._wake:
            self._searches.begin(question, self._works)
            self._wake.notify()

    def stop_search(self, search: SearchKey) -> None:
        """End the view's search of a kind, if there is one."""
        with self._wake:
            self._searches.end(search, self._works)
            self._wake.notify()

    def discover(self, model_id: str) -> None:
        """Find the closed-form walks of a model, unless that is queued; reported as WorkProgress, where the
        shelf has them all just once."""
        self._enqueue(discovery(model_id))

    def add_work(self, name: str, model_id: str, build: WorkBuilder) -> None:
        """Queue long work on a model; of a name already queued or being stopped, it is not queued twice."""
        self._enqueue(Running(name, model_id, build))

    def stop_work(self, name: str) -> None:
        """Let long work keep what it has and end, ahead of its turn: reported as done and stopped.

        Work not begun is dropped, and reported so too. Of a name not queued there is no report.
        """
        with self._wake:
            self._works.stop(name)
            self._wake.notify()

    def status(self) -> EngineStatus:
        """As of the last batch or slice; queues as of now."""
        with self._wake:
            return self._tally.status(len(self._waiting), len(self._works))

    def _enqueue(self, work: Running) -> None:
        with self._wake:
            self._works.add(work)
            self._wake.notify()

    # -- the device thread ------------------------------------------------------------------------

    def _run(self) -> None:
        device = self._open()
        self._opened.set()
        if device is None:
            return
        perception = PerceptionStore(self._settings.perception_roots, self._settings.trust)
        eyes = Eyes(self._store, perception, device.device)
        looker = Looker(eyes, device, self._emit, self._delivery.send_overlay)
        self._searches.open(device, eyes, self._emit)
        settling = Settling(self._enqueue, self._again, self._fail)
        serving = Serving(
            device, looker, self._delivery, self._emit, self._tally, self._make_ready, self._fail, settling
        )
        device.on_relief = partial(in_turn, looker.clear, self._searches.clear)
        parts = self._works, self._wake, self._is_idle, device.residency, self._shelf, perception, self._emit
        worker = Worker(*parts, images_dir=self._settings.images_dir)
        while self._wait(device, looker, settling):
            try:
                began = time.monotonic()
                self._serve_snapshot(serving, looker)
                self._look(looker)
                worker.run(time.monotonic() - began)
                worker.run_behind(self._background)
            except Exception as error:  # noqa: BLE001 - the engine's loop lives on
                self._survive(device, settling, error)
            self._tally.describe(device)
        worker.end()

    def _is_idle(self) -> bool:
        """No render waits; the lock is held."""
        return not self._waiting.ready()

    def _open(self) -> Device | None:
        try:
            device = Device(self._store, self._shelf, self._settings)
        except Exception as error:  # noqa: BLE001 - `start` waits for an answer
            self._refusal = error if isinstance(error, WendError) else EngineError(f"{error}.")
            return None
        self._tally.describe(device)
        return device

    def _wait(self, device: Device, looker: Looker, settling: Settling) -> bool:
        """Sleep until there is something to do; False when the engine stops."""
        with self._wake:
            while not (self._is_stopping or self._waiting.ready() or self._works):
                if self._forgotten or self._watches:
                    break
                wait_s = self._background.wait_s(looker.wait_s(self._waiting.has_left))
                if wait_s == 0.0:
                    break
                self._wake.wait(wait_s)
            forgotten, self._forgotten = self._forgotten, []
            is_going_on = not self._is_stopping
            self._hear(looker)
        for session in forgotten:
            device.states.forget_session(session)
            looker.forget(session)
            settling.forget(session)
        return is_going_on

    def _hear(self, looker: Looker) -> None:
        """Take the watches that were asked for; the lock is held."""
        for watch in self._watches.values():
            looker.watch(watch)
        self._watches.clear()

    def _serve_snapshot(self, serving: Serving, looker: Looker) -> None:
        """Render every view that is ready now, once."""
        with self._wake:
            left = set(self._waiting.ready())
        while left:
            with self._wake:
                batch = [] if self._is_stopping else self._waiting.take(left)
                # A watch asked for before a picture must be known when that is rendered.
                self._hear(looker)
            if not batch:
                return
            left -= {request.key for request in batch}
            serving.serve(batch)

    def _make_ready(self, drawn: Drawn) -> None:
        with self._wake:
            self._background.rest()
            self._searches.make_ready(drawn, self._works)

    def _look(self, looker: Looker) -> None:
        """One slice of a look at what was rendered, if one is due and no render waits; with somebody who
        looks, measuring rests."""
        with self._wake:
            key = None if self._is_stopping else looker.next(self._is_idle(), self._waiting.has_left)
            if key is not None:
                self._background.rest()
        if key is not None:
            looker.run_slice(key)
            self._tally.looked(looker.slices)

    def _survive(self, device: Device, settling: Settling, error: Exception) -> None:
        """Nothing ends this thread but `stop`: say what broke, answer who waits, go on."""
        _log.error("the engine's loop broke", exc_info=error)
        if not is_device_lost(error):
            return
        with self._wake:
            requests, works = self._waiting.drain(), self._works.drain()
            self._background.reset()
        self._tally.add(restarts=1)
        device.reset()
        device.on_relief()
        self._fail([*requests, *settling.clear()], EngineRestarting())
        for work in works:
            if (event := work.say(work.broken(EngineRestarting()))) is not None:
                self._emit(event)
        if self._on_device_lost is not None:
            self._on_device_lost()

    def _fail(self, requests: list[RenderRequest], error: WendError) -> None:
        self._tally.add(failed=len(requests))
        for request in requests:
            self._emit(failure(request, error))
            self._free(request)

    def _again(self, request: RenderRequest) -> None:
        """Draw it once more, unless its view wants something newer or is gone."""
        with self._wake:
            if request.key.session not in self._forgotten and not self._waiting.holds(request.key):
                self._waiting.put(request)

    def _free(self, request: RenderRequest) -> None:
        with self._wake:
            self._waiting.delivered(request.key)
            self._wake.notify()

    def _emit(self, event: EngineEvent) -> None:
        try:
            self._deliver(event)
        except Exception:  # noqa: BLE001 - a receiver that broke is not the engine's end
            _log.exception("an answer could not be delivered")
