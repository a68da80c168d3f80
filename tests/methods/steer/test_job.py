"""The steering job: repeats itself bit for bit, resumes anywhere, and leaves walks that do what they say."""

from pathlib import Path

import pytest
import torch

from tests.methods.steer_bench import bench_of
from wend.errors import InvalidInput
from wend.generators.generator import synthesize
from wend.latents.seed import z_of_seeds
from wend.library.walk_record import WalkRecord
from wend.measure.limits import UsableRange
from wend.methods.edits.own import find_edit
from wend.methods.steer.build import steer_task
from wend.methods.steer.job import SteerJob, build_steer
from wend.methods.steer.params import SteerParams
from wend.methods.steer.records import make_records
from wend.methods.workbench import Workbench
from wend.optim.checkpoint import load_checkpoint, save_checkpoint
from wend.optim.job import Job, Outcome

DISC = SteerParams(
    model="analytic-disc", place="w", batch=4, samples=320, learning_rate=0.08, check_every=20, held_out=6
)


def _finish(job: Job, folder: Path) -> Outcome:
    while not job.step().is_done:
        pass
    (folder / "artifacts").mkdir(parents=True, exist_ok=True)
    return job.finish(folder / "artifacts")


def _learned(bench: Workbench, outcome: Outcome) -> list[WalkRecord]:
    return [bench.shelf.get(bench.model, walk) for walk in outcome.walks]


def test_a_learned_walk_lies_on_the_shelf_with_all_that_is_known(tmp_path: Path) -> None:
    bench = bench_of("analytic-disc", tmp_path)
    outcome = _finish(build_steer(DISC, bench), tmp_path / "0123456789ab")
    assert outcome.walks == ("steer-shift-x-012345/linear",)
    (record,) = _learned(bench, outcome)
    assert (record.title, record.method, record.unit, record.space) == ("Shift x", "steer", "px", "w")
    assert record.layers == (0, 1)
    assert record.trained == (-4.0, 4.0)
    assert record.psi == bench.shelf.store.get("analytic-disc").card.psi
    assert record.generator_hash == bench.shelf.store.get("analytic-disc").card.hash
    assert record.low <= 0.0 <= record.high
    assert record.strength > 0.0
    assert float(record.vector.norm()) == pytest.approx(1.0, abs=1e-5)
    assert record.settings["edit"] == "shift_x"
    assert record.settings["seed"] == 0
    assert record.settings["learning_rate"] == 0.08
    assert record.settings["updates"] == 80
    # What alpha asks for is what the pictures do: two pixels right.
    generator = bench.generator
    w = generator.mapping(torch.zeros(1, 4))[:, None]
    moved = synthesize(generator, record.walk.apply(w, 2.0), None)
    still = synthesize(generator, w, None)
    assert float((moved[..., 2:] - still[..., :-2]).abs().mean()) < 0.1 * float((moved - still).abs().mean())
    assert (
        (tmp_path / "0123456789ab" / "artifacts" / "held-out.csv")
        .read_text()
        .startswith("update,held-out l2")
    )
    assert outcome.facts["updates"] == "80 of at most 80"


def test_the_same_parameters_give_the_same_walk(tmp_path: Path) -> None:
    records = []
    for name in ("a", "b"):
        bench = bench_of("analytic-disc", tmp_path / name)
        records += _learned(bench, _finish(build_steer(DISC, bench), tmp_path / "job"))
    assert records[0].digest == records[1].digest
    assert records[0].settings == records[1].settings
    other = bench_of("analytic-disc", tmp_path / "c")
    (third,) = _learned(
        other, _finish(build_steer(DISC.model_copy(update={"seed": 1}), other), tmp_path / "job")
    )
    assert third.digest != records[0].digest


