"""Owner of exported animations: every picture is the one that would be rendered, whatever the format."""

import io
import resource
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image

from tests.engine.library import CLASSY, SIZE, build_library
from tests.library.test_sounds import clicks
from wend.documents.document import Document
from wend.documents.picture import Picture
from wend.errors import DiskFull, InvalidParams
from wend.imaging.video import Format, Pixels, fitted
from wend.jobs.recipes import find_recipe
from wend.library.images import ImageStore
from wend.library.perception import PerceptionStore
from wend.library.sounds import SOUNDS_FOLDER, SoundStore
from wend.methods.export.job import ExportJob
from wend.methods.export.params import MAX_FRAMES, ExportParams
from wend.methods.workbench import Workbench
from wend.optim.job import SliceReport
from wend.pictures.final import draw_final
from wend.pictures.resolve import Resolver

FPS = 12.0
SIDE = 128
FORMATS: tuple[Format, ...] = ("mp4", "webm", "gif", "webp", "png")
FILES = {"mp4": "animation.mp4", "webm": "animation.webm", "gif": "animation.gif", "webp": "animation.webp"}
# Mean absolute difference in eight-bit steps; what 255 colours of a GIF miss is dithered.
MOST_OFF: dict[Format, float] = {"mp4": 4.0, "webm": 4.0, "gif": 10.0, "webp": 5.0, "png": 0.0}


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    store, shelf = build_library(tmp_path)
    generator = store.load("tiny", torch.device("cpu"))
    return Workbench("tiny", generator, shelf, PerceptionStore([]))


def picture(seed: int, alpha: float = 0.0, **fields: object) -> dict[str, object]:
    edits = [{"walk": "test/0", "alpha": alpha}] if alpha else []
    return {"model": "tiny", "latent": {"seed": seed}, "edits": edits, "noise_seed": None, **fields}


def document(*pictures: dict[str, object], duration: float = 0.5, **timeline: object) -> dict[str, object]:
    keyframes = [{"picture": each, "duration": duration} for each in pictures]
    return {"version": 2, "picture": pictures[0], "timeline": {"keyframes": keyframes, **timeline}}


LONG = document(picture(1), picture(2), duration=100.0)
TWO = document(picture(1, 1.0), picture(2, -2.0, psi=0.5))


def params(of: dict[str, object] = TWO, **fields: object) -> ExportParams:
    values = {"document": of, "fps": FPS, **fields}
    found = find_recipe("export").parse(values)  # type: ignore[arg-type]  # plain JSON
    assert isinstance(found, ExportParams)
    return found


def run(job: ExportJob) -> list[SliceReport]:
    reports = [job.step()]
    while not reports[-1].is_done:
        reports.append(job.step())
    return reports


def decoded(path: Path) -> list[NDArray[np.uint8]]:
    """Every picture of an exported file."""
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            return [np.asarray(Image.open(archive.open(name))) for name in archive.namelist()]
    if path.suffix in (".gif", ".webp"):
        found = []
        with Image.open(path) as image:
            for k in range(getattr(image, "n_frames", 1)):
                image.seek(k)
                found.append(np.asarray(image.convert("RGB")))
        return found
    with av.open(str(path), "r") as container:
        return [
            np.asarray(frame.reformat(format="rgb24", src_colorspace="ITU709").to_ndarray(), dtype=np.uint8)
            for frame in container.decode(video=0)
        ]


def rendered(bench: Workbench, of: Picture) -> Pixels:
    """As POST /api/render draws it."""

    class Loaded:
        exact = bench.generator
        hash = "0" * 64

    return draw_final(bench.generator, Resolver(bench.shelf).resolve(of, Loaded())).pixels


