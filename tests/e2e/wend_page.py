"""The page as a person uses it: real mouse and keys, and the canvas's own pixels."""

import base64
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from playwright.sync_api import BrowserContext, Locator, Page, WebSocket

PATIENCE_MS = 60_000
STEP_MS = 20

# Every frame the canvas shows while it runs, with a fingerprint of all its pixels.
_WATCH = """() => {
  const canvas = document.querySelector('canvas');
  const seen = window.seenFrames = [];
  const look = () => {
    const revision = Number(canvas.dataset.revision);
    if (canvas.width && seen.at(-1)?.revision !== revision) {
      const pixels = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
      let print = 2166136261;
      for (const word of new Uint32Array(pixels.buffer)) print = Math.imul(print ^ word, 16777619);
      seen.push({ revision, quality: canvas.dataset.quality, print: print >>> 0 });
    }
    window.watching = requestAnimationFrame(look);
  };
  look();
}"""

# After one more look: the last frame may have come since the one before.
_STOP_WATCHING = """() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => {
  cancelAnimationFrame(window.watching);
  resolve(window.seenFrames);
})))"""

# What the canvas should show: the document in the address, rendered by HTTP, drawn at the same size.
_EXPECTED = """async (picture) => {
  const shown = document.querySelector('canvas');
  const answer = await fetch('api/render', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ picture, format: 'png' }),
  });
  const bitmap = await createImageBitmap(await answer.blob());
  const canvas = document.createElement('canvas');
  canvas.width = shown.width;
  canvas.height = shown.height;
  const context = canvas.getContext('2d', { alpha: false });
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL('image/png');
}"""

# A file let go over the picture.
_DROP = """([name, data]) => {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const files = new DataTransfer();
  const type = name.endsWith('.png') ? 'image/png' : '';
  files.items.add(new File([bytes], name, { type }));
  const options = { dataTransfer: files, bubbles: true, cancelable: true };
  const place = document.querySelector('canvas[role="img"]');
  for (const type of ['dragenter', 'dragover', 'drop']) place.dispatchEvent(new DragEvent(type, options));
}"""

_UNPACK = """async () => {
  const packed = location.hash.slice('#p='.length).split('&')[0].replaceAll('-', '+').replaceAll('_', '/');
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  return JSON.parse(await new Response(stream).text());
}"""


class SeenFrame(NamedTuple):
    """One frame that was on the canvas."""

    revision: int
    quality: str
    print: int


class WendPage:
    """One open page; `page` is the browser's own handle."""

    def __init__(self, context: BrowserContext, url: str) -> None:
        self.page: Page = context.new_page()
        self.sent: list[dict[str, object]] = []
        self.requested: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.requested.append(request.url))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("websocket", self._listen)
        self.page.goto(url)

    def _listen(self, socket: WebSocket) -> None:
        socket.on("framesent", lambda text: self.sent.append(json.loads(text)))

    # -- waiting --------------------------------------------------------------------------------

    def wait_for_picture(self) -> None:
        """Until the newest picture is on the canvas in final quality."""
        self._wait_for_final(after=0)

    @contextmanager
    def change(self) -> Iterator[None]:
        """What is done inside asks for a new picture; afterwards it is on the canvas, in final quality."""
        before = len(self._renders())
        yield
        self._wait_for_final(after=before)

    def _wait_for_final(self, after: int) -> None:
        canvas = self.page.locator('main canvas[role="img"]')
        for _ in range(PATIENCE_MS // STEP_MS):
            renders = self._renders()
            if len(renders) > after and renders[-1]["quality"] == "final":
                shown = canvas.get_attribute("data-revision")
                if shown == str(renders[-1]["revision"]):
                    assert canvas.get_attribute("data-quality") == "final"
                    return
            self.page.wait_for_timeout(STEP_MS)
        raise AssertionError(f"no final picture came; {len(self._renders())} were asked for")

    def _renders(self) -> list[dict[str, object]]:
        return [message for message in self.sent if message["type"] == "render"]

    # -- what it shows --------------------------------------------------------------------------

    @property
    def pixels(self) -> str:
        """Hash of every pixel of the canvas."""
        return _hash(self.page.evaluate("document.querySelector('canvas').toDataURL('image/png')"))

    @property
    def expected_pixels(self) -> str:
        """Hash of the canvas as POST /api/render says it should be, for the document in the address."""
        return _hash(self.page.evaluate(_EXPECTED, self.document["picture"]))

    @property
    def document(self) -> dict[str, dict[str, object]]:
        """The document that the address carries, once it carries all that there is."""
        self.page.wait_for_selector('html[data-address-current="true"]', state="attached")
        unpacked: dict[str, dict[str, object]] = self.page.evaluate(_UNPACK)
        return unpacked

    @property
    def seed(self) -> int:
        """The seed of the document."""
        latent = self.document["picture"]["latent"]
        assert isinstance(latent, dict)
        return int(latent["seed"])

    @contextmanager
    def watch(self) -> Iterator[list[SeenFrame]]:
        """Fills the list, when it ends, with every frame that was on the canvas."""
        seen: list[SeenFrame] = []
        self.page.evaluate(_WATCH)
        yield seen
        frames = self.page.evaluate(_STOP_WATCHING)
        seen.extend(SeenFrame(each["revision"], each["quality"], each["print"]) for each in frames)

    # -- what a hand does -----------------------------------------------------------------------

    def slider(self, title: str) -> Locator:
        slider = self.page.get_by_role("slider", name=title, exact=True)
        slider.wait_for(timeout=PATIENCE_MS)
        return slider

    def drag(self, slider: Locator, start: float, end: float, moves: int = 40) -> None:
        """From one share of its width to another, at about 60 moves a second, then lets go."""
        slider.hover(timeout=PATIENCE_MS)  # once it has come to rest, with nothing above it
        box = slider.bounding_box()
        assert box is not None
        y = box["y"] + box["height"] / 2
        self.page.mouse.move(box["x"] + start * box["width"], y)
        self.page.mouse.down()
        for move in range(1, moves + 1):
            share = start + (end - start) * move / moves
            self.page.mouse.move(box["x"] + share * box["width"], y)
            self.page.wait_for_timeout(16)
        self.page.mouse.up()

    def drop(self, name: str, data: bytes) -> None:
        """Lets a file go over the picture."""
        self.page.evaluate(_DROP, [name, base64.b64encode(data).decode()])

    def close(self) -> None:
        self.page.close()
        assert not self.complaints, f"the page complained: {self.complaints}"


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