# At the start, amid learning, where a check comes due, and amid measuring.
@pytest.mark.parametrize("stop", [0, 3, 170, 700, 760])
def test_resumed_equals_unbroken_bit_for_bit(stop: int, tmp_path: Path) -> None:
    bench = bench_of("analytic-disc", tmp_path)
    unbroken = _learned(bench, _finish(build_steer(DISC, bench), tmp_path / "job"))
    job = build_steer(DISC, bench)
    steps = 0
    while steps < stop or not job.is_at_rest:
        assert not job.step().is_done
        steps += 1
    save_checkpoint(tmp_path / "checkpoint", job.state_dict())
    again = build_steer(DISC, bench)
    again.load_state_dict(load_checkpoint(tmp_path / "checkpoint"))
    resumed = _learned(bench, _finish(again, tmp_path / "job"))
    assert [r.digest for r in resumed] == [r.digest for r in unbroken]
    assert [(r.low, r.high, r.strength) for r in resumed] == [(r.low, r.high, r.strength) for r in unbroken]


def test_killed_between_the_last_step_and_the_end_it_ends_the_same(tmp_path: Path) -> None:
    bench = bench_of("analytic-disc", tmp_path)
    job = build_steer(DISC, bench)
    (first,) = _learned(bench, _finish(job, tmp_path / "job"))
    save_checkpoint(tmp_path / "checkpoint", job.state_dict())
    again = build_steer(DISC, bench)
    again.load_state_dict(load_checkpoint(tmp_path / "checkpoint"))
    (second,) = _learned(bench, again.finish(tmp_path / "job" / "artifacts"))
    assert (second.digest, second.low, second.high) == (first.digest, first.low, first.high)


def test_looking_changes_nothing(tmp_path: Path) -> None:
    bench = bench_of("analytic-disc", tmp_path)
    looked, plain = build_steer(DISC, bench), build_steer(DISC, bench)
    for index in range(120):
        if index % 10 == 0:
            preview = looked.preview()
            assert preview is not None
            assert preview[0].shape == (5, 3, 32, 32)
            assert preview[1] == 5
        assert looked.step() == plain.step()
    assert isinstance(looked, SteerJob)
    assert isinstance(plain, SteerJob)
    assert torch.equal(looked.optimization.parameters[0], plain.optimization.parameters[0])


def test_progress_never_falls_and_ends_at_one(tmp_path: Path) -> None:
    job = build_steer(DISC, bench_of("analytic-disc", tmp_path))
    reports = [job.step()]
    while not reports[-1].is_done:
        reports.append(job.step())
    fractions = [report.fraction for report in reports]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert reports[-1].updates == 80
    assert {report.label for report in reports} == {"Learning shift x", "Measuring how far it can go", "Done"}
    assert set(reports[-1].losses) == {"total", "held out"}
    first = next(report.losses["held out"] for report in reports if report.losses)
    assert reports[-1].losses["held out"] < 0.2 * first


def test_a_state_of_other_weights_is_refused(tmp_path: Path) -> None:
    state = build_steer(DISC, bench_of("analytic-disc", tmp_path)).state_dict()
    other = build_steer(SteerParams(model="small"), bench_of("small", tmp_path))
    with pytest.raises(ValueError, match="other weights"):
        other.load_state_dict(state)


def test_colour_leaves_three_sliders_of_one_family(tmp_path: Path) -> None:
    bench = bench_of("small", tmp_path)
    params = SteerParams(model="small", edit="color", batch=2, samples=8, held_out=2, layers=(2, 6))
    outcome = _finish(build_steer(params, bench), tmp_path / "abcdef012345")
    assert outcome.walks == tuple(f"steer-color-abcdef/{name}" for name in ("red", "green", "blue"))
    records = _learned(bench, outcome)
    assert [record.settings["channel"] for record in records] == ["red", "green", "blue"]
    assert [record.title for record in records] == ["Colour red", "Colour green", "Colour blue"]
    for record in records:
        assert record.vector.shape == (6, 8)
        assert float(record.vector[:2].abs().max()) == 0.0
        assert record.layers == (2, 6)


