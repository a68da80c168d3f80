"""Vanished job: a folder with broken files, a page, a stop, pictures of another kind, no segmenter."""

import io
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from tests.methods.layerwise.layered import bench_with_encoders
from tests.methods.steer_bench import bench_of
from tests.methods.survey.test_job import publish_segmenter
from wend.errors import EncoderMissing, InvalidInput, InvalidParams, WeightsInvalid
from wend.library.models import ModelStore
from wend.library.perception import PerceptionStore
from wend.library.picture_sets import PICTURES_FOLDER
from wend.library.publish import publish_world
from wend.library.shelf import Shelf
from wend.methods.vanished.album import strip_of
from wend.methods.vanished.eye import open_labeller
from wend.methods.vanished.job import VanishedJob, build_vanished, build_vanished_of_paths
from wend.methods.vanished.labels import Vanished
from wend.methods.vanished.params import VanishedParams
from wend.methods.workbench import Workbench
from wend.optim.checkpoint import load_checkpoint, save_checkpoint
from wend.worlds.disc import Disc


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    """Discs of 32 px under an untrained segmenter; a folder of plain pictures, noise, and what is none."""
    root = tmp_path_factory.mktemp("vanished")
    publish_world(root / "models" / "small", "disc", 32)
    publish_segmenter(root / "eyes" / "disc", Disc())
    folder = root / PICTURES_FOLDER / "mine"
    folder.mkdir(parents=True)
    Image.new("RGB", (40, 50), (90, 20, 20)).save(folder / "plain.png")
    noise = np.random.RandomState(0).randint(0, 256, (33, 33, 3)).astype(np.uint8)
    Image.fromarray(noise).save(folder / "noise.png")
    Image.new("RGB", (1, 1), (200, 0, 0)).save(folder / "pixel.png")
    (folder / "broken.png").write_bytes(b"none")
    store = ModelStore([root / "models"], "small")
    return Workbench(
        "small",
        store.load("small", torch.device("cpu")),
        Shelf(store, root / "shelf"),
        PerceptionStore([root / "eyes"]),
    )


def _params(**changes: object) -> VanishedParams:
    quick = {"model": "small", "pictures": "mine", "place": "z", "tries": 8, "updates": 2, "loss": "l2"}
    return VanishedParams.model_validate({**quick, **changes})


def _run(job: VanishedJob) -> VanishedJob:
    fractions = [0.0]
    while fractions[-1] < 1.0:
        fractions.append(job.step().fraction)
    assert fractions == sorted(fractions)
    return job


def test_a_folder_is_gone_through_and_what_is_broken_is_named(bench: Workbench, tmp_path: Path) -> None:
    job = _run(build_vanished(_params(), bench))
    outcome = job.finish(tmp_path)
    told = json.loads((tmp_path / "vanished-album.json").read_text())
    assert {each["name"] for each in told["pictures"]} == {"plain.png", "noise.png", "pixel.png"}
    assert [each["name"] for each in told["skipped"]] == ["broken.png"]
    assert outcome.facts["skipped"] == "1 files that cannot be read"
    kinds = {each["name"]: each["kind"] for each in told["pictures"]}
    assert kinds["noise.png"] == "outside"
    # What the page shows: of each picture a strip, and the one key of all label maps.
    assert told["strip"][0] == "photo"
    assert len(told["strip"]) == 5
    assert [each["name"] for each in told["key"]] == ["background", "disc"]
    assert len({each["color"] for each in told["key"]}) == 2
    files = [each["strip"] for each in told["pictures"]]
    assert len(set(files)) == 3
    for file in files:
        with Image.open(tmp_path / file) as strip:
            assert strip.size == (5 * 32, 32)
    page = (tmp_path / "report.html").read_text()
    assert "What small loses of mine" in page
    assert "broken.png" in page
    assert "outside of what the model draws" in page
    assert "http" not in page.replace("http://www.w3.org", "")
    lines = (tmp_path / "vanished.csv").read_text().splitlines()
    assert lines[0].startswith("picture,kind,error")
    assert len(lines) > 3


