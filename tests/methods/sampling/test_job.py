"""Sampling: pictures follow the law that was drawn for them, are measured, and can be drawn again."""

import csv
import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from scipy import stats

from tests.methods.factors_by_hand import (
    LIGHT,
    LIT,
    NEARLY_X,
    SLANTED,
    X_IN_W,
    X_SD,
    X,
    Y,
    disc_bench,
    record,
)
from tests.methods.steer_bench import bench_of
from wend.documents.picture import Edit, Picture, SeedLatent
from wend.errors import DistributionInvalid, FactorOutOfReach, FactorsConflict, InvalidParams
from wend.jobs.recipes import find_recipe
from wend.latents.seed import z_of_seeds
from wend.library.walk_record import WalkRecord
from wend.measure.slices import finish
from wend.methods.sampling.job import SampleJob
from wend.methods.sampling.law import Law, bumps, distance, uniform
from wend.methods.sampling.params import SampleParams
from wend.methods.sampling.ranks import ranks_of
from wend.methods.setting.batch import FactorBatch, moved
from wend.methods.setting.reach import factor_of
from wend.methods.workbench import Workbench
from wend.pictures.final import draw_final
from wend.pictures.resolve import Resolver

EVEN = {"kind": "uniform", "low": -0.15, "high": 0.15}


@pytest.fixture
def bench(tmp_path: Path) -> Workbench:
    return disc_bench(tmp_path)


def params(*targets: tuple[str, dict[str, object]], **more: object) -> SampleParams:
    named = [{"walk": walk, "distribution": law} for walk, law in targets]
    return find_recipe("sample").parse({"model": "analytic-disc", "targets": named, "count": 24, **more})  # type: ignore[no-any-return,dict-item]  # by its recipe


def run(job: SampleJob, steps: int | None = None) -> None:
    for _ in range(steps or 10_000):
        if job.step().is_done:
            return


def artifacts(job: SampleJob, folder: Path) -> tuple[list[dict[str, str]], Any, list[str]]:  # Any: JSON
    run(job)
    job.finish(folder)
    table = list(csv.DictReader(io.StringIO((folder / "values.csv").read_text())))
    with zipfile.ZipFile(folder / "samples.zip") as packed:
        names = packed.namelist()
    return table, json.loads((folder / "distribution.json").read_text()), names


@pytest.mark.parametrize(
    ("walk", "law", "count"),
    [
        (X, uniform(-0.15, 0.15), 1000),
        (X_IN_W, bumps((-0.1, 0.1), (0.02, 0.03), (1.0, 1.0)), 10_000),
    ],
    ids=["even, in z", "two bumps, in w"],
)
def test_f23_predicted_values_follow_the_law_and_the_rest_stays_normal(
    bench: Workbench, walk: WalkRecord, law: Law, count: int
) -> None:
    z = z_of_seeds(list(range(count)), 4)
    walks = [factor_of(walk).walk]
    batch = FactorBatch(bench.generator, walks, 1.0, z, None, [None])
    before = batch.positions(batch.still)
    ranks = finish(ranks_of(bench.generator, walks, 1.0, range(count), None))
    assert stats.spearmanr(ranks[:, 0], before[:, 0]).statistic > 0.9999
    values = law.quantile(ranks[:, 0].numpy())
    alphas = batch.reaching(walks[0].curve.inverse(torch.from_numpy(values))[:, None])
    told = batch.values(batch.positions(alphas))[:, 0].numpy()
    assert distance(told, law) < 2.0 / count
    assert stats.spearmanr(told, before[:, 0]).statistic > 0.999, "ranks are kept"
    codes = z[:, None] if walk is X_IN_W else z
    after = moved(walks[0], codes, alphas[:, 0]).reshape(count, 4)
    assert torch.equal(after[:, 1:], z[:, 1:]), "what lies across the line is not touched"


