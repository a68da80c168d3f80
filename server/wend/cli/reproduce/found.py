"""Found factors of an experiment: found once, kept in its folder, gone on with after a break."""

import json
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

if TYPE_CHECKING:
    import torch

    from wend.library.factor_record import Factor
    from wend.library.walk_record import WalkRecord
    from wend.methods.factor.params import FactorParams
    from wend.methods.factor.records import Records
    from wend.methods.workbench import Workbench

CHECKPOINT_S = 10.0
FOUND, STATE, ARTIFACTS = "found.json", "state.safetensors", "artifacts"


@dataclass(frozen=True)
class FoundFactor:
    """A factor as it lies on a shelf, and what it took. records: all of its trajectories; seconds: of the
    processor, over all sittings; looked: pictures that a gradient went through, about."""

    record: "WalkRecord"
    records: "Records"
    seconds: float
    looked: int

    @property
    def factor(self) -> "Factor":
        assert self.record.factor is not None
        return self.record.factor


class Finder(Protocol):
    """Who finds factors: the job, or whoever has some."""

    def __call__(
        self, params: "FactorParams", bench: "Workbench", folder: Path, label: str
    ) -> FoundFactor: ...


def find_factor(params: "FactorParams", bench: "Workbench", folder: Path, label: str) -> FoundFactor:
    """The factor that the job `factor` finds with `params`, on a shelf in `folder` and on no other.

    Raises: as the job: InvalidInput where nothing moves, or too little; InvalidParams.
    """
    from wend.jobs.local import job_id
    from wend.library.models import hash_of
    from wend.library.shelf import Shelf
    from wend.methods.factor.records import Records
    from wend.optim.checkpoint import load_checkpoint

    key = job_id("factor", params.model_dump(mode="json"), hash_of(bench.generator))
    place = folder / key
    own = replace(bench, shelf=Shelf(bench.shelf.store, folder / "shelf"))
    if not (place / FOUND).exists():
        _run(params, own, place, label)
    told = json.loads((place / FOUND).read_text(encoding="utf-8"))
    record = own.shelf.get(bench.model, told["walk"])
    kept = load_checkpoint(place / ARTIFACTS / "trajectories.safetensors")
    records = Records(**cast("dict[str, torch.Tensor]", kept["records"]))
    return FoundFactor(record, records, told["seconds"], told["looked"])


def _run(params: "FactorParams", bench: "Workbench", place: Path, label: str) -> None:
    """The job, from where it was broken off, with its artifacts and its walk in the end."""
    from wend.errors import CheckpointInvalid
    from wend.methods.factor.job import FactorJob
    from wend.optim.checkpoint import load_checkpoint, save_checkpoint

    (place / ARTIFACTS).mkdir(parents=True, exist_ok=True)
    job, spent = FactorJob(params, bench), 0.0
    if (place / STATE).exists():
        try:
            state = load_checkpoint(place / STATE)
            job.load_state_dict(cast("dict[str, object]", state["job"]))
            spent = float(str(state["seconds"]))
        except (CheckpointInvalid, ValueError, KeyError):
            job, spent = FactorJob(params, bench), 0.0
    began, saved = time.process_time() - spent, time.monotonic()
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        shown = bar.add_task(label, total=1.0)
        is_done = False
        while not is_done:
            report = job.step()
            is_done = report.is_done
            bar.update(shown, completed=report.fraction)
            if not is_done and job.is_at_rest and time.monotonic() - saved > CHECKPOINT_S:
                spent = time.process_time() - began
                save_checkpoint(place / STATE, {"job": job.state_dict(), "seconds": spent})
                saved = time.monotonic()
    outcome = job.finish(place / ARTIFACTS)
    looked = job.trajectories.updates * 2 * params.starts
    told = {"walk": outcome.walks[0], "seconds": time.process_time() - began, "looked": looked}
    (place / FOUND).write_text(json.dumps(told) + "\n", encoding="utf-8")
    (place / STATE).unlink(missing_ok=True)
