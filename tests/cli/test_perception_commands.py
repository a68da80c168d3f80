"""`wend train perception`, `wend measure perception` and `wend measure parts`, run for a moment."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from wend.cli import app
from wend.errors import InvalidInput
from wend.measure import perception_truth
from wend.measure.perception_truth import Sizes
from wend.training.perception.recipe import PerceptionRecipe
from wend.training.perception.run import RECIPE_FILE
from wend.training.recipe import write_recipe

runner = CliRunner()


def test_one_role_is_trained_and_the_rest_is_said_to_be_missing(tmp_path: Path) -> None:
    recipe = PerceptionRecipe(
        large_pictures=4, small_pictures=4, large_size=48, small_size=32, unet_images=8, batch=4, map_batch=4
    )
    (tmp_path / "run").mkdir()
    write_recipe(tmp_path / "run" / RECIPE_FILE, recipe)
    options = ["--run", str(tmp_path / "run"), "--data-dir", str(tmp_path), "--device", "cpu"]
    result = runner.invoke(app, ["train", "perception", "--only", "lines", *options])
    assert result.exit_code == 0, result.output
    assert "Not published" in result.output
    assert (tmp_path / "run" / "maps.safetensors").exists()
    assert not (tmp_path / "perception").exists()


def test_a_role_that_nobody_trains_is_refused(tmp_path: Path) -> None:
    result = runner.invoke(app, ["train", "perception", "--only", "smells", "--data-dir", str(tmp_path)])
    assert isinstance(result.exception, InvalidInput)
    assert "smells" in str(result.exception)


def test_measure_perception_prints_one_object_with_the_agreed_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(perception_truth, "QUICK", Sizes(6, 6, 6, 2))
    result = runner.invoke(app, ["measure", "perception", "--json", "--quick"])
    assert result.exit_code == 0, result.output
    answer = json.loads(result.stdout)
    assert answer["factors"]["tilt"].keys() == {"r2", "unit", "count"}
    assert set(answer["discrete"]) == {"hair_style", "beard", "glasses", "hat", "earrings", "eyepatch"}
    assert answer["discrete_counts"].keys() == answer["discrete"].keys()
    assert answer["discrete_counts"]["hat"].keys() == {"positives", "negatives", "hidden"}
    assert {"miou_large", "miou_small", "per_class"} <= answer["labels"].keys()
    assert 0.9 < answer["lines"]["f_score"] <= 1.0
    assert {"ranking_accuracy", "l2_ranking_accuracy"} <= answer["distance"].keys()
    assert answer["n"] == 6
    told = {"factors", "discrete", "discrete_counts", "labels", "lines", "distance"}
    assert answer["blurred"].keys() == answer["noisy"].keys() == told
    assert answer["loss"].keys() == {"blurred", "noisy"}
    assert {"device", "threads", "model", "torch", "version", "seed", "agreement", "at_64"} <= answer.keys()


def test_a_set_with_one_role_is_measured_beside_those_of_the_world(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(perception_truth, "QUICK", Sizes(6, 6, 6, 2))
    own = tmp_path / "perception" / "mine"
    own.mkdir(parents=True)
    head = 'id = "mine"\ntitle = "Mine"\nsummary = "Contours."\nlicence = "MIT"\n'
    (own / "card.toml").write_text(f'{head}[[networks]]\nname = "a"\nrole = "lines"\nkind = "edges"\n')
    command = ["measure", "perception", "mine", "--json", "--quick", "--data", str(tmp_path)]
    lost = runner.invoke(app, command)
    assert isinstance(lost.exception, InvalidInput)
    assert "--world portraits" in lost.exception.sentence
    result = runner.invoke(app, [*command, "--world", "portraits"])
    assert result.exit_code == 0, result.output
    answer = json.loads(result.stdout)
    rest = dict.fromkeys(("factors", "labels", "features"), "portraits")
    assert answer["measured"] == {**rest, "lines": "mine"}
    # Edges are no drawing: they miss what the trained network finds.
    assert 0.0 < answer["lines"]["f_score"] < 0.9


def test_measure_parts_counts_the_bundled_models_faces() -> None:
    result = runner.invoke(app, ["measure", "parts", "default", "--json", "--n", "6"])
    assert result.exit_code == 0, result.output
    answer = json.loads(result.stdout)
    assert answer["parts"]["count"] == answer["world_parts"]["count"] == 6
    assert answer["parts"]["covered"] >= 5