def test_pictures_follow_and_can_be_drawn_again(bench: Workbench, tmp_path: Path) -> None:
    job = SampleJob(params((X.id, EVEN), (Y.id, {**EVEN, "high": 0.1})), bench)
    table, told, names = artifacts(job, tmp_path / "out")
    assert len(table) == 24
    assert names == [*(row["file"] for row in table), "values.csv"]
    first, second = told["targets"]
    assert first["ks_predicted"] < first["ks_without"]
    assert (first["ks_measured"], first["measured"]) == (None, None)
    assert second["unit"] == "of width"
    assert sum(first["wanted"]) == pytest.approx(1.0)
    row = table[7]
    edits = tuple(Edit(walk=each.id, alpha=float(row[f"{each.key} alpha"])) for each in (X, Y))
    shown = Picture(
        model="analytic-disc", latent=SeedLatent(seed=int(row["seed"])), psi=float(row["psi"]), edits=edits
    )
    drawn = draw_final(bench.generator, Resolver(bench.shelf).resolve(shown, _Loaded(bench))).pixels
    with zipfile.ZipFile(tmp_path / "out" / "samples.zip") as packed:
        kept = np.asarray(Image.open(io.BytesIO(packed.read(row["file"]))))
    assert int(np.abs(kept.astype(int) - drawn.astype(int)).max()) <= 1


class _Loaded:
    def __init__(self, bench: Workbench) -> None:
        self.exact, self.hash = bench.generator, ""


def test_closed_it_is_measured_and_nearer(bench: Workbench, tmp_path: Path) -> None:
    law: dict[str, object] = {"kind": "uniform", "low": LIGHT - 0.01, "high": LIGHT + 0.01}
    errors = {}
    for loop in ("open", "closed"):
        job = SampleJob(params((LIT.id, law), loop=loop), bench)
        table, told, _ = artifacts(job, tmp_path / loop)
        errors[loop] = told["targets"][0]["mean_error"]
        assert all(row["light measured"] for row in table)
    assert errors["closed"] < 0.3 * errors["open"]


def test_one_that_goes_on_draws_the_same_and_measures_nothing_twice(bench: Workbench, tmp_path: Path) -> None:
    wanted = params((X.id, EVEN), (LIT.id, {"kind": "bumps", "centers": [LIGHT], "sds": [0.01]}))
    whole = SampleJob(wanted, bench)
    table, told, _ = artifacts(whole, tmp_path / "whole")
    broken = SampleJob(wanted, bench)
    while not broken.is_at_rest or len(broken.state_dict()["rows"]) < 10:  # type: ignore[arg-type]  # a tensor
        broken.step()
    again = SampleJob(wanted, bench)
    again.load_state_dict(broken.state_dict())
    assert artifacts(again, tmp_path / "again")[:2] == (table, told)
    same = (tmp_path / name / "samples.zip" for name in ("whole", "again"))
    assert next(same).read_bytes() == next(same).read_bytes()
    again.finish(tmp_path / "again")
    with pytest.raises(ValueError, match="changed since"):
        SampleJob(params((Y.id, EVEN)), bench).load_state_dict(broken.state_dict())


def test_it_may_be_stopped_while_it_prepares(bench: Workbench) -> None:
    job = SampleJob(params((X.id, EVEN), (Y.id, EVEN)), bench)
    job.step()
    assert job.is_at_rest
    again = SampleJob(params((X.id, EVEN), (Y.id, EVEN)), bench)
    again.load_state_dict(job.state_dict())
    run(again)


@pytest.mark.parametrize(
    ("law", "error"),
    [
        ({"kind": "uniform", "low": -0.5, "high": 0.1}, FactorOutOfReach),
        ({"kind": "histogram", "low": -0.5, "high": 0.5, "heights": [1.0, 1.0]}, FactorOutOfReach),
        ({"kind": "bumps", "centers": [0.2], "sds": [0.1]}, DistributionInvalid),
        ({"kind": "like", "world": "portraits"}, DistributionInvalid),
    ],
)
def test_what_cannot_be_drawn_is_said_before_a_picture(
    bench: Workbench, law: dict[str, object], error: type[Exception]
) -> None:
    job = SampleJob(params((X.id, law)), bench)
    with pytest.raises(error):
        run(job)


def test_gaps_beyond_the_reach_are_no_matter(bench: Workbench) -> None:
    heights = [0.0] * 4 + [1.0, 0.0, 1.0, 1.0] + [0.0] * 4
    job = SampleJob(
        params((X.id, {"kind": "histogram", "low": -0.6, "high": 0.6, "heights": heights})), bench
    )
    run(job, 5)