def test_a_stop_between_two_pictures_changes_nothing(bench: Workbench, tmp_path: Path) -> None:
    whole, part = _run(build_vanished(_params(), bench)), build_vanished(_params(), bench)
    while len(part.entries) < 1:
        part.step()
    part.step()
    save_checkpoint(tmp_path / "state", part.state_dict())
    again = build_vanished(_params(), bench)
    again.load_state_dict(load_checkpoint(tmp_path / "state"))
    _run(again)
    assert again.album.as_dict() == whole.album.as_dict()
    assert again.strips == whole.strips
    with pytest.raises(ValueError, match="changed since"):
        again.load_state_dict({**part.state_dict(), "pictures": "other"})


def test_held_out_pictures_of_the_world_are_of_its_kind(bench: Workbench) -> None:
    job = _run(build_vanished(_params(pictures="", count=2), bench))
    assert [entry.name for entry in job.entries] == ["disc 0", "disc 1"]
    assert job.album.outside == 0
    assert job.album.lack == ""


def test_no_segmenter_is_said_and_pictures_are_found_all_the_same(tmp_path: Path) -> None:
    bench = bench_of("small", tmp_path)
    Image.new("RGB", (20, 20), (9, 99, 9)).save(tmp_path / "one.png")
    job = _run(build_vanished_of_paths(_params(pictures=str(tmp_path)), bench))
    assert job.entries[0].kind == "unknown"
    outcome = job.finish(tmp_path / "out")
    assert "no segmenter" in outcome.facts["labels"]
    assert "no segmenter" in (tmp_path / "out" / "report.html").read_text()


def test_a_picture_that_cannot_be_placed_is_named_and_passed_over(bench: Workbench) -> None:
    job = build_vanished(_params(align="auto"), bench)
    with pytest.raises(InvalidInput, match="can be read and placed"):
        _run(job)
    why = dict(job.skipped)
    assert set(why) == {"plain.png", "noise.png", "pixel.png", "broken.png"}
    assert "Nothing finds where" in why["plain.png"]


def test_strips_of_large_pictures_are_small() -> None:
    photo = torch.zeros(1, 3, 512, 512)
    with Image.open(io.BytesIO(strip_of(photo, photo, Vanished(None, (), "")))) as strip:
        assert strip.size == (3 * 256, 256)


def test_a_damaged_segmenter_stops_who_asked_for_it_alone(bench: Workbench, tmp_path: Path) -> None:
    publish_segmenter(tmp_path / "eyes" / "disc", Disc())
    (tmp_path / "eyes" / "disc" / "labels.safetensors").write_bytes(b"none")
    damaged = replace(bench, perception=PerceptionStore([tmp_path / "eyes"]))
    labeller = open_labeller(damaged)
    assert labeller.eye is None
    assert "labels.safetensors" in labeller.lack
    with pytest.raises(WeightsInvalid):
        open_labeller(damaged, "disc")


def test_what_cannot_be_gone_through(bench: Workbench, tmp_path: Path) -> None:
    with pytest.raises(InvalidParams, match="neither a world nor a folder"):
        build_vanished(_params(pictures="nowhere"), bench)
    with pytest.raises(InvalidParams, match="neither a world nor a folder"):
        build_vanished(_params(pictures=str(tmp_path)), bench)
    (tmp_path / "a.png").write_bytes(b"none")
    job = build_vanished_of_paths(_params(pictures=str(tmp_path)), bench)
    with pytest.raises(InvalidInput, match=r"None of 1 pictures of .* can be read"):
        _run(job)


def test_pictures_are_looked_for_behind_layers_and_by_an_encoder_alone(tmp_path: Path) -> None:
    bench, _ = bench_with_encoders("chain", tmp_path)
    (tmp_path / "photos").mkdir()
    Image.new("RGB", (20, 20), (9, 99, 9)).save(tmp_path / "photos" / "one.png")
    asked = {"model": "chain", "pictures": str(tmp_path / "photos"), "updates": 30}
    jobs = {
        place: _run(build_vanished_of_paths(_params(**asked, place=place), bench))
        for place in ("encoder", "layers")
    }
    assert jobs["encoder"].loss == "the encoder alone"
    assert jobs["layers"].loss == "pixels"
    assert jobs["layers"].album.mean_error < jobs["encoder"].album.mean_error
    for folder in (tmp_path / "encoders").iterdir():
        (folder / "card.toml").unlink()
    with pytest.raises(EncoderMissing):
        build_vanished_of_paths(_params(**asked, place="layers"), bench)