def test_steps_in_z_come_back_from_the_shelf(tmp_path: Path) -> None:
    bench = bench_of("small", tmp_path)
    params = SteerParams(
        model="small", edit="zoom", walk="steps", place="z", batch=2, samples=8, held_out=2, start="normal",
        rounded=True,
    )  # fmt: skip
    job = build_steer(params, bench)
    outcome = _finish(job, tmp_path / "abcdef012345")
    (record,) = _learned(bench, outcome)
    assert record.id == "steer-zoom-abcdef/steps"
    assert record.is_rounded
    assert record.trained == pytest.approx((-1.983, 1.983), abs=1e-3)
    z = z_of_seeds([3, 4], 8)
    moved = record.walk.apply(z, 1.0)
    assert torch.allclose(moved.norm(dim=1), z.norm(dim=1), atol=1e-5)
    assert isinstance(job, SteerJob)
    ((_, walk),) = job.task.learners[0].walks()
    # The slider goes in whole steps: 1 is two backward ones of 0.496 each.
    assert torch.allclose(moved, walk.apply(z, 2 * 0.49569516), atol=1e-5)
    assert torch.equal(moved, record.walk.apply(z, 0.8))


def test_a_walk_for_each_class(tmp_path: Path) -> None:
    bench = bench_of("classed", tmp_path)
    params = SteerParams(model="classed", edit="luminance", classes="each", batch=6, samples=24, held_out=3)
    outcome = _finish(build_steer(params, bench), tmp_path / "abcdef012345")
    assert outcome.walks == tuple(f"steer-luminance-abcdef/linear-class-{k}" for k in range(3))
    records = _learned(bench, outcome)
    assert [record.class_index for record in records] == [0, 1, 2]
    assert [record.title for record in records] == ["Luminance (a)", "Luminance (b)", "Luminance (c)"]
    assert len({record.digest for record in records}) == 3


def test_nothing_learned_is_told(tmp_path: Path) -> None:
    # A rate too small for float32 leaves the line where it began, at nothing.
    params = DISC.model_copy(update={"learning_rate": 1e-45, "samples": 8})
    job = build_steer(params, bench_of("analytic-disc", tmp_path))
    with pytest.raises(InvalidInput, match="Nothing was learned"):
        _finish(job, tmp_path / "job")


OWN = "REACH = 0.4\ndef edit(images, alpha):\n    return images - alpha\n"


def test_a_job_does_not_go_on_with_another_edit(tmp_path: Path) -> None:
    """The file that an own edit came from may be written anew while the job is at rest."""
    bench, file = bench_of("small", tmp_path), tmp_path / "dim.py"
    params = SteerParams(model="small", edit="dim", batch=2, samples=8, held_out=2)
    states = []
    for text in (OWN, OWN, OWN.replace("- alpha", "+ alpha"), OWN.replace("0.4", "0.3")):
        file.write_text(text)
        job = SteerJob(params, bench, {"dim": find_edit("dim", tmp_path)})
        states.append(job.state_dict())
        if len(states) <= 2:
            job.load_state_dict(states[0])
        else:
            with pytest.raises(ValueError, match="edit's file"):
                job.load_state_dict(states[0])


def test_a_walk_without_a_usable_range_has_the_trained_one(tmp_path: Path) -> None:
    bench = bench_of("analytic-disc", tmp_path)
    task = steer_task(DISC.model_copy(update={"start_sd": 0.1}), bench)
    nothing = [UsableRange(0.0, 0.0, 0.0)]
    (record,) = make_records(task, bench.generator, "0" * 64, "steer-x", nothing, {})
    assert (record.low, record.high) == (-task.reach, task.reach)
    some = [UsableRange(-1.0, 2.0, 0.1)]
    (record,) = make_records(task, bench.generator, "0" * 64, "steer-x", some, {})
    assert (record.low, record.high) == (-1.0, 2.0)
