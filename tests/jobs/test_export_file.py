"""Owner of animations written without a server: the bytes of the job, a whole file or none."""

import json
from pathlib import Path
from typing import Any

import av
import pytest

import wend
from tests.engine.library import publish_tiny
from tests.library.test_sounds import clicks
from wend.documents.document import Document, parse_document
from wend.errors import InvalidParams, InvalidSetting, SoundInvalid
from wend.jobs.export_file import export_file
from wend.jobs.folder import JobFolder
from wend.jobs.local import run_local
from wend.library.sounds import SOUNDS_FOLDER, SoundStore
from wend.settings import Settings

# Any: a document as JSON.
PICTURES: list[Any] = [{"model": "tiny", "latent": {"seed": seed}} for seed in (1, 2)]
DOCUMENT: dict[str, Any] = {
    "version": 2,
    "picture": PICTURES[0],
    "timeline": {"keyframes": [{"picture": picture, "duration": 0.5} for picture in PICTURES]},
}
OPTIONS = {"fps": 12.0, "size": 32}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    publish_tiny(tmp_path / "models", "tiny", 1)
    return Settings(models_dir=tmp_path / "models", data_dir=tmp_path / "data", device="cpu", threads=1)


def document() -> Document:
    return parse_document(json.dumps(DOCUMENT))


@pytest.mark.parametrize("name", ["a.mp4", "a.zip"])
def test_the_bytes_are_those_of_the_job(settings: Settings, tmp_path: Path, name: str) -> None:
    out = tmp_path / "new" / name
    assert export_file(document(), out, settings, OPTIONS) == 6
    kind = "png" if name == "a.zip" else name[2:]
    run = run_local("export", {**OPTIONS, "document": DOCUMENT, "format": kind}, settings)
    assert run.outcome is not None
    assert run.outcome.facts["pictures"] == "6"
    artifact = JobFolder(run.folder).artifact(f"animation{out.suffix}")
    assert artifact.read_bytes() == out.read_bytes()
    assert [path.name for path in out.parent.iterdir()] == [name]


def test_from_a_notebook(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "document.json").write_text(json.dumps(DOCUMENT))
    (tmp_path / "clicks.wav").write_bytes(clicks(1.0))
    places = {"models_dir": settings.models_dir, "device": "cpu", "threads": 1}
    sizes = []
    for of, sound in ((tmp_path / "document.json", tmp_path / "clicks.wav"), (DOCUMENT, None)):
        out = tmp_path / "movie.mp4"
        count = wend.export(of, out, fps=12.0, size=32, sound=sound, data_dir=settings.data_dir, **places)
        assert count == 6
        sizes.append(out.stat().st_size)
    assert sizes[0] > sizes[1]


def test_the_sound_of_the_document_lies_under_it_unless_it_is_left_out(
    settings: Settings, tmp_path: Path
) -> None:
    heard = SoundStore(settings.data_dir / SOUNDS_FOLDER).put(clicks(1.0))
    timeline = {**DOCUMENT["timeline"], "drive": {"audio": heard.id}}
    of = parse_document(json.dumps({**DOCUMENT, "timeline": timeline}))
    sounds = []
    for name, is_silent in (("a.mp4", False), ("b.mp4", True), ("c.gif", False)):
        assert export_file(of, tmp_path / name, settings, OPTIONS, is_silent=is_silent) == 6
        with av.open(str(tmp_path / name)) as container:
            sounds.append(len(container.streams.audio))
    assert sounds == [1, 0, 0]


def test_stopped_it_leaves_what_was_there(settings: Settings, tmp_path: Path) -> None:
    out = tmp_path / "movie.mp4"
    out.write_bytes(b"an earlier one")
    asked = iter([False] * 5 + [True] * 9)
    assert export_file(document(), out, settings, OPTIONS, should_stop=lambda: next(asked)) is None
    assert out.read_bytes() == b"an earlier one"
    assert not [path for path in tmp_path.iterdir() if "partial" in path.name]


def test_what_cannot_be_written_is_said(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(InvalidSetting, match="ends in none of"):
        export_file(document(), tmp_path / "movie.avi", settings, OPTIONS)
    with pytest.raises(InvalidParams, match="no timeline"):
        export_file(Document(picture=document().picture), tmp_path / "a.mp4", settings, OPTIONS)
    with pytest.raises(SoundInvalid, match="cannot be read"):
        export_file(document(), tmp_path / "a.mp4", settings, OPTIONS, sound=tmp_path / "none.wav")
