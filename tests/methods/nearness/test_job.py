"""Nearness job: portraits held against themselves, unbroken and broken off; what it leaves and refuses."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from PIL import Image
from pydantic import ValidationError
from typer.testing import CliRunner

from tests.measure.blind_set import publish_blind_set
from wend.cli.measure import measure_app
from wend.errors import InvalidInput, ModelNotFound, PerceptionNotFound
from wend.library.models import ModelStore
from wend.library.perception import PerceptionStore
from wend.library.publish import publish_world
from wend.library.shelf import Shelf
from wend.methods.nearness.job import NearnessJob, build_nearness
from wend.methods.nearness.params import MOST_COUNT, NearnessParams
from wend.methods.workbench import Workbench
from wend.optim.checkpoint import load_checkpoint, save_checkpoint
from wend.worlds.portraits import Portraits

CPU = torch.device("cpu")
N = 50
FILES = {"nearness.json", "nearness.csv", "report.html", "pictures-world.png", "pictures-model.png"}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Portraits of 32 px, discs, and an untrained set that looks at portraits alone."""
    root = tmp_path_factory.mktemp("nearness")
    publish_world(root / "models" / "small", "portraits", 32)
    publish_world(root / "models" / "disc", "disc", 16)
    publish_blind_set(root / "data" / "perception", Portraits())
    return root


def bench_in(root: Path, data: Path, model: str = "small") -> Workbench:
    """data: a folder of its own has seen nothing of any world yet."""
    store = ModelStore([root / "models"], "small")
    eyes = PerceptionStore([root / "data" / "perception"])
    return Workbench(model, store.load(model, CPU), Shelf(store, data / "shelf"), eyes)


def params(**changes: object) -> NearnessParams:
    return NearnessParams.model_validate({"model": "small", "count": N, **changes})


def run(job: NearnessJob) -> list[float]:
    fractions = []
    while True:
        report = job.step()
        fractions.append(report.fraction)
        if report.is_done:
            return fractions


