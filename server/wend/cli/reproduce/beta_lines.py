"""Lines of the beta study: a factor of sprites found in z, by the job that finds factors."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.console import Console

from wend.errors import InvalidInput

if TYPE_CHECKING:
    from wend.measure.traversal import Placing
    from wend.methods.workbench import Workbench

EDITS = {"x": "shift_x", "y": "shift_y", "scale": "scale"}


@dataclass(frozen=True)
class Found:
    """A line of one factor; direction: u [z_dim] of norm 1; records it was fitted on, and those left out."""

    line: "Placing"
    direction: tuple[float, ...]
    kept: int
    rejected: int


@dataclass(frozen=True)
class LinePlan:
    """How long lines are looked for. starts: pictures that trajectories set out from; all else is as the job
    has it, but for the looks along the line, which only a curve needs."""

    starts: int = 60


QUICK = LinePlan(starts=20)


def find_line(bench: "Workbench", factor: str, plan: LinePlan) -> Found | str:
    """The line of one factor, or why there is none; told on stderr.

    Our own way of the job, not the published one: codes go down their own gradients, so what a decoder does
    not read stays where it is. Adam moves every number of a code as far, whether or not it is read, and so
    the line is partly along latents that say nothing, the more of which a higher beta leaves.
    Source: Plumerault, Le Borgne and Hudelot 2020, Algorithm 1.
    """
    from wend.latents.factor import FactorWalk
    from wend.methods.factor.job import FactorJob
    from wend.methods.factor.params import FactorParams
    from wend.methods.factor.records import kept

    params = FactorParams(
        model=bench.model, edit=EDITS[factor], space="z", psi=1.0, starts=plan.starts, along=0, anchor="zero"
    )
    job = FactorJob(params, bench)
    try:
        while job.found is None:
            job.step()
    except InvalidInput as error:
        return str(error)
    records = job.trajectories.records
    count = int(kept(records, params.threshold, params.worst).sum())
    left = float(records.left.median())
    Console(stderr=True).print(
        f"{bench.model}: {factor}: {count} of {len(records)} records, {left:.2f} of the change left"
    )
    line = FactorWalk.in_z(job.found.u, job.found.curve, job.found.seen).to(bench.device)
    return Found(line, tuple(job.found.u.tolist()), count, len(records) - count)
