"""Export file: an animation drawn straight into a file, for commands and notebooks; no server, no job."""

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path

from pydantic import JsonValue

from wend.documents.document import Document, parse_document
from wend.errors import InvalidSetting, SoundInvalid
from wend.imaging.video import SUFFIXES, WITH_SOUND, Format
from wend.jobs.bench import open_process_bench, open_workbench
from wend.jobs.recipes import find_recipe
from wend.library.sounds import SOUNDS_FOLDER, SoundStore
from wend.methods.export.job import ExportJob
from wend.methods.export.params import ExportParams
from wend.optim.job import SliceReport
from wend.settings import Settings

KIND = "export"


def format_of(out: Path) -> Format:
    """By the file's ending. Raises: InvalidSetting."""
    for kind, suffix in SUFFIXES.items():
        if out.suffix.lower() == suffix:
            return kind
    raise InvalidSetting("out", f"{out.name!r} ends in none of {', '.join(SUFFIXES.values())}")


def export_file(
    document: Document,
    out: Path,
    settings: Settings,
    options: Mapping[str, JsonValue],
    sound: Path | None = None,
    on_progress: Callable[[SliceReport], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
    is_silent: bool = False,
) -> int | None:
    """Write the animation; its pictures, or None if `should_stop` said so: then there is no file.

    options: fps, size, compare as `ExportParams` has them; sound: an audio file to lay under it, in place of
    the timeline's own, which MP4 and WebM have unless is_silent. The bytes are those of the job 'export'.
    Raises: InvalidSetting, InvalidParams, SoundInvalid, SoundNotFound, ModelNotFound, WalkNotFound,
    InvalidPicture, DiskFull.
    """
    values: dict[str, JsonValue] = {
        **options,
        "document": document.model_dump(mode="json"),
        "format": format_of(out),
    }
    if sound is not None:
        values["audio"] = SoundStore(settings.data_dir / SOUNDS_FOLDER).put(_read(sound)).id
    elif not is_silent and values["format"] in WITH_SOUND:
        drive = None if document.timeline is None else document.timeline.drive
        values["audio"] = None if drive is None else drive.audio
    params: ExportParams = find_recipe(KIND).parse(values)
    job = ExportJob(params, open_workbench(open_process_bench(settings), params.model))
    while should_stop is None or not should_stop():
        report = job.step()
        if on_progress is not None:
            on_progress(report)
        if report.is_done:
            out.parent.mkdir(parents=True, exist_ok=True)
            job.save(out)
            return job.frames.count
    return None


def export(
    document: "str | Path | Mapping[str, object] | Document",
    out: str | Path,
    fps: float = 30.0,
    size: int | None = None,
    compare: bool = False,
    sound: str | Path | None = None,
    data_dir: str | Path = "data",
    silent: bool = False,
    **settings: object,
) -> int:
    """Write an animation from a notebook: `wend.export("document.json", "out.mp4", fps=24)`.

    document: a file, its content as a mapping, or a `Document`; out: .mp4, .webm, .gif, .webp or .zip; sound:
    an audio file in place of the timeline's own; silent: neither. Further settings by name, e.g.
    device="cpu". Returns how many pictures it has. Raises: as `export_file`, and InvalidMessage for a
    document that cannot be read.
    """
    loaded = Settings.load(os.environ, {"data_dir": Path(data_dir), **settings})
    if isinstance(document, str | Path):
        document = parse_document(Path(document).read_bytes())
    elif not isinstance(document, Document):
        document = parse_document(json.dumps(document))
    options: dict[str, JsonValue] = {"fps": fps, "size": size, "compare": compare}
    file = None if sound is None else Path(sound)
    count = export_file(document, Path(out), loaded, options, file, is_silent=silent)
    assert count is not None, "nobody asked it to stop"
    return count


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SoundInvalid(f"{path.name} cannot be read") from error
