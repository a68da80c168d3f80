"""Pivotal tuning: nearer than its pivot, other pictures kept, walks taken along, resumed, refused."""

import json
from pathlib import Path

import pytest
import torch

from tests.methods.steer_bench import CPU, bench_of
from wend.documents.picture import Picture
from wend.errors import InvalidParams
from wend.imaging.codec import encode
from wend.library.images import ImageStore
from wend.library.models import hash_of
from wend.library.perception import PerceptionStore
from wend.library.walk_record import WalkRecord
from wend.methods.pivotal.job import PivotalJob, build_pivotal
from wend.methods.pivotal.params import PivotalParams
from wend.methods.process_bench import ProcessBench
from wend.optim.checkpoint import load_checkpoint, save_checkpoint
from wend.optim.job import Outcome
from wend.pictures.final import draw_final
from wend.pictures.resolve import Resolver

QUICK = {
    "tries": 8, "generations": 0, "updates": 6, "loss": "l2", "learning_rate": 0.3, "tuning": 10,
    "tuning_rate": 0.02,
}  # fmt: skip


@pytest.fixture
def bench(tmp_path: Path) -> ProcessBench:
    work = bench_of("small", tmp_path)
    return ProcessBench(work.shelf, PerceptionStore([]), tmp_path, CPU, 1)


def _params(bench: ProcessBench, **changes: object) -> PivotalParams:
    store = ImageStore(bench.data_dir / "images")
    y, x = torch.meshgrid(torch.arange(16), torch.arange(16), indexing="ij")
    pixels = torch.stack([10 * x, 12 * y, 8 * (x + y)], dim=2).to(torch.uint8)
    photo = store.put(encode(pixels.numpy(), "png"), "photo").id
    return PivotalParams.model_validate(
        {"model": "small", "photo": photo, "name": "mine", "title": "me.png", **QUICK, **changes}
    )


def _finished(job: PivotalJob, folder: Path) -> Outcome:
    reports = [job.step()]
    while not reports[-1].is_done:
        reports.append(job.step())
    assert [r.fraction for r in reports] == sorted(r.fraction for r in reports)
    assert {r.label for r in reports} == {
        "Looking for a start",
        "Coming nearer",
        "Tuning the generator",
        "Drawing what has changed",
    }
    folder.mkdir(exist_ok=True)
    return job.finish(folder)


def _shift(hash_: str) -> WalkRecord:
    vector = torch.eye(8)[0]
    return WalkRecord(
        id="mine/0", title="Shift", method="steer", space="w", unit="px", layers=(0, 2), low=-1.0, high=1.0,
        psi=1.0, strength=0.1, generator_hash=hash_, vector=vector, unit_length=1.0,
    )  # fmt: skip


def test_the_child_draws_the_photo_and_has_its_parents_walks(bench: ProcessBench, tmp_path: Path) -> None:
    shelf, parent = bench.shelf, bench.shelf.store.get("small").card
    shelf.save(parent.hash, "mine", [_shift(parent.hash)])
    outcome = _finished(PivotalJob(_params(bench), bench), tmp_path / "job")
    assert outcome.model == "mine"
    found = json.loads((tmp_path / "job" / "found.json").read_text())
    words = outcome.facts["error"].split()
    after, before = float(words[0]), float(words[5])
    assert found["error"] == pytest.approx(after, abs=0.05)
    assert after < 0.8 * before
    card = shelf.store.get("mine").card
    assert card.training is not None
    assert (card.training.recipe["parent"], card.training.recipe["parent_hash"]) == ("small", parent.hash)
    walk = shelf.get("mine", "mine/0")
    assert (walk.generator_hash, walk.settings["measured_on"]) == (card.hash, "small")
    assert outcome.facts["walks"].startswith("1 of small")
    # What was measured is what lies on the disk, drawn as everybody draws it.
    generator = shelf.store.load("mine", CPU)

    class Loaded:
        exact, hash = generator, hash_of(generator)

    picture = Picture.model_validate({**found["picture"], "edits": [{"walk": "mine/0", "alpha": 0.0}]})
    shown = draw_final(generator, Resolver(shelf).resolve(picture, Loaded()))
    assert encode(shown.pixels, "png") == (tmp_path / "job" / "found.png").read_bytes()


def test_locality_keeps_other_pictures(bench: ProcessBench, tmp_path: Path) -> None:
    drifts = {}
    for locality in (0.0, 10.0):
        job = PivotalJob(_params(bench, tuning=6, locality=locality, name=f"l{locality:.0f}"), bench)
        outcome = _finished_without_checks(job, tmp_path)
        drifts[locality] = float(outcome.facts["other pictures"].split()[2])
    assert drifts[10.0] < drifts[0.0]


def _finished_without_checks(job: PivotalJob, folder: Path) -> Outcome:
    while not job.step().is_done:
        pass
    return job.finish(folder)


def test_a_resumed_run_equals_an_unbroken_one(bench: ProcessBench, tmp_path: Path) -> None:
    params = _params(bench, tuning=4, updates=3)
    whole, first, second = (build_pivotal(params, bench) for _ in range(3))
    while not whole.step().is_done:
        pass
    first.step()
    early = first.state_dict()
    assert early["tuning"] is None
    while first.step().label != "Tuning the generator":
        pass
    while not first.is_at_rest:
        first.step()
    first.preview()  # looking changes nothing
    save_checkpoint(tmp_path / "c.safetensors", first.state_dict())
    second.load_state_dict(load_checkpoint(tmp_path / "c.safetensors"))
    while not second.step().is_done:
        pass
    a, b = (job.finish(tmp_path).facts["error"] for job in (whole, second))
    assert a == b
    one, other = (job.tuning.parameters for job in (whole, second))  # type: ignore[attr-defined]  # both are
    assert all(torch.equal(x, y) for x, y in zip(one, other, strict=True))
    with pytest.raises(ValueError, match="other weights"):
        second.load_state_dict({**whole.state_dict(), "origin": "0" * 64})


def test_the_published_settings_are_the_defaults() -> None:
    params = PivotalParams(model="small", photo="0" * 64)
    assert (params.tuning, params.tuning_rate, params.locality, params.pixels) == (350, 3e-4, 0.1, 1.0)


def test_what_cannot_be_tuned_is_said(bench: ProcessBench) -> None:
    with pytest.raises(InvalidParams, match="no weights"):
        build_pivotal(_params(bench, model="analytic-disc"), bench)
    with pytest.raises(InvalidParams, match="a model small already"):
        build_pivotal(_params(bench, name="small"), bench)
    (bench.data_dir / "models" / "somebodys").mkdir(parents=True, exist_ok=True)
    with pytest.raises(InvalidParams, match="a folder somebodys already"):
        build_pivotal(_params(bench, name="somebodys"), bench)
    with pytest.raises(InvalidParams, match="needs one"):
        build_pivotal(_params(bench, name=None), bench)
