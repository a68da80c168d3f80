"""Owner of C9 and C14 on the job: what it publishes, keeps and says, and whom it may not write over."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from pydantic import ValidationError
from torch import Tensor

from tests.methods.sketch.toys import CONFIG, drawings, settings, small_bench
from tests.methods.steer_bench import CPU
from wend.errors import InvalidParams, ModelNotFound, SketchSetNotFound
from wend.imaging.pixels import to_uint8
from wend.library.images import IMAGES_FOLDER, ImageStore
from wend.library.sketch_sets import SKETCHES_FOLDER, SketchContent, SketchSets
from wend.library.taught import METHOD, taught_of
from wend.library.walk_record import WalkRecord
from wend.library.weights import WEIGHTS_FILE, read_weights
from wend.methods.process_bench import ProcessBench
from wend.methods.sketch.job import SketchJob, build_sketch
from wend.methods.sketch.match import Look
from wend.methods.sketch.params import LAST, MOST_NAME, SketchParams
from wend.optim.checkpoint import load_checkpoint, save_checkpoint
from wend.optim.job import EndsEarly, Outcome


@pytest.fixture
def bench(tmp_path: Path) -> ProcessBench:
    return small_bench(tmp_path)


def wanted(bench: ProcessBench, count: int = 2, **changes: object) -> SketchParams:
    """Settings for a set of `count` drawings, which is kept."""
    images = ImageStore(bench.data_dir / IMAGES_FOLDER)
    pixels = [to_uint8(drawing[None])[0].numpy() for drawing in drawings(count)]
    hashes = tuple(images.put_pixels(each).id for each in pixels)
    sets = SketchSets(bench.data_dir / SKETCHES_FOLDER, images)
    kept = sets.add(SketchContent(name="circles", kind="lines", drawings=hashes))
    return settings(sketches=kept.id, **changes)


def finished(job: SketchJob, folder: Path) -> Outcome:
    reports = [job.step()]
    while not reports[-1].is_done:
        reports.append(job.step())
    assert [r.fraction for r in reports] == sorted(r.fraction for r in reports)
    return job.finish(folder)


def walk(hash_: str, space: str = "w") -> WalkRecord:
    vector = torch.eye(8)[0]
    record = WalkRecord(
        id=f"{space}-walks/0", title="Shift", method="steer", space="w", unit="px", layers=(0, 2), low=-1.0,
        high=1.0, psi=1.0, strength=0.1, generator_hash=hash_, vector=vector, unit_length=1.0,
    )  # fmt: skip
    return record if space == "w" else replace(record, space="z", layers=(0, 1))


def synthesis(bench: ProcessBench, model: str) -> dict[str, Tensor]:
    tensors = read_weights(bench.shelf.store.get(model).folder / WEIGHTS_FILE)
    return {name: tensor for name, tensor in tensors.items() if not name.startswith("mapping.")}


def test_c9_best_and_last_are_published_and_it_is_said_what_chose(
    bench: ProcessBench, tmp_path: Path
) -> None:
    job = SketchJob(wanted(bench), bench)
    training = job.training
    # As if it had been nearest at its second look, and gone astray since.
    for look in (Look(0, 0.3, 99.0), Look(2, 0.4, -9.0), Look(4, 0.35, 0.5)):
        while training.update < look.update or not training.looks:
            training.step()
        training.candidates.looks = [*(each for each in training.looks if each.update != look.update), look]
    assert job.end_early().is_done
    outcome = job.finish(tmp_path / "job")
    store = bench.shelf.store
    cards = [store.get(name).card for name in ("mine", "mine" + LAST)]
    told = [card.training.recipe for card in cards if card.training is not None]
    assert [t["checkpoint"] for t in told] == ["best", "last"]
    assert [(t["trained_updates"], t["gap"], t["match"]) for t in told] == [(2, -9.0, 0.4), (4, 0.5, 0.35)]
    assert cards[0].hash != cards[1].hash
    assert [card.title for card in cards] == ["mine", "mine, last update"]
    assert outcome.model == "mine"
    assert outcome.facts["match"].startswith("0.400 of 1 with the drawings it learned from")
    assert outcome.facts["last"] == f"gap 0.500, kept as mine{LAST}"
    assert told[0]["match_held_out"] is False
    course = json.loads((tmp_path / "job" / "match.json").read_text())
    assert course[1] == {"update": 2, "match": 0.4, "gap": -9.0}


def test_where_nothing_came_nearer_the_child_is_the_parent(bench: ProcessBench, tmp_path: Path) -> None:
    job = SketchJob(wanted(bench, trainable="mapping", learning_rate=0.5), bench)
    while not job.training.is_done:
        job.training.step()
        first = Look(0, 0.3, -9.0)
        job.training.candidates.looks = [first, *job.training.looks[1:]]
    job.end_early()
    assert job.finish(tmp_path / "job").facts["best after"].startswith("0 of 4")
    store = bench.shelf.store
    assert store.get("mine").card.hash == store.get("small").card.hash
    assert store.get("mine" + LAST).card.hash != store.get("small").card.hash


def test_c14_the_child_is_whole_and_says_whose_it_is(bench: ProcessBench, tmp_path: Path) -> None:
    shelf, parent = bench.shelf, bench.shelf.store.get("small")
    for space in ("w", "z"):
        shelf.save(parent.card.hash, f"{space}-walks", [walk(parent.card.hash, space)])
    params = wanted(bench, learning_rate=0.5, title="Circles, my way")
    job = SketchJob(params, bench)
    outcome = finished(job, tmp_path / "job")
    child = shelf.store.get("mine")
    before, after = synthesis(bench, "small"), synthesis(bench, "mine")
    assert before.keys() == after.keys()
    assert all(torch.equal(before[name], after[name]) for name in before), "one synthesis network"
    assert child.card.config == {**CONFIG, "z_warp": 16}
    assert child.card.training is not None
    recipe = child.card.training.recipe
    assert child.card.title == "Circles, my way"
    assert (recipe["method"], recipe["parent"], recipe["parent_hash"]) == (METHOD, "small", parent.card.hash)
    assert (recipe["set"], recipe["extractor"], recipe["seed"]) == ("circles", "edges", 0)
    assert recipe["lookalikes"] == "samples of the parent itself"
    assert "a fallback" in child.card.summary
    assert sorted(path.name for path in child.folder.glob("sketch-*.png")) == [
        "sketch-01.png",
        "sketch-02.png",
    ]
    taught = taught_of(child)
    assert taught is not None
    assert (taught.parent, len(taught.drawings), taught.updates) == ("small", 2, recipe["trained_updates"])
    assert taught.match == recipe["match"]
    assert taught_of(parent) is None
    assert child.has_discriminator, "another training can begin with it"
    moved, in_z = shelf.get("mine", "w-walks/0"), shelf.get("mine", "z-walks/0")
    assert moved.generator_hash == child.card.hash
    assert torch.equal(moved.vector, torch.eye(8)[0])
    assert (moved.settings.get("z_of"), in_z.settings["z_of"]) == (None, "small")
    assert outcome.facts["walks"] == "2 taken over from small"
    # Branched: a child is a parent like any other.
    again = SketchJob(params.model_copy(update={"model": "mine", "name": "grandchild"}), bench)
    assert finished(again, tmp_path / "again").model == "grandchild"


def test_c14_a_shift_of_w_is_published_with_the_model(bench: ProcessBench, tmp_path: Path) -> None:
    finished(SketchJob(wanted(bench, trainable="w_shift", learning_rate=0.5), bench), tmp_path / "job")
    card = bench.shelf.store.get("mine").card
    assert card.config == {**CONFIG, "w_shift": True}
    old, new = (bench.shelf.store.load(model, CPU) for model in ("small", "mine"))
    z = torch.randn(5, 8, generator=torch.Generator().manual_seed(0))
    moved = new.mapping(z) - old.mapping(z)
    assert moved.std(dim=0).max() < 1e-6
    recipe = {} if card.training is None else card.training.recipe
    assert (moved.abs().max() > 1e-3) == (recipe["trained_updates"] != 0)


def test_c14_a_warp_of_z_is_published_with_the_model_and_draws_as_its_parent(
    bench: ProcessBench, tmp_path: Path
) -> None:
    finished(SketchJob(wanted(bench, trainable="z_warp", learning_rate=0.5), bench), tmp_path / "job")
    card = bench.shelf.store.get("mine").card
    assert card.config == {**CONFIG, "z_warp": 16}
    assert "how its latents are drawn is new" in card.summary
    store = bench.shelf.store
    child, parent = (read_weights(store.get(model).folder / WEIGHTS_FILE) for model in ("mine", "small"))
    assert {name for name in child if name not in parent} == {
        f"mapping.warp.{layer}_{part}" for layer in ("inner", "outer") for part in ("weight", "bias")
    }
    assert all(torch.equal(child[name], own) for name, own in parent.items() if name != "mapping.w_avg")


def test_c14_the_job_is_resumed_with_its_drawings_and_counts_on(bench: ProcessBench, tmp_path: Path) -> None:
    params = wanted(bench)
    whole, first, second = (SketchJob(params, bench) for _ in range(3))
    while not whole.step().is_done:
        pass
    first.step()
    save_checkpoint(tmp_path / "state.safetensors", first.state_dict())
    second.load_state_dict(load_checkpoint(tmp_path / "state.safetensors"))
    assert second.step().updates == 2
    while not second.step().is_done:
        pass
    assert second.training.looks == whole.training.looks
    for name, tensor in whole.training.pupil.weights().items():
        assert torch.equal(tensor, second.training.pupil.weights()[name])
    # At its end, killed before it was published.
    save_checkpoint(tmp_path / "state.safetensors", second.state_dict())
    third = SketchJob(params, bench)
    third.load_state_dict(load_checkpoint(tmp_path / "state.safetensors"))
    hashes = set()
    for job in (whole, third):
        job.finish(tmp_path / "job")
        hashes.add(bench.shelf.store.get("mine").card.hash)
    assert len(hashes) == 1
    other = SketchJob(wanted(bench, count=3, name="other"), bench)
    with pytest.raises(ValueError, match="other drawings"):
        other.load_state_dict(load_checkpoint(tmp_path / "state.safetensors"))


def test_it_ends_early_with_what_it_has(bench: ProcessBench, tmp_path: Path) -> None:
    job = build_sketch(wanted(bench, iterations=1000), bench)
    job.step()
    assert isinstance(job, EndsEarly)
    report = job.end_early()
    assert (report.is_done, report.fraction, report.updates) == (True, 1.0, 1)
    again = SketchJob(job.params, bench) if isinstance(job, SketchJob) else None
    assert again is not None
    save_checkpoint(tmp_path / "state.safetensors", job.state_dict())
    again.load_state_dict(load_checkpoint(tmp_path / "state.safetensors"))
    assert again.finish(tmp_path / "job").facts["best after"].endswith("of 1 updates of 2")


def test_looking_changes_nothing(bench: ProcessBench) -> None:
    one, other = (SketchJob(wanted(bench), bench) for _ in range(2))
    preview = one.preview()
    assert preview is not None
    assert (tuple(preview[0].shape), preview[1]) == ((21, 3, 32, 32), 7)
    for job in (one, other):
        job.training.step()
        job.preview()
    other.training.step()
    one.preview()
    one.training.step()
    for name, tensor in one.training.pupil.weights().items():
        assert torch.equal(tensor, other.training.pupil.weights()[name])


def test_a_parent_that_is_deleted_meanwhile_takes_nothing_along(bench: ProcessBench, tmp_path: Path) -> None:
    parent = bench.shelf.store.get("small").card
    bench.shelf.save(parent.hash, "w-walks", [walk(parent.hash)])
    params = wanted(bench)
    job = SketchJob(params, bench)
    job.step()
    bench.shelf.store.delete("small")
    outcome = finished(job, tmp_path / "job")
    assert outcome.facts["walks"] == "1 taken over from small"
    assert bench.shelf.get("mine", "w-walks/0").settings["measured_on"] == "small"
    with pytest.raises(ModelNotFound):
        SketchJob(params.model_copy(update={"name": "more"}), bench)


def test_names_and_sets_are_checked_before_anything_is_trained(bench: ProcessBench, tmp_path: Path) -> None:
    params = wanted(bench)
    with pytest.raises(InvalidParams, match="needs one"):
        SketchJob(params.model_copy(update={"name": None}), bench)
    with pytest.raises(InvalidParams, match="there is a model small already"):
        SketchJob(params.model_copy(update={"name": "small"}), bench)
    (tmp_path / "models" / f"free{LAST}").mkdir()
    with pytest.raises(InvalidParams, match="there is a folder free-last already"):
        SketchJob(params.model_copy(update={"name": "free"}), bench)
    with pytest.raises(SketchSetNotFound):
        SketchJob(params.model_copy(update={"sketches": "f" * 12}), bench)
    assert settings(name="n" * MOST_NAME).name
    with pytest.raises(ValidationError, match="as -last may follow"):
        settings(name="n" * (MOST_NAME + 1))


def test_without_pictures_the_child_keeps_its_parents_own_judge(bench: ProcessBench, tmp_path: Path) -> None:
    finished(SketchJob(wanted(bench, image_weight=0.0, judge_learning_rate=0.5), bench), tmp_path / "job")
    own, child = (bench.shelf.store.load_discriminator(model, CPU) for model in ("small", "mine"))
    assert own is not None
    assert child is not None
    for one, other in zip(own.parameters(), child.parameters(), strict=True):
        assert torch.equal(one, other)
