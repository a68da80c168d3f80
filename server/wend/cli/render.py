"""`wend render`: one picture in final quality, without a server; the same bytes as POST /api/render."""

import os
import queue
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from wend.cli.plain_words import STANDARD_STREAM, read_document
from wend.documents.document import parse_picture
from wend.errors import InvalidSetting, RenderTimeout
from wend.settings import Settings

if TYPE_CHECKING:
    from wend.documents.picture import Picture
    from wend.engine.request import EngineEvent, RenderFailure, RenderResult

SUFFIXES: dict[str, Literal["png", "jpeg", "webp"]] = {
    ".png": "png",
    ".jpg": "jpeg",
    ".jpeg": "jpeg",
    ".webp": "webp",
}


def render(
    picture: Annotated[str, typer.Argument(help="JSON of a picture or document; - reads standard input")],
    out: Annotated[str, typer.Argument(help="picture.png, .jpg or .webp; - writes a PNG to standard output")],
    data: Annotated[Path | None, typer.Option(help="folder of your models and walks [default: data]")] = None,
    models: Annotated[Path | None, typer.Option(help="folder of shipped models")] = None,
    device: Annotated[str | None, typer.Option(help="cpu, cuda, cuda:1, ...; default: a GPU if any")] = None,
    threads: Annotated[int | None, typer.Option(help="of one operation on the CPU")] = None,
) -> None:
    """Render one picture in final quality."""
    options = {"data_dir": data, "models_dir": models, "device": device, "threads": threads}
    settings = Settings.load(os.environ, options)
    suffix = Path(out).suffix.lower() if out != STANDARD_STREAM else ".png"
    if suffix not in SUFFIXES:
        raise InvalidSetting("out", f"{out!r} ends in none of {', '.join(SUFFIXES)}")
    wanted = read_document(picture, settings.max_body_bytes, parse_picture)
    outcome = draw(settings, wanted, SUFFIXES[suffix])
    if isinstance(outcome, bytes):
        _write(out, outcome)
        return
    print(f"{outcome.sentence}\n{outcome.hint}", file=sys.stderr)
    raise typer.Exit(1)


def draw(
    settings: Settings, picture: "Picture", codec: Literal["png", "jpeg", "webp"]
) -> "bytes | RenderFailure":
    """The encoded picture, through an engine of its own. Raises: EngineError, RenderTimeout."""
    from wend.app import engine_settings, open_shelf, open_store
    from wend.engine.engine import Engine
    from wend.engine.request import RenderRequest, RenderResult, ViewKey
    from wend.imaging.png_text import with_picture

    events: queue.SimpleQueue[EngineEvent] = queue.SimpleQueue()
    store = open_store(settings)
    engine = Engine(store, open_shelf(settings, store), engine_settings(settings), events.put)
    engine.start()
    try:
        engine.submit(RenderRequest(ViewKey("cli", 0), 0, picture, "final", codec, time.monotonic()))
        outcome = _first_outcome(events, settings.render_timeout_s)
    finally:
        engine.stop()
    if not isinstance(outcome, RenderResult):
        return outcome
    return with_picture(outcome.payload, picture) if codec == "png" else outcome.payload


def _first_outcome(
    events: "queue.SimpleQueue[EngineEvent]", timeout_s: float
) -> "RenderResult | RenderFailure":
    from wend.engine.request import RenderFailure, RenderResult

    deadline = time.monotonic() + timeout_s
    while True:
        try:
            event = events.get(timeout=max(0.0, deadline - time.monotonic()))
        except queue.Empty as error:
            raise RenderTimeout(timeout_s) from error
        if isinstance(event, RenderResult | RenderFailure):
            return event


def _write(name: str, payload: bytes) -> None:
    if name == STANDARD_STREAM:
        sys.stdout.buffer.write(payload)
        return
    try:
        Path(name).write_bytes(payload)
    except OSError as error:
        raise InvalidSetting("out", f"{name} cannot be written ({error.strerror or error})") from error
