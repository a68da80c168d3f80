"""`wend world` and `wend models`: what they print and write."""

import json
from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner

from wend.cli.models import models_app
from wend.cli.world import world_app
from wend.errors import InvalidVariant
from wend.worlds.portraits import FACTORS

SHIPPED = Path(__file__).parents[2] / "models" / "generators"
runner = CliRunner(env={"COLUMNS": "250"})


def test_world_list_and_show() -> None:
    listed = runner.invoke(world_app, ["list"])
    assert listed.exit_code == 0
    assert "portraits" in listed.stdout
    assert "disc" in listed.stdout
    shown = runner.invoke(world_app, ["show", "portraits"])
    assert shown.exit_code == 0
    for factor in FACTORS:
        assert factor.name in shown.stdout
        assert str(factor.law) in shown.stdout
    assert "17 earring" in shown.stdout


def test_world_preview_writes_a_sheet(tmp_path: Path) -> None:
    out = tmp_path / "new" / "sheet.png"
    arguments = ["preview", "disc", "--out", str(out), "--count", "4", "--size", "16", "--lines", "--labels"]
    assert runner.invoke(world_app, arguments).exit_code == 0
    with Image.open(out) as sheet:
        # Two by two, each a picture, its label map and its lines, 2 px apart.
        assert sheet.size == (6 * 18 + 2, 2 * 18 + 2)
        colors = {sheet.getpixel((x, y)) for x in range(20, 36) for y in range(2, 18)}
    # The second tile is a label map: two labels, two flat colours.
    assert len(colors) == 2


def test_world_preview_of_one_picture_is_that_picture(tmp_path: Path) -> None:
    out = tmp_path / "one.png"
    answer = runner.invoke(world_app, ["preview", "disc", "--out", str(out), "--count", "1", "--size", "16"])
    assert answer.exit_code == 0, answer.output
    with Image.open(out) as picture:
        assert picture.size == (16, 16)


def test_world_preview_of_classes_names_them(tmp_path: Path) -> None:
    out = tmp_path / "sheet.png"
    arguments = ["preview", "sprites-color", "--out", str(out), "--count", "6", "--size", "16"]
    answer = runner.invoke(world_app, arguments)
    assert answer.exit_code == 0
    assert "Wrote 6 pictures" in answer.stderr
    with Image.open(out) as sheet:
        # Three lines of two pictures, and before each a name.
        assert sheet.height == 3 * 18 + 2
        assert sheet.width > 2 * 18 + 2 + 20
        margin = sheet.convert("L").crop((0, 0, sheet.width - 38, sheet.height))
    assert min(margin.tobytes()) < 100


def test_world_preview_leaves_out_what_is_never_drawn(tmp_path: Path) -> None:
    out = tmp_path / "sheet.png"
    arguments = ["preview", "sprites-color:shape.heart=0", "--out", str(out), "--count", "4", "--size", "16"]
    assert "Wrote 4 pictures" in runner.invoke(world_app, arguments).stderr
    with Image.open(out) as sheet:
        assert sheet.height == 2 * 18 + 2


def test_world_takes_variants(tmp_path: Path) -> None:
    shown = runner.invoke(world_app, ["show", "portraits:glasses=none,tilt.sd=2x"])
    assert "normal(0, sd 9)" in shown.stdout
    assert "Never drawn: glasses round, glasses square." in shown.stdout
    assert "portraits-without-glasses is portraits:glasses=none" in runner.invoke(world_app, ["list"]).stdout
    path = tmp_path / "still.toml"
    path.write_text('world = "portraits"\n[change]\n"tilt.sd" = 0.5\n')
    assert "normal(0, sd 0.5)" in runner.invoke(world_app, ["show", str(path)]).stdout
    refused = runner.invoke(world_app, ["show", "portraits:glasses=monocle"])
    assert isinstance(refused.exception, InvalidVariant)
    assert refused.exception.code == "invalid_variant"


def test_world_preview_refuses_other_files(tmp_path: Path) -> None:
    answer = runner.invoke(world_app, ["preview", "disc", "--out", str(tmp_path / "x.exe")])
    assert answer.exit_code == 2
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def options(tmp_path: Path) -> list[str]:
    return ["--models", str(SHIPPED), "--data", str(tmp_path / "data")]


def test_models_list_and_show(options: list[str], tmp_path: Path) -> None:
    broken = tmp_path / "data" / "models" / "broken"
    broken.mkdir(parents=True)
    listed = runner.invoke(models_app, ["list", *options])
    assert listed.exit_code == 0
    assert "analytic-disc" in listed.stdout
    assert "refused broken" in listed.stdout
    answer = json.loads(runner.invoke(models_app, ["list", "--json", *options]).stdout)
    assert {"analytic-disc", "analytic-portraits"} <= {model["id"] for model in answer["models"]}
    assert [refused["code"] for refused in answer["refused"]] == ["card_invalid"]
    shown = runner.invoke(models_app, ["show", "analytic-disc", *options])
    assert shown.stdout == (SHIPPED / "analytic-disc" / "card.toml").read_text(encoding="utf-8")


def test_models_walks_are_found_once(options: list[str]) -> None:
    assert json.loads(runner.invoke(models_app, ["walks", "analytic-disc", "--json", *options]).stdout) == []
    found = runner.invoke(models_app, ["walks", "analytic-disc", "--find", *options])
    assert found.exit_code == 0
    walks = json.loads(runner.invoke(models_app, ["walks", "analytic-disc", "--json", *options]).stdout)
    assert {walk["id"] for walk in walks} == {f"factors/{n}" for n in ("x", "y", "size", "brightness")}
    assert walks == sorted(walks, key=lambda walk: -walk["strength"])


def test_a_world_becomes_a_model(tmp_path: Path, options: list[str]) -> None:
    out = tmp_path / "data" / "models"
    arguments = ["publish", "disc", "--out", str(out), "--id", "small-disc", "--resolution", "16"]
    assert runner.invoke(world_app, arguments).exit_code == 0
    answer = json.loads(runner.invoke(models_app, ["list", "--json", *options]).stdout)
    card = next(model for model in answer["models"] if model["id"] == "small-disc")
    assert (card["kind"], card["resolution"]) == ("analytic", 16)
    assert (out / "small-disc" / "preview.jpg").is_file()
    walks = runner.invoke(models_app, ["walks", "small-disc", "--find", *options])
    assert walks.exit_code == 0


def test_a_variant_with_classes_becomes_a_model(tmp_path: Path, options: list[str]) -> None:
    out = tmp_path / "data" / "models"
    arguments = ["publish", "sprites-color:shape.heart=0", "--out", str(out), "--resolution", "16"]
    assert runner.invoke(world_app, arguments).exit_code == 0
    answer = json.loads(runner.invoke(models_app, ["list", "--json", *options]).stdout)
    card = next(model for model in answer["models"] if model["id"] == "analytic-sprites-color-shape.heart-0")
    assert card["classes"] == ["square", "ellipse", "heart"]
    assert (card["world"]["name"], card["world"]["config"]) == ("sprites-color", "shape.heart=0")
    assert "Never drawn: shape heart" in card["world"]["biases"]
    found = runner.invoke(models_app, ["walks", card["id"], "--find", *options])
    assert found.exit_code == 0, found.output
    walks = json.loads(runner.invoke(models_app, ["walks", card["id"], "--json", *options]).stdout)
    names = ("scale", "orientation", "x", "y", "hue", "ground_hue")
    assert {walk["id"] for walk in walks} == {f"factors/{n}" for n in names}
