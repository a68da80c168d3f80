"""`wend train gan --architecture biggan` and `wend measure classes`, as a user runs them."""

import json
from pathlib import Path

import pytest
import torch
from typer.testing import CliRunner

from tests.measure.blind_set import publish_blind_set
from wend.cli.measure import measure_app
from wend.cli.train import train_app
from wend.errors import InvalidInput, PerceptionNotFound
from wend.library.card import CARD_FILE, write_card
from wend.library.models import ModelStore
from wend.library.perception_card import NetworkSection, PerceptionCard
from wend.library.publish import publish_world
from wend.library.weights import save_weights
from wend.perception.build import build_network
from wend.training.conditional_recipe import ConditionalRecipe
from wend.training.recipe import write_recipe
from wend.worlds.cast import PortraitsCast
from wend.worlds.portraits import Portraits
from wend.worlds.world import class_names

# Sets that are shipped would be found too: these tests are about their own.
runner = CliRunner(env={"COLUMNS": "200", "OMP_NUM_THREADS": "1", "WEND_PERCEPTION_DIR": "no-such-folder"})
NAMES = class_names(PortraitsCast())


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BigGAN of 32 px trained for two steps, and sets of untrained networks."""
    root = tmp_path_factory.mktemp("classes")
    recipe = ConditionalRecipe(
        resolution=32, batch=4, total_images=8, pictures=24, widths="2,2,2,1", channel_width=8,
        discriminator_width=8, attention_resolution=0, z_dim=6, embed_dim=4, precision="float32",
    )  # fmt: skip
    run = root / "runs" / "small"
    run.mkdir(parents=True)
    write_recipe(run / "recipe.json", recipe)
    asked = ["gan", "--architecture", "biggan", "--name", "small", "--data-dir", str(root), "--device", "cpu"]
    done = runner.invoke(train_app, asked)
    assert done.exit_code == 0, done.output
    publish_world(root / "models" / "plain", "portraits", 32)
    _publish_teller(root / "perception")
    return root


def _publish_teller(root: Path) -> None:
    folder = root / "tellers"
    folder.mkdir(parents=True)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        save_weights(folder / "classes.safetensors", build_network("class-net", {}, NAMES).state_dict())
    section = NetworkSection(
        name="classes", role="classes", kind="class-net", file="classes.safetensors", names=NAMES
    )
    card = PerceptionCard(
        id="tellers", title="Tellers", summary="Untrained.", licence="MIT", world="portraits-cast",
        networks=(section,),
    )  # fmt: skip
    write_card(folder / CARD_FILE, card)


def _asked(data: Path, model: str, *more: str) -> list[str]:
    return ["classes", model, "--data", str(data), "--models", str(data / "none"), "--json", *more]


def test_a_trained_model_names_its_classes(data: Path) -> None:
    card = ModelStore([data / "models"]).get("small").card
    assert card.classes == NAMES
    assert card.kind == "biggan"
    assert card.live_error is not None


def test_accuracy_without_an_eye_and_spreads_with_one(data: Path) -> None:
    blind = runner.invoke(measure_app, _asked(data, "small", "--n", "2"))
    assert blind.exit_code == 0, blind.output
    answer = json.loads(blind.stdout)
    assert (answer["model"], answer["told_by"], answer["measured_by"]) == ("small", "tellers", None)
    assert answer["classes"] == list(NAMES)
    for side in ("world_accuracy", "model_accuracy"):
        assert answer[side]["count"] == 48
        assert len(answer[side]["per_class"]) == 24
        assert 0.0 <= answer[side]["overall"] <= 1.0
    assert answer["spreads"] == {}

    publish_blind_set(data / "perception", Portraits())
    seen = runner.invoke(measure_app, _asked(data, "small", "--n", "2"))
    assert seen.exit_code == 0, seen.output
    answer = json.loads(seen.stdout)
    assert answer["measured_by"] == "portraits"
    assert set(answer["spreads"]) == set(PortraitsCast().class_sigmas())
    spread = answer["spreads"]["head_x"]
    assert len(spread["true"]) == len(spread["model"]) == 24
    assert spread["follows"]["low"] <= spread["follows"]["r"] <= spread["follows"]["high"]


def test_what_has_no_classes_or_nobody_to_tell_them_is_refused(data: Path, tmp_path: Path) -> None:
    plain = runner.invoke(measure_app, _asked(data, "plain"))
    assert isinstance(plain.exception, InvalidInput)
    assert "nothing can tell them" in str(plain.exception)
    (tmp_path / "models").symlink_to(data / "models")
    lonely = ["classes", "small", "--data", str(tmp_path), "--models", str(data / "models")]
    alone = runner.invoke(measure_app, lonely)
    assert isinstance(alone.exception, PerceptionNotFound)
    assert "classes" in str(alone.exception)
