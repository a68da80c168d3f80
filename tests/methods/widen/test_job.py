"""Widen: what may be said, a job that resumes exactly, a model and a walk that come back from disk."""

from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
import torch
from pydantic import ValidationError
from torch import nn

from tests.methods.widen.small_dcgan import REALS, SMALL, publish_small
from wend.errors import InvalidParams
from wend.generators.discriminator import Discriminator
from wend.generators.stylegan2 import StyleGAN2Config, StyleGAN2Generator
from wend.library.card import CARD_FILE, TrainingSection, WorldSection, write_card
from wend.library.models import ModelStore
from wend.library.perception import PerceptionStore
from wend.library.publish import CardText, publish_model, publish_world
from wend.library.shelf import Shelf
from wend.methods.process_bench import ProcessBench
from wend.methods.widen.job import WidenJob, build_widen
from wend.methods.widen.params import ONE_SLIDER, PUBLISHED, WidenParams
from wend.methods.widen.plan import WideningPlan
from wend.optim.checkpoint import load_checkpoint, save_checkpoint
from wend.optim.job import Outcome

PARAMS = WidenParams(model="digits", name="wider", iterations=3, batch=6, reach=10.0, walk_updates=2)


def _bench(folder: Path) -> ProcessBench:
    store = ModelStore([folder / "models"])
    shelf = Shelf(store, folder / "walks")
    return ProcessBench(shelf, PerceptionStore([]), folder, torch.device("cpu"), 1)


def _finished(job: WidenJob, folder: Path) -> Outcome:
    while not job.step().is_done:
        pass
    return job.finish(folder)


@pytest.fixture
def bench(tmp_path: Path) -> ProcessBench:
    publish_small(tmp_path / "models" / "digits")
    return _bench(tmp_path)


def test_the_published_settings_are_a_preset() -> None:
    published = WidenParams.model_validate({"model": "digits", **PUBLISHED})
    assert published.plan(28) == WideningPlan()
    assert (published.start, published.pictures) == ("scratch", 70_000)
    assert published.augment_share * published.pictures == pytest.approx(50_000 + 9_000)


def test_our_own_settings_walk_in_shares_of_the_reach() -> None:
    plan = PARAMS.plan(28)
    assert (plan.reach, plan.scale, plan.is_joint) == (10.0, 10.0, True)
    assert WidenParams(model="digits", edit="shift_x").plan(64).reach == 8.0
    arms = {
        arm: WidenParams(model="m", arm=arm).plan(28) for arm in ("joint-unaugmented", "augmented", "plain")
    }
    assert [(p.is_joint, p.augment_share > 0.0) for p in arms.values()] == [
        (True, False), (False, True), (False, False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"model": "m", "edit": "color"}, "one slider"),
        ({"model": "m", "name": "m"}, "name of its own"),
        ({"model": "m", "name": "../m"}, "pattern"),
        ({"model": "m", "reach": 0.0}, "greater than 0"),
        ({"model": "m", "pictures": 64, "batch": 128}, "one batch"),
        ({"model": "m", "speed": 1}, "Extra inputs"),
    ],
)
def test_what_cannot_be_said(values: dict[str, object], why: str) -> None:
    assert "color" not in ONE_SLIDER
    with pytest.raises(ValidationError, match=why):
        WidenParams.model_validate(values)