@pytest.fixture(scope="module")
def whole(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What an unbroken run left."""
    folder = tmp_path_factory.mktemp("whole")
    job = build_nearness(params(), bench_in(root, folder / "data"))
    assert job.preview() is None
    fractions = run(job)
    assert fractions == sorted(fractions)
    assert (fractions[-1], max(fractions[:-1]) < 1.0) == (1.0, True)
    preview = job.preview()
    assert preview is not None
    assert (preview[0].shape, preview[1]) == ((16, 3, 32, 32), 8)
    outcome = job.finish(folder / "out")
    assert {path.name for path in (folder / "out").iterdir()} == FILES
    assert set(outcome.facts) >= {"Fréchet distance", "without bias", "precision", "recall", "missing"}
    return folder / "out"


def _told(folder: Path) -> dict[str, object]:
    told = json.loads((folder / "nearness.json").read_text(encoding="utf-8"))
    assert isinstance(told, dict)
    return told


def test_it_says_what_the_command_says(root: Path, whole: Path) -> None:
    arguments = ["model", "small", "--n", str(N), "--json"]
    arguments += ["--models", str(root / "models"), "--data", str(root / "data")]
    # The shipped networks would be taken before the blind ones.
    env = {"OMP_NUM_THREADS": "1", "WEND_PERCEPTION_DIR": str(root / "none")}
    answer = CliRunner(env=env).invoke(measure_app, arguments)
    assert answer.exit_code == 0, answer.output
    said, told = json.loads(answer.stdout), _told(whole)
    assert said.keys() - told.keys() == {"version"}
    # Batches of other sizes round otherwise.
    for key in ("frechet", "noise_floor", "frechet_limit", "precision", "recall", "recall_ceiling"):
        assert told[key] == pytest.approx(said[key], rel=1e-3, abs=1e-6), key
    assert (told["n"], told["k"], told["psi"], told["seed"]) == (N, 3, 1.0, 0)
    rows = dict(list(csv.reader((whole / "nearness.csv").read_text("utf-8").splitlines()))[1:])
    assert float(rows["frechet"]) == told["frechet"]


def test_the_page_is_told_the_charts_of_the_report(whole: Path) -> None:
    told, page = _told(whole), (whole / "report.html").read_text(encoding="utf-8")
    sections = told["sections"]
    assert isinstance(sections, list)
    assert [section["title"] for section in sections] == ["Pictures", "Labels", "Reach", "Factors"]
    figures = [figure for section in sections for figure in section["figures"]]
    assert {"pictures", "bars", "lines"} <= {figure["kind"] for figure in figures}
    # Every figure of the page is there, in its order.
    places = [page.index(f"<h3>{figure['title']}</h3>") for figure in figures]
    assert places == sorted(places)
    assert page.count("<h3>") == len(figures)
    for figure in figures:
        if figure["kind"] == "pictures":
            with Image.open(whole / figure["file"]) as sheet:
                assert sheet.size == (8 * 32, 4 * 32)
    facts = told["told"]
    assert isinstance(facts, list)
    assert all(f'<dd class="figure">{fact["figure"]}</dd>' in page for fact in facts)


@pytest.mark.parametrize("slices", [10, 60, 85])
def test_a_job_broken_off_is_the_same(root: Path, whole: Path, tmp_path: Path, slices: int) -> None:
    """Among the model's pictures, among the world's, and in the sums."""
    part = build_nearness(params(), bench_in(root, tmp_path / "data"))
    stages = []
    for _ in range(slices):
        stages.append(part.study.stage)
        part.step()
    save_checkpoint(tmp_path / "state", part.state_dict())
    again = build_nearness(params(), bench_in(root, tmp_path / "data"))
    again.load_state_dict(load_checkpoint(tmp_path / "state"))
    # All batches that were seen are there; a stage's last slice looks at none.
    assert again.study.fraction == pytest.approx(part.study.fraction, abs=0.05)
    run(again)
    again.finish(tmp_path / "out")
    for name in FILES:
        assert (tmp_path / "out" / name).read_bytes() == (whole / name).read_bytes(), (name, stages[-1])


def test_a_state_of_something_else_is_refused(root: Path, tmp_path: Path) -> None:
    job = build_nearness(params(), bench_in(root, tmp_path))
    job.step()
    state = job.state_dict()
    for key, value, why in (
        ("generator", "other", "model has changed"),
        ("eyes", [], "looks at its pictures"),
    ):
        with pytest.raises(ValueError, match=why):
            job.load_state_dict({**state, key: value})
    study = state["study"]
    assert isinstance(study, dict)
    with pytest.raises(ValueError, match="another device"):
        job.load_state_dict({**state, "study": {**study, "batch": 16}})


def test_a_world_is_looked_at_once(root: Path, tmp_path: Path) -> None:
    run(build_nearness(params(), bench_in(root, tmp_path)))
    again = build_nearness(params(psi=0.5), bench_in(root, tmp_path))
    assert again.study.real is not None
    stages: list[str] = []
    for _ in range(30):
        again.step()
        stages.append(again.study.stage)
    assert "world" not in stages


def test_what_cannot_be_measured(root: Path, tmp_path: Path) -> None:
    bench = bench_in(root, tmp_path)
    with pytest.raises(ModelNotFound, match="none"):
        build_nearness(params(model="none"), bench)
    with pytest.raises(PerceptionNotFound, match="'disc'"):
        build_nearness(params(model="disc"), bench_in(root, tmp_path, "disc"))
    with pytest.raises(PerceptionNotFound, match="'portraits'"):
        build_nearness(params(), replace(bench, perception=PerceptionStore([tmp_path / "no eyes"])))
    for wrong in ({"count": 49}, {"count": MOST_COUNT + 1}, {"k": 0}, {"psi": float("nan")}):
        with pytest.raises(ValidationError):
            params(**wrong)


def test_a_model_of_no_world(root: Path, tmp_path: Path) -> None:
    publish_world(tmp_path / "models" / "small", "portraits", 32)
    card = tmp_path / "models" / "small" / "card.toml"
    card.write_text(card.read_text(encoding="utf-8").partition("[world]")[0], encoding="utf-8")
    bench = replace(
        bench_in(root, tmp_path), shelf=Shelf(ModelStore([tmp_path / "models"], "small"), tmp_path / "shelf")
    )
    with pytest.raises(InvalidInput, match="The card of small names no world"):
        build_nearness(params(), bench)
