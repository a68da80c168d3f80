"""The factor job: what it leaves, against the truth; resumed anywhere; clear words where there is nothing."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from pydantic import ValidationError

from tests.methods.steer_bench import bench_of
from wend.errors import InvalidInput, InvalidParams
from wend.library.walk_record import WalkRecord
from wend.methods.edits.edit import user_edit
from wend.methods.factor.edits import FACTOR_EDITS, of_edit
from wend.methods.factor.job import FactorJob, build_factor
from wend.methods.factor.params import FactorParams
from wend.methods.factor.presets import PUBLISHED, presets
from wend.methods.workbench import Workbench
from wend.optim.checkpoint import load_checkpoint, save_checkpoint
from wend.optim.job import Job, Outcome

DISC = FactorParams(
    model="analytic-disc", psi=1.0, reach=0.1, targets=2, starts=8, updates=5, along=2, fit_updates=60
)


def _run(job: Job) -> None:
    while not job.step().is_done:
        pass


def _finish(job: Job, folder: Path) -> Outcome:
    _run(job)
    (folder / "artifacts").mkdir(parents=True, exist_ok=True)
    return job.finish(folder / "artifacts")


def _found(bench: Workbench, params: FactorParams, folder: Path) -> WalkRecord:
    outcome = _finish(build_factor(params, bench), folder)
    return bench.shelf.get(bench.model, outcome.walks[0])


@pytest.mark.parametrize("space", ["z", "w"])
def test_f21_the_factor_found_is_the_true_one_with_hidden_offsets(tmp_path: Path, space: str) -> None:
    """The disc's x is 0.07 of the width per standard deviation of the first number of z."""
    bench = bench_of("analytic-disc", tmp_path)
    record = _found(bench, DISC.model_copy(update={"space": space}), tmp_path / "0123456789ab")
    assert record.id == "factor-shift-x-012345/shift-x"
    assert (record.unit, record.method, record.space) == ("of width", "factor", space)
    factor = record.factor
    assert factor is not None
    truth = torch.eye(4)[0]
    line = factor.walk.move / factor.walk.move.norm()
    assert float(line @ truth) > 0.98
    z = torch.randn(200, 4, generator=torch.Generator().manual_seed(5))
    latent = z if space == "z" else z[:, None]
    true, told = 0.07 * z[:, 0].double(), factor.walk.value(latent)
    reach = 6.0 * 0.07
    assert float((told - true).square().mean().sqrt()) < 0.05 * reach
    # g(0) = 0, said so: nothing measures discs.
    assert factor.anchor == "zero"
    assert factor.attribute is None
    assert factor.rms < 0.05 * reach
    assert factor.kept + factor.rejected == 2 * 2 * 8
    assert record.low == pytest.approx(-3.0 * 0.07, rel=0.15)
    assert record.strength > 0.0
    assert record.settings["edit"] == "shift_x"


def test_a_resumed_job_is_an_unbroken_one(tmp_path: Path) -> None:
    bench = bench_of("analytic-disc", tmp_path)
    params = DISC.model_copy(update={"starts": 4, "updates": 3, "fit_updates": 20})
    whole = _found(bench, params, tmp_path / "aaaaaaaaaaaa")
    for stop in (20, 70, 85):
        job = FactorJob(params, bench)
        for _ in range(stop):
            job.step()
        while not job.is_at_rest:
            job.step()
        save_checkpoint(tmp_path / "state", job.state_dict())
        again = FactorJob(params, bench)
        again.load_state_dict(load_checkpoint(tmp_path / "state"))
        outcome = _finish(again, tmp_path / "bbbbbbbbbbbb")
        assert bench.shelf.get(bench.model, outcome.walks[0]).digest == whole.digest
    with pytest.raises(ValueError, match="other starts"):
        FactorJob(params.model_copy(update={"seed": 1}), bench).load_state_dict(
            load_checkpoint(tmp_path / "state")
        )


def test_progress_never_falls_and_pictures_are_shown_once_there_are_some(tmp_path: Path) -> None:
    job = FactorJob(
        DISC.model_copy(update={"starts": 4, "fit_updates": 20}), bench_of("analytic-disc", tmp_path)
    )
    assert job.preview() is None
    fraction = 0.0
    while not (report := job.step()).is_done:
        assert fraction <= report.fraction <= 1.0
        fraction = report.fraction
    shown = job.preview()
    assert shown is not None
    assert shown[0].shape == (5, 3, 32, 32)
    assert "calibration" in report.losses


def test_scale_multiplies_and_luminance_is_read_off_the_pixels(tmp_path: Path) -> None:
    bench = bench_of("analytic-disc", tmp_path)
    small = {"starts": 5, "reach": None, "looks": 8}
    scale = _found(bench, DISC.model_copy(update={**small, "edit": "scale"}), tmp_path / "1")
    assert scale.factor is not None
    # A radius of 0.14 of the width, give or take 0.02: exp(0.14 p), about 1 in the middle.
    assert float(scale.factor.walk.curve(torch.zeros(()))) == pytest.approx(1.0, abs=1e-3)
    assert 0.5 < scale.factor.low < 0.8 < 1.2 < scale.factor.high < 1.8
    light = _found(bench, DISC.model_copy(update={**small, "edit": "luminance"}), tmp_path / "2")
    assert light.factor is not None
    assert light.factor.anchor == "measured"
    assert light.factor.attribute == "luminance"


