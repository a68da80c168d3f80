"""The job as published: from its start beside the picture to what it ends with where a loss is no number."""

from itertools import pairwise
from pathlib import Path

import pytest
import torch

from tests.methods.manifold.manifold_bench import TOY, manifold_bench
from wend.methods.manifold.job import ManifoldJob, build_manifold
from wend.methods.manifold.params import ManifoldParams
from wend.methods.workbench import Workbench
from wend.optim.job import SliceReport


def _job(params: ManifoldParams, bench: Workbench) -> ManifoldJob:
    job = build_manifold(params, bench)
    assert isinstance(job, ManifoldJob)
    return job


def _run(job: ManifoldJob) -> list[SliceReport]:
    reports = [job.step()]
    while not reports[-1].is_done:
        reports.append(job.step())
    return reports


def test_the_published_start_is_not_measured_first_and_holds_c_against_nothing(tmp_path: Path) -> None:
    bench, generator = manifold_bench(tmp_path)
    job = _job(TOY.model_copy(update={"start": "line", "c": 900.0, "sigma": 1.0, "calls": 2}), bench)
    before = sum(generator.batches)
    first = job.step()
    while job.energy_before is None:
        job.step()
    # The chain's own frames, for the energy that it begins with, and no rays.
    assert sum(generator.batches) - before == 5
    assert first.label == "Drawing the start"
    reports = _run(job)
    assert job.measured is not None
    assert (job.measured.c, job.measured.sigma) == (900.0, 1.0)
    fractions = [report.fraction for report in reports]
    assert fractions == sorted(fractions)
    # What is left out of the start must not be counted as done or still to do.
    assert max(b - a for a, b in pairwise(fractions)) < 0.2


def test_a8_a_loss_that_is_no_number_ends_with_the_last_finite_chain_and_says_so(tmp_path: Path) -> None:
    bench, generator = manifold_bench(tmp_path)
    params = TOY.model_copy(update={"stops_at_once": True, "calls": 200})
    job = _job(params, bench)
    while job.step().updates < 30:
        pass
    assert job.chain is not None
    generator.breaks_after = len(generator.batches) + 2
    while job.step().label.startswith("Pulling"):
        pass
    generator.breaks_after = None
    chain = job.chain.clone()
    assert bool(torch.isfinite(chain).all())
    _run(job)
    (tmp_path / "0123456789ab" / "artifacts").mkdir(parents=True)
    outcome = job.finish(tmp_path / "0123456789ab" / "artifacts")
    assert "not finite" in outcome.facts["ended early"]
    assert int(outcome.facts["updates"]) < 40
    record = bench.shelf.get("toy", outcome.walks[0])
    assert record.chain is not None
    assert torch.allclose(record.chain.displacements[:, 2:6], chain)


@pytest.mark.parametrize(("breaks_at", "kept_at"), [(29, 24), (33, 32), (31, 24)])
def test_a8_what_is_gone_back_to_is_the_end_of_the_call_before(
    breaks_at: int, kept_at: int, tmp_path: Path
) -> None:
    bench, generator = manifold_bench(tmp_path)
    asked = {"start": "line", "method": "lbfgs", "inner": 8, "sigma": 1.0, "stops_at_once": True}
    job = _job(ManifoldParams.model_validate(TOY.model_dump() | asked), bench)
    ends: dict[int, torch.Tensor] = {}
    while (updates := job.step().updates) < breaks_at:
        if job.is_at_rest and job.chain is not None and updates not in ends:
            ends[updates] = job.chain.clone()
    generator.breaks_after = len(generator.batches)
    while job.step().label.startswith("Pulling"):
        pass
    generator.breaks_after = None
    assert job.chain is not None
    assert torch.equal(job.chain, ends[kept_at])
    assert not torch.equal(job.chain, ends[breaks_at // 10 * 10])