def test_a_world_that_has_the_factor_tells_its_truth(bench: Workbench, tmp_path: Path) -> None:
    named = replace(X, factor=replace(X.factor, attribute="x", anchor="measured"))  # type: ignore[type-var]  # a factor by hand
    own = bench.shelf.store.get("analytic-disc").card.hash
    bench.shelf.save(own, "factor-byhand", [replace(named, generator_hash=own)])
    law: dict[str, object] = {"kind": "like", "world": "disc:x.mean=0.1,x.sd=0.02"}
    table, _, _ = artifacts(SampleJob(params((X.id, law)), bench), tmp_path / "out")
    values = np.array([float(row["shift_x predicted"]) for row in table])
    assert (values.mean(), values.std()) == (pytest.approx(0.1, abs=0.02), pytest.approx(0.02, abs=0.01))


@pytest.mark.parametrize(
    "wrong",
    [
        {"targets": []},
        {"count": 0},
        {"targets": [{"walk": X.id, "distribution": {**EVEN, "low": 0.5}}]},
        {"targets": [{"walk": X.id, "distribution": {"kind": "like"}}]},
        {"targets": [{"walk": X.id, "distribution": EVEN}] * 2},
        {
            "targets": [
                {"walk": X.id, "distribution": {"kind": "histogram", "low": 0, "high": 1, "heights": [0]}}
            ]
        },
        {"targets": [{"walk": X.id, "distribution": {"kind": "bumps", "centers": [0, 1], "sds": [1]}}]},
    ],
)
def test_bad_parameters_are_refused(wrong: dict[str, object]) -> None:
    values = {"model": "analytic-disc", "targets": [{"walk": X.id, "distribution": EVEN}], **wrong}
    with pytest.raises(InvalidParams):
        find_recipe("sample").parse(values)  # type: ignore[arg-type]  # JSON


def test_factors_along_one_line_and_classes_that_are_not_there_are_refused(bench: Workbench) -> None:
    with pytest.raises(FactorsConflict):
        SampleJob(params((X.id, EVEN), (NEARLY_X.id, EVEN)), bench)
    with pytest.raises(InvalidParams, match="class_index"):
        SampleJob(params((X.id, EVEN), class_index=3), bench)


def test_lines_that_share_something_arrive_together(bench: Workbench, tmp_path: Path) -> None:
    _, told, _ = artifacts(SampleJob(params((X.id, EVEN), (SLANTED.id, EVEN)), bench), tmp_path / "out")
    assert [round(pair["cosine"], 6) for pair in told["shared"]] == [0.6]
    assert all(each["ks_predicted"] < 0.05 for each in told["targets"])


@pytest.mark.parametrize(("class_index", "classes"), [(None, "0120"), (2, "2222")])
def test_classes_come_in_turn_or_one_alone(tmp_path: Path, class_index: int | None, classes: str) -> None:
    bench = bench_of("classed", tmp_path)
    own = bench.shelf.store.get("classed").card.hash
    line = record("shift_x", [1.0] + [0.0] * 7, X_SD)
    bench.shelf.save(own, "factor-byhand", [replace(line, generator_hash=own)])
    wanted = params((line.id, EVEN), count=4, class_index=class_index, model="classed")
    table, told, _ = artifacts(SampleJob(wanted, bench), tmp_path / "out")
    assert "".join(row["class"] for row in table) == classes
    assert told["measured_by"] == [None]


def test_truncation_may_end_at_a_style_row(tmp_path: Path) -> None:
    bench = bench_of("small", tmp_path)
    own = bench.shelf.store.get("small").card.hash
    line = record("shift_x", [1.0] + [0.0] * (bench.generator.spec.z_dim - 1), X_SD)
    bench.shelf.save(own, "factor-byhand", [replace(line, generator_hash=own)])

    def drawn(**more: object) -> tuple[dict[str, str], bytes]:
        out = tmp_path / str(len(list(tmp_path.iterdir())))
        wanted = params((line.id, EVEN), count=1, model="small", psi=0.3, **more)
        table, _, _ = artifacts(SampleJob(wanted, bench), out)
        with zipfile.ZipFile(out / "samples.zip") as packed:
            return table[0], packed.read(table[0]["file"])

    (whole, all_rows), (row, early) = drawn(), drawn(psi_cutoff=1)
    assert (whole["psi_cutoff"], row["psi_cutoff"]) == ("", "1")
    assert all_rows != early
    with pytest.raises(InvalidParams, match="style rows"):
        SampleJob(params((line.id, EVEN), model="small", psi_cutoff=64), bench)