@pytest.mark.parametrize("kind", FORMATS)
def test_every_format_holds_the_pictures(bench: Workbench, tmp_path: Path, kind: Format) -> None:
    job = ExportJob(params(format=kind, size=SIDE), bench)
    reports = run(job)
    fractions = [report.fraction for report in reports]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    outcome = job.finish(tmp_path / "out")
    (path,) = (tmp_path / "out").iterdir()
    assert path.name == FILES.get(kind, "animation.zip")
    pictures = decoded(path)
    assert len(pictures) == 6
    assert outcome.facts["pictures"] == "6"
    assert all(each.shape == (SIDE, SIDE, 3) for each in pictures)
    timeline = job.frames
    for place, keyframe in ((0, picture(1, 1.0)), (-1, picture(2, -2.0, psi=0.5))):
        shown = timeline.picture(place % 6)
        assert shown == Picture.model_validate(keyframe)
        expected = fitted(rendered(bench, shown), (SIDE, SIDE))
        assert np.abs(pictures[place].astype(float) - expected).mean() <= MOST_OFF[kind]


def test_without_a_size_pixels_are_those_of_the_picture(bench: Workbench) -> None:
    job = ExportJob(params(format="png"), bench)
    for place in range(job.frames.count):
        assert np.array_equal(job.frames.pixels(place), rendered(bench, job.frames.picture(place)))


def test_side_by_side_is_without_and_with_the_sliders(bench: Workbench, tmp_path: Path) -> None:
    job = ExportJob(params(format="png", compare=True), bench)
    run(job)
    job.finish(tmp_path / "out")
    first = decoded(tmp_path / "out" / "animation.zip")[0]
    assert first.shape == (SIZE, 2 * SIZE, 3)
    without, with_edits = (Picture.model_validate(picture(1, alpha)) for alpha in (0.0, 1.0))
    assert np.array_equal(first[:, :SIZE], rendered(bench, without))
    assert np.array_equal(first[:, SIZE:], rendered(bench, with_edits))


def test_a_region_kept_still_is_worked_out_in_slices(bench: Workbench, tmp_path: Path) -> None:
    buffer = io.BytesIO()
    Image.fromarray(np.pad(np.full((4, SIZE), 255, np.uint8), ((0, SIZE - 4), (0, 0)))).save(buffer, "PNG")
    images = ImageStore(tmp_path / "images")
    mask = {"name": "top", "image": images.put(buffer.getvalue(), "mask").id, "is_still": True}
    still, free = (picture(1, 1.0, masks=[{**mask, "is_still": is_still}]) for is_still in (True, False))
    frames = ExportJob(params(document(still, still)), replace(bench, images=images)).frames
    assert len(list(frames.draw(0))) > 1
    assert list(frames.draw(0)) == []
    assert not np.array_equal(frames.pixels(0), rendered(bench, Picture.model_validate(free)))


def test_keyframes_of_several_models(bench: Workbench) -> None:
    other = {**picture(2), "model": "other"}
    classy = {**picture(2), "model": CLASSY, "class_index": 1}
    frames = ExportJob(params(document(picture(1), other, classy)), bench).frames
    models = [frames.picture(place).model for place in range(frames.count)]
    assert models == ["tiny"] * 3 + ["other"] * 6 + [CLASSY] * 3
    assert frames.pixels(frames.count - 1).shape == (SIZE, SIZE, 3)


def test_sound_moves_its_slider(bench: Workbench) -> None:
    sound = SoundStore(bench.data_dir / SOUNDS_FOLDER).put(clicks(6.0))
    drive = {"audio": sound.id, "walk": "test/0", "amount": 2.0, "by": "beats"}
    frames = ExportJob(params(document(picture(1), picture(2), duration=2.0, drive=drive)), bench).frames
    alphas = [frames.picture(place).edits[0].alpha for place in range(frames.count)]
    assert min(alphas) == 0.0
    assert 1.0 < max(alphas) <= 2.0


def test_sound_lies_under_a_movie(bench: Workbench, tmp_path: Path) -> None:
    sound = SoundStore(bench.data_dir / SOUNDS_FOLDER).put(clicks(2.0))
    job = ExportJob(params(audio=sound.id), bench)
    run(job)
    job.finish(tmp_path / "out")
    with av.open(str(tmp_path / "out" / "animation.mp4"), "r") as container:
        heard = sum(frame.samples for frame in container.decode(audio=0)) / 48_000
    assert heard == pytest.approx(0.5, abs=0.08)


