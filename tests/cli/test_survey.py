"""`wend survey`, `wend measure survey` and `wend reproduce seeing`, as a user runs them."""

import json
from pathlib import Path

import pytest
from PIL import Image

from tests.cli.command import wend
from tests.methods.survey.test_job import publish_segmenter
from wend.library.publish import publish_world
from wend.worlds.disc import Disc


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A disc and what tells of it, and three pictures, one of them broken, in a folder anywhere."""
    root = tmp_path_factory.mktemp("survey")
    publish_world(root / "models" / "small", "disc", 32)
    publish_segmenter(root / "perception" / "disc", Disc())
    (root / "photos").mkdir()
    for k in range(5):
        Image.new("RGB", (40, 40), (50 * k, 0, 0)).save(root / "photos" / f"{k}.png")
    (root / "photos" / "broken.png").write_bytes(b"none")
    return root


def test_a_survey_prints_a_table_and_writes_its_page(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = data / "page.html"
    ended = wend(
        capsys, "survey", "small", "-n", "4", "--data", str(data), "--report", str(page), "--device", "cpu"
    )
    assert ended.status == 0, ended.stderr
    assert "small against disc, 4 pictures each" in ended.stdout
    assert "noise floor" in ended.stdout
    assert "What small cannot draw" in page.read_text(encoding="utf-8")


def test_against_a_folder_anywhere(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    photos = str(data / "photos")
    ended = wend(
        capsys,
        "survey",
        "small",
        "--against",
        photos,
        "-n",
        "4",
        "--data",
        str(data),
        "--device",
        "cpu",
        "--set",
        "seed=1",
        "--json",
    )
    assert ended.status == 0, ended.stderr
    told = json.loads(ended.stdout)
    assert told["against"] == "photos"
    assert [each["name"] for each in told["skipped"]["files"]] == ["broken.png"]
    assert told["real_count"] == 5
    assert told["made_with"]["seed"] == 1


def test_what_is_no_place_for_pictures(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ended = wend(capsys, "survey", "small", "--against", "nowhere", "-n", "4", "--data", str(data))
    assert ended.status == 1
    assert "'nowhere' is neither a world nor a folder or zip" in ended.stderr


def test_the_measure_has_the_keys_that_scripts_read(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ended = wend(capsys, "measure", "survey", "small", "--n", "4", "--data", str(data), "--json")
    assert ended.status == 0, ended.stderr
    told = json.loads(ended.stdout)
    assert told["fsd"] == pytest.approx(told["fsd_mean"] + told["fsd_cov"])
    assert set(told["classes"]) == {"background", "disc"}
    assert set(told["classes"]["disc"]) == {"real", "model"}
    assert told["noise_floor"] >= 0.0
    assert {"device", "threads", "model", "torch", "version", "seed"} <= set(told)


def test_the_drop_test_of_worlds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ended = wend(
        capsys, "reproduce", "seeing", "--experiment", "drop-variants", "-n", "8", "--out", str(tmp_path),
        "--json", "--data", str(tmp_path / "data"),
    )  # fmt: skip
    assert ended.status == 0, ended.stderr
    told = json.loads(ended.stdout)
    assert [row["name"] for row in told["rows"]] == ["glasses", "hat", "beard", "hair", "earring"]
    assert {path.name for path in tmp_path.iterdir() if path.is_file()} == {
        "drop-variants.html", "drop-variants.json", "drop-variants.csv",
    }  # fmt: skip
