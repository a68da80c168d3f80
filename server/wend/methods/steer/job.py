"""Steer job: learns a walk slice by slice, measures how far it can go, and puts it on the shelf."""

import csv
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

import torch
from torch import Tensor

from wend.library.models import hash_of
from wend.measure.limits import UsableRange
from wend.measure.probe import Probe
from wend.measure.walk_report import range_told
from wend.methods.edits.catalog import EDITS
from wend.methods.edits.edit import Edit
from wend.methods.steer.build import steer_task
from wend.methods.steer.effort import SteerEffort
from wend.methods.steer.params import SteerParams
from wend.methods.steer.ranges import SteerRanges
from wend.methods.steer.records import learned_walks, make_records, seed_showing
from wend.methods.workbench import Workbench
from wend.optim.job import Job, Outcome, SliceReport
from wend.optim.optimization import Optimization

_PREVIEW_NUMBER = 1
_PREVIEW_COLUMNS = 5


def build_steer(params: SteerParams, workbench: Workbench) -> Job:
    """The job that learns what `params` say. Raises: as `steer_task`."""
    return SteerJob(params, workbench)


# Below this share of the error at the start, a walk does something; above, next to nothing was learned.
_HARDLY = 0.9


def _verdict(first: float, last: float) -> str:
    """What became of the held-out loss, in words; a walk that learned nothing must not look like one."""
    share = 1.0 - last / first if first > 0.0 else 0.0
    if last > _HARDLY * first:
        return f"hardly anything: the error fell by {share:.0%}; give it more samples"
    return f"the error fell by {share:.0%}"


class SteerJob:
    """Learn, then measure the usable range of every walk learned; `finish` shelves them as one family.

    The same parameters on the same weights give the same walks, bit for bit on a CPU with as many threads.
    """

    def __init__(self, params: SteerParams, workbench: Workbench, edits: Mapping[str, Edit] = EDITS) -> None:
        self._bench = workbench
        # Of what is in memory: the card on disk may be of newer weights already.
        self._hash = hash_of(workbench.generator)
        self.task = steer_task(params, workbench, edits)
        self.optimization = Optimization(self.task.objective, params.optimization)
        self._effort = SteerEffort(self.task, self.optimization)
        # What the parameters leave to the edit's file and the model's card.
        self._asked: dict[str, object] = {
            "edit": self.task.edit.source, "psi": self.task.psi, "reach": self.task.reach
        }  # fmt: skip
        self._ranges: Sequence[UsableRange] = ()
        self._measuring: SteerRanges | None = None

    @property
    def is_at_rest(self) -> bool:
        return self.optimization.is_at_rest

    def step(self) -> SliceReport:
        """A target, one sample's gradient, one held-out pair, or two pictures of the measuring."""
        if not self.optimization.is_done:
            self.optimization.step()
            return self._report(f"Learning {self.task.edit.title.lower()}")
        if self._measuring is None:
            self._measuring = SteerRanges(self.task, self._bench.generator)
        if self._measuring.step():
            self._ranges = self._measuring.found
            return self._report("Done", is_done=True)
        return self._report("Measuring how far it can go")

    def _report(self, label: str, is_done: bool = False) -> SliceReport:
        run = self.optimization
        losses = dict(run.losses)
        if run.checks:
            losses["held out"] = run.checks[-1].loss
        fraction = 1.0 if is_done else self._effort.fraction(self._measuring)
        return SliceReport(fraction, label, is_done, run.updates, losses)

    def state_dict(self) -> dict[str, object]:
        """What was measured in part is measured again after a stop: it takes seconds, and ends the same."""
        return {
            "generator": self._hash,
            "asked": self._asked,
            "optimization": self.optimization.state_dict(),
            "ranges": [[r.low, r.high, r.strength] for r in self._ranges],
        }

    def load_state_dict(self, state: dict[str, object]) -> None:
        """Raises: ValueError for a state of other weights or settings."""
        if state["generator"] != self._hash:
            raise ValueError("the state is of a generator with other weights")
        if state["asked"] != self._asked:
            raise ValueError("the edit's file, the truncation or the reach has changed since")
        self.optimization.load_state_dict(cast("dict[str, object]", state["optimization"]))
        ranges = cast("list[list[float]]", state["ranges"])
        self._ranges = [UsableRange(low, high, strength) for low, high, strength in ranges]
        self._measuring = None

    def preview(self) -> tuple[Tensor, int] | None:
        """One picture along the first walk, from one end of the trained range to the other."""
        generator, first = self._bench.generator, learned_walks(self.task)[0]
        walk, seed = (
            first.walk.to(generator.device),
            seed_showing(first.class_index, _PREVIEW_NUMBER, generator.spec.c_dim),
        )
        probe = Probe(generator, self.task.psi, [seed])
        shares = torch.linspace(-1.0, 1.0, _PREVIEW_COLUMNS).tolist()
        with torch.no_grad():
            strip = [probe.render(slice(0, 1), walk, self.task.reach * share) for share in shares]
        return torch.cat(strip), _PREVIEW_COLUMNS

    def finish(self, folder: Path) -> Outcome:
        """`folder` of artifacts lies in the job's own. Raises: InvalidInput where nothing was learned."""
        run, task = self.optimization, self.task
        job = re.sub("[^a-z0-9]", "", folder.parent.name.lower())[:6]
        family = f"steer-{task.edit.name.replace('_', '-')}-{job}"
        first, last = run.checks[0].loss, cast("float", run.result_loss)
        made_with: dict[str, str | bool | int | float] = {
            "updates": run.updates, "held_out_loss": last, "threads": torch.get_num_threads()
        }  # fmt: skip
        records = make_records(task, self._bench.generator, self._hash, family, self._ranges, made_with)
        self._bench.shelf.save(self._hash, family, records)
        with (folder / "held-out.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(("update", f"held-out {task.params.loss}"))
            writer.writerows((check.update, repr(check.loss)) for check in run.checks)
        facts = {
            "learned": _verdict(first, last),
            "held-out loss": f"{last:.4g} (at the start {first:.4g})",
            "updates": f"{run.updates} of at most {run.settings.updates}",
            "trained": range_told(-task.reach, task.reach, task.edit.unit),
        }
        if run.rollbacks:
            facts["went back"] = f"{run.rollbacks} times, where the loss was not finite"
        for record in records[:6]:
            name = "usable" if len(records) == 1 else f"usable, {record.key}"
            facts[name] = range_told(record.low, record.high, record.unit)
        return Outcome(facts=facts, walks=tuple(record.id for record in records))