def test_a_resumed_export_begins_again_and_is_the_same(bench: Workbench, tmp_path: Path) -> None:
    first, second = (ExportJob(params(), bench) for _ in range(2))
    for _ in range(5):
        first.step()
    assert first.is_at_rest
    second.load_state_dict(first.state_dict())
    run(first)
    run(second)
    files = []
    for name, job in (("first", first), ("second", second)):
        assert not job.is_at_rest
        job.finish(tmp_path / name)
        files.append((tmp_path / name / "animation.mp4").read_bytes())
    assert files[0] == files[1]


def test_what_is_called_off_leaves_nothing(bench: Workbench) -> None:
    before = sorted(bench.data_dir.rglob("*"))
    job = ExportJob(params(format="png"), bench)
    for _ in range(6):
        job.step()
    del job
    assert sorted(bench.data_dir.rglob("*")) == before


def test_a_slow_encoder_keeps_nobody_waiting(bench: Workbench) -> None:
    """VP9 at 512 px takes longer to encode than a slice may; what is called off is not encoded to its end."""
    job = ExportJob(params(format="webm", size=512), bench)
    slices = len(run(job))
    assert slices > 2 * job.frames.count + 2  # those in which there was nothing to do but wait


@contextmanager
def files_of_at_most(size_bytes: int) -> Iterator[None]:
    """The system refuses to make any file of this process larger, as a full disk would."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("kind", FORMATS)
def test_a_full_disk_is_said(bench: Workbench, kind: Format) -> None:
    job = ExportJob(params(format=kind, size=256), bench)
    with files_of_at_most(512), pytest.raises(DiskFull, match="animation"):
        run(job)


def test_a_full_disk_at_the_end_leaves_no_partial_file(bench: Workbench, tmp_path: Path) -> None:
    job = ExportJob(params(size=128), bench)
    run(job)
    with files_of_at_most(512), pytest.raises(DiskFull, match=r"animation\.mp4"):
        job.finish(tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []
    job.finish(tmp_path / "out")
    assert len(decoded(tmp_path / "out" / "animation.mp4")) == 6


def test_the_preview_is_small_and_of_the_last_picture(bench: Workbench) -> None:
    job = ExportJob(params(size=512, compare=True), bench)
    assert job.preview() is None
    for _ in range(3):
        job.step()
    shown = job.preview()
    assert shown is not None
    assert shown[0].shape == (1, 3, 128, 256)


@pytest.mark.parametrize(
    ("of", "fields", "why"),
    [
        ({"version": 2, "picture": picture(1)}, {}, "no timeline"),
        (document(picture(1)), {}, "lasts no time"),
        (document(picture(1), picture(2), duration=0.0), {}, "lasts no time"),
        (document(picture(1), picture(2), duration=600.0), {"fps": 120.0}, "72000 pictures.*at most 36000"),
        (document(picture(1), picture(2), duration=0.01), {}, "shorter than one picture"),
        (TWO, {"format": "gif", "fps": 60.0}, "a gif shows at most 50"),
        (TWO, {"format": "gif", "audio": "0" * 64}, "a gif carries no sound; choose mp4 or webm"),
        (TWO, {"size": 33}, "multiple of 2"),
        (TWO, {"size": 8192}, "less than or equal to 4096"),
        (TWO, {"format": "avi"}, "format"),
        (LONG, {"format": "webp", "size": 2048}, "a webp is kept in memory.*at most 476 pictures, not 1200"),
    ],
)
def test_what_cannot_be_exported_is_said(of: dict[str, object], fields: dict[str, object], why: str) -> None:
    with pytest.raises(InvalidParams, match=why):
        params(of, **fields)


def test_a_hundred_thousand_pictures_are_too_many() -> None:
    of = document(picture(1), picture(2), picture(3), duration=500.0)
    with pytest.raises(InvalidParams, match=f"100000 pictures, and an export has at most {MAX_FRAMES}"):
        params(of, fps=100.0)


def test_parameters_survive_json() -> None:
    wanted = params(size=64)
    again = find_recipe("export").parse(wanted.model_dump(mode="json"))
    assert again == wanted
    assert isinstance(wanted.document, Document)
