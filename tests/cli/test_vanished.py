"""`wend vanished`, and `wend invert` with what it makes of a photo, as a user runs them."""

import json
from pathlib import Path

import pytest
from PIL import Image

from tests.cli.command import wend
from tests.methods.steer_bench import bench_of
from tests.methods.survey.test_job import publish_segmenter
from wend.library.publish import publish_world
from wend.worlds.disc import Disc


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("vanished")
    publish_world(root / "models" / "disc32", "disc", 32)
    publish_segmenter(root / "perception" / "disc", Disc())
    bench_of("small", root)
    (root / "photos").mkdir()
    Image.new("RGB", (40, 30), (120, 30, 30)).save(root / "photos" / "red.png")
    (root / "photos" / "broken.png").write_bytes(b"none")
    return root


def test_a_folder_becomes_a_page(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = data / "page.html"
    ended = wend(
        capsys, "vanished", "disc32", str(data / "photos"), "--place", "z", "--updates", "2",
        "--set", "tries=8", "--data", str(data), "--report", str(page), "--device", "cpu",
    )  # fmt: skip
    assert ended.status == 0, ended.stderr
    assert "1 pictures: error" in ended.stdout
    assert "skipped broken.png" in ended.stdout
    assert "What disc32 loses of photos" in page.read_text(encoding="utf-8")


def test_a_model_is_tuned_to_a_file(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    quick = ["--tries", "8", "--generations", "0", "--updates", "1", "--tuning", "1", "--loss", "l2"]
    photo = str(data / "photos" / "red.png")
    ended = wend(
        capsys, "invert", "small", photo, "--tune", "--name", "mine", *quick, "--data", str(data), "--json"
    )  # fmt: skip
    assert ended.status == 0, ended.stderr
    told = json.loads(ended.stdout)
    assert told["result_model"] == "mine"
    assert told["params"]["title"] == "red.png"
    assert (data / "models" / "mine" / "card.toml").is_file()
