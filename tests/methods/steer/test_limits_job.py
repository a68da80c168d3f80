"""Limits job: the analytic disc to its end, unbroken and broken off; and what it leaves."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
import torch

from tests.measure.blind_set import publish_blind_set
from wend.errors import InvalidInput, WalkNotFound
from wend.library.models import ModelStore, hash_of
from wend.library.perception import PerceptionStore
from wend.library.publish import publish_world
from wend.library.shelf import Shelf
from wend.library.walk_record import WalkRecord
from wend.methods.steer.limits_job import LimitsJob, build_limits
from wend.methods.steer.limits_params import LimitsParams
from wend.methods.workbench import Workbench
from wend.optim.checkpoint import load_checkpoint, save_checkpoint
from wend.worlds.portraits import Portraits

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Workbench:
    """Portraits of 32 px under an untrained judge, with a walk along the light, which pixels tell."""
    root = tmp_path_factory.mktemp("limits")
    publish_world(root / "models" / "small", "portraits", 32)
    publish_blind_set(root / "eyes", Portraits())
    store = ModelStore([root / "models"], "small")
    generator = store.load("small", CPU)
    shelf = Shelf(store, root / "shelf")
    index = [factor.name for factor in Portraits().factors].index("light_level")
    walk = WalkRecord(
        id="steer-luminance-0123ab/luminance", title="Luminance", method="steer", space="w", unit="of range",
        layers=(0, 1), low=-0.2, high=0.2, psi=0.7, strength=0.1, generator_hash=hash_of(generator),
        vector=torch.eye(generator.spec.w_dim)[index], unit_length=5.0, settings={"edit": "luminance"},
        trained=(-0.2, 0.2),
    )  # fmt: skip
    shelf.save(walk.generator_hash, walk.family, (walk,))
    return Workbench("small", generator, shelf, PerceptionStore([root / "eyes"]))


def _params(**changes: object) -> LimitsParams:
    plain = {"model": "small", "walk": "steer-luminance-0123ab/luminance", "seeds": 20, "steps": 4}
    return LimitsParams.model_validate({**plain, "world_pictures": 50, **changes})


def _run(job: LimitsJob) -> list[float]:
    fractions = []
    while True:
        report = job.step()
        fractions.append(report.fraction)
        if report.is_done:
            return fractions


def _answer(folder: Path) -> dict[str, object]:
    answer = json.loads((folder / "limits.json").read_text(encoding="utf-8"))
    assert isinstance(answer, dict)
    return answer


@dataclass(frozen=True)
class Run:
    """An unbroken run: what it left, and its state before it ended."""

    folder: Path
    last_state: dict[str, object]


@pytest.fixture(scope="module")
def unbroken(bench: Workbench, tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("unbroken")
    job = build_limits(_params(), bench)
    assert job.preview() is None
    fractions = _run(job)
    assert fractions == sorted(fractions)
    assert fractions[-2] < fractions[-1] == 1.0
    state = job.state_dict()
    outcome = job.finish(folder)
    assert outcome.walks == ("steer-luminance-0123ab/luminance",)
    assert outcome.facts["medians"] == "all one way"
    return Run(folder, state)


def test_what_is_left(unbroken: Run, bench: Workbench) -> None:
    assert {path.name for path in unbroken.folder.iterdir()} == {
        "limits.json", "limits.csv", "report.html", "filmstrip.jpg",
    }  # fmt: skip
    answer = _answer(unbroken.folder)
    assert (answer["attribute"], answer["unit"]) == ("luminance", "of range")
    assert answer["monotone"] is True
    charts = answer["charts"]
    assert isinstance(charts, list)
    # With an edit there is a chart of the distance from it, too.
    assert len(charts) == 6
    assert all(chart["kind"] == "lines" for chart in charts)
    zones = answer["zones"]
    assert isinstance(zones, dict)
    assert zones["trained"] == [-0.2, 0.2]
    # The world's own light, 5 sd of 0.07 for alpha 1, brightens all the way: nothing saturates here.
    assert zones["reachable"] == pytest.approx([-0.3, 0.3])
    noted = bench.shelf.get("small", "steer-luminance-0123ab/luminance")
    assert noted.reachable == pytest.approx((-0.3, 0.3))
    page = (unbroken.folder / "report.html").read_text(encoding="utf-8")
    assert "How far Luminance can go" in page
    assert "read off the pixels" in page


def test_broken_off_in_every_stretch_is_the_same(unbroken: Run, bench: Workbench, tmp_path: Path) -> None:
    path = tmp_path / "checkpoint.safetensors"
    job = build_limits(_params(), bench)
    labels: set[str] = set()
    # The filmstrip is 28 slices, the world 50, the seeds 140; then come about twenty of summing up.
    for taken in (9, 40, 85, 3, 90, 5):
        for _ in range(taken):
            report = job.step()
            assert not report.is_done
            assert job.is_at_rest
            labels.add(report.label)
        save_checkpoint(path, job.state_dict())
        job = build_limits(_params(), bench)
        job.load_state_dict(load_checkpoint(path))
    assert len(labels) == 4
    _run(job)
    job.finish(tmp_path)
    assert _answer(tmp_path) == _answer(unbroken.folder)
    for name in ("limits.csv", "report.html", "filmstrip.jpg"):
        assert (tmp_path / name).read_bytes() == (unbroken.folder / name).read_bytes()


def test_killed_between_the_last_step_and_the_end(unbroken: Run, bench: Workbench, tmp_path: Path) -> None:
    job = build_limits(_params(), bench)
    job.load_state_dict(unbroken.last_state)
    job.finish(tmp_path)
    assert _answer(tmp_path) == _answer(unbroken.folder)


def test_the_filmstrip_grows(bench: Workbench) -> None:
    job = build_limits(_params(), bench)
    for _ in range(9):
        job.step()
    preview = job.preview()
    assert preview is not None
    images, columns = preview
    assert columns == 7
    assert images.shape == (14, 3, 32, 32)
    assert images[8].std() > 0.1
    assert images[9].std() == 0.0


def test_a_state_of_another_walk(bench: Workbench) -> None:
    job = build_limits(_params(), bench)
    state = job.state_dict()
    for change in ({"walk": "0"}, {"generator": "0"}, {"batch": 99}):
        with pytest.raises(ValueError, match=r"changed since|another device"):
            build_limits(_params(), bench).load_state_dict({**state, **change})


def test_refusals(bench: Workbench) -> None:
    with pytest.raises(WalkNotFound):
        build_limits(_params(walk="pca-w/99"), bench)
    with pytest.raises(InvalidInput, match="no 0 between"):
        build_limits(_params(walk=_one_sided(bench)), bench)
    job = build_limits(_params(factor="smile"), bench)
    with pytest.raises(InvalidInput, match="no basis for judging"):
        _run(job)
    with pytest.raises(ValueError, match="both 0"):
        _params(low=0.0, high=0.0)


def _one_sided(bench: Workbench) -> str:
    """A walk whose range lies above 0 alone, with a file of its own."""
    plain = bench.shelf.get("small", "steer-luminance-0123ab/luminance")
    record = WalkRecord(
        id="steer-luminance-9999ff/up", title="Up", method="steer", space="w", unit="of range", layers=(0, 1),
        low=0.1, high=0.2, psi=0.7, strength=0.1, generator_hash=plain.generator_hash, vector=plain.vector,
        unit_length=5.0,
    )  # fmt: skip
    bench.shelf.save(record.generator_hash, record.family, (record,))
    return record.id


def test_it_looks_no_further_than_the_edit_goes(bench: Workbench, tmp_path: Path) -> None:
    """Light of 2 is the whole range of a pixel."""
    job = build_limits(_params(low=-1.5, high=1.5, beyond=4.0), bench)
    _run(job)
    outcome = job.finish(tmp_path)
    assert outcome.facts["looked at"] == "-1.5 to +1.5, no further than the edit goes"
    far = build_limits(_params(low=-900.0, high=900.0), bench)
    assert far.state_dict()["alphas"] == [-2.0, -1.0, 0.0, 1.0, 2.0]
    near = build_limits(_params(), bench)
    with pytest.raises(ValueError, match="edit"):
        near.load_state_dict(far.state_dict())
