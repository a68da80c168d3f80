"""A client that drags: the page's own rules (newest wins, one unanswered render), on the public socket."""

import asyncio
import io
import math
import time
from dataclasses import dataclass, field

from PIL import Image

from wend.api.client import Client
from wend.documents.picture import Edit, Picture

INPUT_HZ = 60.0  # a pointer event per animation frame


@dataclass
class DragReport:
    """What one client saw. Times in ms; `fps` are frames received per second of the closed loop."""

    end_to_end_ms: list[float] = field(default_factory=list)
    input_to_frame_ms: list[float] = field(default_factory=list)
    render_ms: list[float] = field(default_factory=list)
    fps: float = 0.0
    edits_sent: int = 0
    frames_received: int = 0
    inputs_coalesced: int = 0  # positions of the paced hand that a newer one replaced before they were sent
    last_frame: Image.Image | None = None


class DragClient:
    """One browser's worth of dragging along one walk of one picture."""

    def __init__(self, client: Client, picture: Picture, walk: str, low: float, high: float) -> None:
        self.client, self.picture, self.walk, self.low, self.high = client, picture, walk, low, high
        self.report = DragReport()

    async def send_edit(self) -> int:
        """Send the next position of the hand; a slow triangle between the ends of the walk."""
        phase = (self.client.revision * 0.013) % 2.0
        alpha = self.low + (self.high - self.low) * (phase if phase < 1.0 else 2.0 - phase)
        self.report.edits_sent += 1
        edits = (Edit(walk=self.walk, alpha=alpha),)
        return await self.client.ask(self.picture.model_copy(update={"edits": edits}))

    async def next_frame(self) -> int:
        """The revision of the next frame, its picture decoded as a browser would."""
        frame = await self.client.frame()
        picture = Image.open(io.BytesIO(frame.payload))
        picture.load()
        self.report.last_frame = picture
        self.report.frames_received += 1
        self.report.render_ms.append(frame.render_ms)
        return frame.revision

    async def warm_up(self, edits: int = 10) -> None:
        for _ in range(edits):
            revision = await self.send_edit()
            while await self.next_frame() != revision:
                continue
        self.report = DragReport()

    async def drag_closed_loop(self, seconds: float) -> None:
        """One edit, its frame, the next edit: latency, and the most frames this client can get."""
        start = time.perf_counter()
        while time.perf_counter() - start < seconds:
            sent = time.perf_counter()
            revision = await self.send_edit()
            while await self.next_frame() != revision:
                continue
            self.report.end_to_end_ms.append((time.perf_counter() - sent) * 1e3)
        self.report.fps = len(self.report.end_to_end_ms) / (time.perf_counter() - start)

    async def drag_paced(self, seconds: float) -> None:
        """A hand moving at 60 Hz: the newest position goes out when the last frame has come back."""
        start = time.perf_counter()
        asked: dict[int, float] = {}
        unanswered: asyncio.Task[int] | None = None
        waiting_since: float | None = None
        tick = 0
        while time.perf_counter() - start < seconds or unanswered is not None:
            now = time.perf_counter()
            is_moving = now - start < seconds
            if is_moving and now - start >= tick / INPUT_HZ:
                tick = math.floor((now - start) * INPUT_HZ) + 1
                self.report.inputs_coalesced += waiting_since is not None
                waiting_since = now if waiting_since is None else waiting_since
            if unanswered is None and waiting_since is not None:
                asked[await self.send_edit()] = waiting_since
                waiting_since = None
                unanswered = asyncio.create_task(self.next_frame())
            next_tick = max(0.0005, start + tick / INPUT_HZ - time.perf_counter())
            if unanswered is None:
                await asyncio.sleep(next_tick)
                continue
            await asyncio.wait({unanswered}, timeout=next_tick if is_moving else None)
            if unanswered.done():
                arrived = time.perf_counter()
                self.report.input_to_frame_ms.append((arrived - asked[unanswered.result()]) * 1e3)
                unanswered = None
