"""A perception run: resumed equals unbroken, bit for bit; published, it is read back."""

from pathlib import Path

import pytest
import torch

from wend.errors import CheckpointInvalid, InvalidInput
from wend.library.perception import PerceptionStore
from wend.optim.checkpoint import load_checkpoint
from wend.perception.panel import Panel
from wend.training.loop import TrainingProgress
from wend.training.perception.publish import publish_perception
from wend.training.perception.recipe import PerceptionRecipe
from wend.training.perception.run import STAGES, PerceptionRun, Stage, settle_recipe
from wend.worlds.registry import open_world
from wend.worlds.world import draw

WORLD = open_world("portraits")
CPU = torch.device("cpu")


def train(run: PerceptionRun, stage: Stage, steps: int | None = None) -> None:
    """Train a stage to its end, or stop after so many steps."""
    left = [steps if steps is not None else 1_000_000]

    def report(_progress: TrainingProgress) -> None:
        left[0] -= 1

    run.train(run.open(stage), stage, report, lambda: left[0] <= 0, 1e9)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory, tiny: PerceptionRecipe) -> PerceptionRun:
    run = PerceptionRun(tmp_path_factory.mktemp("run"), tiny, WORLD, CPU)
    run.prepare(lambda _done, _total: None)
    for stage in STAGES:
        train(run, stage)
    return run


def test_every_stage_gets_done(finished: PerceptionRun) -> None:
    assert all(finished.is_done(stage) for stage in STAGES)


@pytest.mark.parametrize("stage", STAGES)
def test_a_resumed_stage_equals_an_unbroken_one(
    finished: PerceptionRun, stage: Stage, tmp_path: Path
) -> None:
    (tmp_path / "factors-a.safetensors").write_bytes(finished.checkpoint_path("factors-a").read_bytes())
    if stage == "factors-a":
        (tmp_path / "factors-a.safetensors").unlink()
    broken = PerceptionRun(tmp_path, finished.recipe, WORLD, CPU)
    broken.prepare(lambda _done, _total: None)
    train(broken, stage, steps=1)
    assert not broken.is_done(stage)
    train(broken, stage)
    whole = load_checkpoint(finished.checkpoint_path(stage))
    again = load_checkpoint(broken.checkpoint_path(stage))
    for name in ("network", "average"):
        a, b = whole[name], again[name]
        assert isinstance(a, dict)
        assert isinstance(b, dict)
        assert all(torch.equal(a[key], b[key]) for key in a)


def test_a_published_set_is_read_back(finished: PerceptionRun, tmp_path: Path) -> None:
    published = publish_perception(finished, tmp_path / "eyes", {"lines": {"f_score": 0.5}}, ["jaw"])
    store = PerceptionStore([tmp_path])
    assert [s.card.id for s in store.list().sets] == ["eyes"]
    assert store.for_world("portraits").card == published.card
    names = [(n.name, n.role) for n in published.card.networks]
    assert names == [
        ("factors-a", "factors"), ("factors-b", "factors"), ("factors-c", "factors"),
        ("labels", "labels"), ("lines", "lines"), ("features", "features"),
    ]  # fmt: skip
    assert published.find("lines").measured == {"f_score": 0.5}
    eye = store.eye("eyes", CPU)
    assert isinstance(eye, Panel)
    assert eye.unsure == (frozenset(), frozenset({"jaw"}))
    images = draw(WORLD, 2, 9, 48).images
    networks, features = finished.networks()
    with torch.no_grad():
        for which in (0, 1, 2):
            there, here = store.factors("eyes", CPU, which), networks.factors[which]
            difference = there.measure(images).values["tilt"] - here.measure(images).values["tilt"]
            assert float(difference.abs().max()) < 0.1  # weights are kept in half precision
        assert torch.allclose(store.lines("eyes", CPU).draw(images), networks.lines.draw(images), atol=0.01)
        vector = store.features("eyes", CPU).vector(images)
        assert torch.allclose(vector, features.vector(images), atol=0.05)


def test_a_run_that_is_not_done_is_not_published(tiny: PerceptionRecipe, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="not trained"):
        publish_perception(PerceptionRun(tmp_path / "run", tiny, WORLD, CPU), tmp_path / "eyes", {})
    assert not (tmp_path / "eyes").exists()


def test_a_begun_run_keeps_its_recipe(finished: PerceptionRun) -> None:
    assert settle_recipe(finished.folder, PerceptionRecipe(), data=None, seed=0) == finished.recipe
    with pytest.raises(InvalidInput, match="seed 0, not 4"):
        settle_recipe(finished.folder, PerceptionRecipe(), seed=4)


def test_a_damaged_checkpoint_is_refused(finished: PerceptionRun, tmp_path: Path) -> None:
    run = PerceptionRun(tmp_path, finished.recipe, WORLD, CPU)
    run.prepare(lambda _done, _total: None)
    run.checkpoint_path("maps").write_bytes(b"not a checkpoint")
    with pytest.raises(CheckpointInvalid):
        run.open("maps")