def test_a_factor_the_generator_has_not_is_told_after_the_first_edits(tmp_path: Path) -> None:
    bench = bench_of("analytic-disc", tmp_path)
    tint = torch.tensor([1.0, -0.5, -0.5])[:, None, None]
    tinted = of_edit(user_edit("tint", lambda images, alpha: images + alpha * tint, 0.4))
    for edit, words in (("hue", "changes nothing"), ("tint", "nothing moves")):
        params = DISC.model_copy(update={"edit": edit, "reach": None, "starts": 4})
        job = FactorJob(params, bench, {**FACTOR_EDITS, "tint": tinted})
        with pytest.raises(InvalidInput, match=words):
            _run(job)
        assert job.trajectories.stage == 1


def test_too_few_trajectories_are_told(tmp_path: Path) -> None:
    params = DISC.model_copy(update={"threshold": 1e-9, "starts": 5, "updates": 3})
    job = FactorJob(params, bench_of("analytic-disc", tmp_path))
    with pytest.raises(InvalidInput, match="Only 0 of 20"):
        _run(job)


def test_f25_a_factor_kept_clear_of_others_and_one_that_has_nothing_of_its_own(tmp_path: Path) -> None:
    bench = bench_of("analytic-disc", tmp_path)
    few = DISC.model_copy(update={"starts": 5, "targets": 1, "fit_updates": 20})
    first = _found(bench, few, tmp_path / "1")
    clear = few.model_copy(update={"clear_of": first.id, "edit": "shift_y"})
    other = FactorJob(clear, bench)
    outcome = _finish(other, tmp_path / "2")
    assert other.trajectories.is_painting, "the starts' pictures are let go once they are not needed"
    second = bench.shelf.get(bench.model, outcome.walks[0])
    assert first.factor is not None
    assert second.factor is not None
    assert abs(second.factor.walk.cosine(first.factor.walk)) < 1e-5
    assert abs(float(second.settings[f"cosine {first.id}"])) < 0.3
    assert any(name.startswith("cosine removed") for name in outcome.facts)
    _ensure_shares_are_of_the_lines(bench, few, (first, second))
    same = FactorJob(few.model_copy(update={"clear_of": first.id}), bench)
    with pytest.raises(InvalidInput, match="along the line of a factor"):
        _run(same)


def _ensure_shares_are_of_the_lines(
    bench: Workbench, params: FactorParams, found: tuple[WalkRecord, ...]
) -> None:
    """Two factors 45 degrees apart, the first turned round: cosines are told of them, not of a basis."""
    one, other = found
    assert one.factor is not None
    assert other.factor is not None
    a, b = one.factor.walk.read, other.factor.walk.read
    slanted, near = (line / line.norm() for line in (a + b, b - 10.0 * a))
    for record, name, line in ((one, "back", -a), (other, "slanted", slanted), (one, "near", near)):
        factor = replace(one.factor, walk=replace(one.factor.walk, read=line, move=line))
        bench.shelf.save(one.generator_hash, name, [replace(record, id=f"{name}/0", factor=factor)])
    task = FactorJob(params.model_copy(update={"clear_of": "back/0,slanted/0"}), bench).task
    factors = [bench.shelf.get(bench.model, f"{name}/0").factor for name in ("back", "slanted")]
    lines = torch.stack([task.codes.line_of(factor.walk) for factor in factors if factor is not None])
    line = torch.nn.functional.normalize(torch.ones(lines.shape[1]), dim=0)
    told = task.cosines((task.others @ line).tolist())
    assert told == pytest.approx(torch.cosine_similarity(lines, line[None]).tolist(), abs=1e-5)
    for twice in ("back/0,back/0", "back/0,near/0"):
        with pytest.raises(InvalidParams, match="clear_of"):
            FactorJob(params.model_copy(update={"clear_of": twice}), bench)


def test_f25_classes_are_pooled_and_one_may_be_left_out(tmp_path: Path) -> None:
    bench = bench_of("classed", tmp_path)
    params = FactorParams(model="classed", edit="luminance", starts=4, updates=2, left_out=1)
    job = FactorJob(params, bench)
    assert job.task.space == "z"
    assert job.task.classes == (0, 2)
    while not job.trajectories.has_records:
        job.trajectories.step()
    assert set(job.trajectories.records.classes.tolist()) == {0, 2}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"layers": (0, 9)}, "layers"),
        ({"class_index": 0}, "class_index"),
        ({"edit": "nothing"}, "edit"),
        ({"reach": 1.5}, "reach"),
        ({"anchor": "measured"}, "anchor"),
        ({"strengths": "published", "reach": None, "targets": 9}, "targets"),
    ],
)
def test_what_does_not_fit_the_model_is_said_by_its_field(
    tmp_path: Path, change: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidParams, match=field):
        FactorJob(DISC.model_copy(update=change), bench_of("analytic-disc", tmp_path))


@pytest.mark.parametrize("few", [{"starts": 1}, {"starts": 3}, {"starts": 8, "worst": 0.9}])
def test_too_few_to_end_well_are_refused_before_they_begin(few: dict[str, float]) -> None:
    with pytest.raises(ValidationError, match="give it more starts"):
        FactorParams.model_validate({"model": "m", **few})
    assert FactorParams(model="m", starts=4).starts == 4


def test_as_published_is_what_the_release_does() -> None:
    params = FactorParams(model="m", **presets()["As published"])  # type: ignore[arg-type]  # as a form sends them
    published = {
        "starts": 50, "targets": 5, "updates": 50, "strengths": "published", "learning_rate": 0.01,
        "method": "adam", "loss": "released", "sigma": 3.0, "mask": "after", "ball": True, "warm": True,
        "worst": 0.1, "space": "z", "form": "released", "line": "changes", "along": 0, "fit_updates": 1400,
        "fit_rate": 0.001, "fit_batch": 32, "smooth": 1.0, "held_out": 0.0, "least_fall": 0.0,
        "anchor": "zero", "threshold": 1e9,
    }  # fmt: skip
    assert dict(PUBLISHED) == published
    assert {name: getattr(params, name) for name in published} == published