def test_a_model_and_its_walk_come_back_from_disk(bench: ProcessBench, tmp_path: Path) -> None:
    job = WidenJob(PARAMS, bench, REALS)
    preview = job.preview()
    assert preview is not None
    assert preview[0].shape == (15, 3, 16, 16)
    folder = tmp_path / "jobs" / "0123456789ab" / "artifacts"
    outcome = _finished(job, folder)
    assert outcome.model == "wider"
    assert outcome.walks == ("widen-rotate2d-012345/joint",)
    assert "error at 10 degrees" in outcome.facts
    assert (folder / "edit-errors.csv").read_text().count("\n") == 5
    again = _bench(tmp_path)
    card = again.shelf.store.get("wider").card
    assert card.classes == tuple("0123456789")
    assert card.training is not None
    assert card.training.recipe["widened_from"] == bench.shelf.store.get("digits").card.hash
    assert card.training.images_seen == 3 * 6
    record = again.shelf.get("wider", outcome.walks[0])
    assert (record.space, record.unit, record.low, record.high) == ("w", "degrees", -10.0, 10.0)
    assert record.settings["seed"] == 0
    # The slider of the published model does what the training did, up to half precision.
    generator = again.shelf.store.load("wider", torch.device("cpu"))
    work = job.widening
    c = work.one_hot(torch.arange(4))
    w = generator.mapping(torch.randn(4, SMALL.z_dim, generator=torch.Generator().manual_seed(3)), c)
    ws = w[:, None].expand(-1, 4, -1)
    moved = record.walk.apply(ws, 7.0)
    assert torch.equal(moved[..., SMALL.z_dim :], ws[..., SMALL.z_dim :])
    work.generator = generator
    with torch.no_grad():
        expected = work.draw(w, torch.full((4,), 7.0))
        work.walk.zero_()
        seen = work.draw(moved[:, 0])
    assert torch.allclose(seen, expected, atol=1e-5)
    assert again.shelf.store.load_discriminator("wider", torch.device("cpu")) is not None


def test_a_walk_beside_trained_weights_begins_at_nothing(bench: ProcessBench) -> None:
    trained = WidenJob(PARAMS, bench, REALS).widening
    scratch = WidenJob(PARAMS.model_copy(update={"start": "scratch"}), bench, REALS).widening
    assert not bool(trained.walk.any())
    assert 0.5 < float(scratch.walk.detach().abs().max()) <= 1.0
    # What is drawn after the walk is the same for both.
    assert torch.equal(trained.rng.get_state(), scratch.rng.get_state())
    trained.step()
    assert bool(trained.walk.any())


def test_a_resumed_job_publishes_what_an_unbroken_one_does(bench: ProcessBench, tmp_path: Path) -> None:
    whole = WidenJob(PARAMS, bench, REALS)
    _finished(whole, tmp_path / "a" / "artifacts")
    first = bench.shelf.store.get("wider").card.hash
    broken = WidenJob(PARAMS, bench, REALS)
    broken.step()
    broken.preview()
    save_checkpoint(tmp_path / "state.safetensors", broken.state_dict())
    resumed = WidenJob(PARAMS, bench, REALS)
    resumed.load_state_dict(load_checkpoint(tmp_path / "state.safetensors"))
    outcome = _finished(resumed, tmp_path / "a" / "artifacts")
    assert bench.shelf.store.get("wider").card.hash == first
    # Finished again after a crash, it does the same again.
    assert resumed.finish(tmp_path / "a" / "artifacts") == outcome
    assert bench.shelf.store.get("wider").card.hash == first


def test_who_judged_in_training_judged_what_came_of_it(bench: ProcessBench) -> None:
    path = bench.data_dir / "models" / "digits" / CARD_FILE
    card = bench.shelf.store.get("digits").card
    recipe: dict[str, bool | int | float | str] = {"judge": "portraits", "moments": 0.5, "iterations": 7}
    made = TrainingSection(images_seen=1, seed=0, hours=0.0, recipe=recipe)
    write_card(path, card.model_copy(update={"training": made}))
    job = WidenJob(PARAMS, _bench(bench.data_dir), REALS)
    _finished(job, bench.data_dir / "a" / "artifacts")
    training = _bench(bench.data_dir).shelf.store.get("wider").card.training
    assert training is not None
    told = {k: training.recipe[k] for k in ("judge", "moments", "iterations")}
    assert told == {"judge": "portraits", "moments": 0.5, "iterations": 3}
    # Nothing of them is left in weights that begin anew.
    anew = PARAMS.model_copy(update={"start": "scratch", "name": "anew"})
    _finished(WidenJob(anew, _bench(bench.data_dir), REALS), bench.data_dir / "b" / "artifacts")
    training = _bench(bench.data_dir).shelf.store.get("anew").card.training
    assert training is not None
    assert "judge" not in training.recipe


def test_a_state_of_other_weights_is_refused(bench: ProcessBench) -> None:
    job = WidenJob(PARAMS, bench, REALS)
    with pytest.raises(ValueError, match="other weights"):
        job.load_state_dict({**job.state_dict(), "origin": "0" * 64})


def test_a_job_needs_a_name_for_what_it_publishes(bench: ProcessBench) -> None:
    assert WidenParams(model="digits").name is None
    with pytest.raises(InvalidParams, match="needs one"):
        WidenJob(PARAMS.model_copy(update={"name": None}), bench, REALS)


def test_what_cannot_be_widened(bench: ProcessBench, tmp_path: Path) -> None:
    publish_world(tmp_path / "models" / "world", "disc")
    with pytest.raises(InvalidParams, match="kind analytic cannot be widened"):
        build_widen(PARAMS.model_copy(update={"model": "world"}), bench)
    publish_small(tmp_path / "models" / "alone", has_judge=False)
    with pytest.raises(InvalidParams, match="without its discriminator"):
        build_widen(PARAMS.model_copy(update={"model": "alone"}), bench)
    with pytest.raises(InvalidParams, match="there is a model world already"):
        build_widen(PARAMS.model_copy(update={"name": "world"}), bench)


def test_the_pictures_are_those_of_the_models_world(bench: ProcessBench) -> None:
    job = build_widen(PARAMS.model_copy(update={"pictures": 64, "arm": "plain", "start": "scratch"}), bench)
    assert isinstance(job, WidenJob)
    reals = job.widening.reals.pixels
    assert isinstance(reals, np.ndarray)
    assert reals.shape == (64, 16, 16, 1)
    assert job.widening.plan.total == 3 + 2
    with_weights = WidenJob(PARAMS, bench, REALS).widening.network.state_dict()["dense_0.weight"]
    assert not torch.equal(job.widening.network.state_dict()["dense_0.weight"], with_weights)


def test_a_style_based_model_is_widened_too(tmp_path: Path) -> None:
    config = StyleGAN2Config(
        resolution=16, z_dim=8, w_dim=8, mapping_layers=2, channel_base=128, channel_max=8
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        generator, judge = StyleGAN2Generator(config), Discriminator(config)
    text = CardText(
        "Discs",
        "Untrained.",
        "MIT",
        "stylegan2",
        {k: v for k, v in asdict(config).items() if v is not None},
        world=WorldSection(name="disc"),
        training=TrainingSection(
            images_seen=64,
            seed=0,
            hours=0.1,
            device="cpu",
            recipe={"r1_gamma": 0.5, "r1_interval": 4, "ema_images": 100.0},
        ),
    )
    folder = tmp_path / "models" / "discs"
    publish_model(folder, text, generator.state_dict(), judge.state_dict(), None, None)
    params = WidenParams(
        model="discs", name="wider", edit="shift_x", iterations=2, batch=4, pictures=64, walk_first=1
    )
    job = WidenJob(params, _bench(tmp_path))
    # It goes on as it was trained: with its penalty, its betas and its averaged weights.
    plan = job.widening.plan
    assert (plan.r1_gamma, plan.r1_every, plan.beta1, plan.beta2) == (0.5, 4, 0.0, 0.99)
    assert plan.average_images == 100.0
    before = job.widening.generator.w_avg.clone()
    outcome = _finished(job, tmp_path / "a" / "artifacts")
    again = _bench(tmp_path)
    record = again.shelf.get("wider", outcome.walks[0])
    assert "As much noise" in again.shelf.store.get("wider").card.summary
    # A walk for all of w: there is no class in it that must stay.
    assert record.vector.shape == (8,)
    assert (record.unit, record.high) == ("px", 2.0)
    widened = again.shelf.store.load("wider", torch.device("cpu"))
    assert isinstance(widened, nn.Module)
    strengths = [(n, p) for n, p in widened.named_parameters() if n.endswith("noise_strength")]
    assert strengths
    assert all(torch.equal(p, dict(generator.named_parameters())[n]) for n, p in strengths)
    assert not torch.allclose(widened.w_avg, before, atol=1e-4)
    z = torch.randn(20_000, 8, generator=torch.Generator().manual_seed(9))
    assert torch.allclose(widened.w_avg, widened.mapping(z).mean(dim=0), atol=0.02)
