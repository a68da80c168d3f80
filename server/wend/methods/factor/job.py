"""Factor job: trajectories, a line, a look along it and a curve; a calibrated slider on the shelf."""

import csv
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, cast

import torch
from torch import Tensor

from wend.errors import InvalidInput
from wend.latents.factor import PRIOR_SD
from wend.library.models import hash_of
from wend.methods.factor.along import LineLook, mean_line, positions
from wend.methods.factor.edits import FACTOR_EDITS, FactorEdit
from wend.methods.factor.looks import Looks, find_reader
from wend.methods.factor.model import Changes, Fit, begin_fit, end_fit
from wend.methods.factor.params import FactorParams
from wend.methods.factor.records import LEAST_KEPT, Records, kept
from wend.methods.factor.result import factor_facts, factor_record
from wend.methods.factor.task import factor_task
from wend.methods.factor.trajectories import Trajectories
from wend.methods.workbench import Workbench
from wend.optim.checkpoint import save_checkpoint
from wend.optim.job import Job, Outcome, SliceReport
from wend.optim.optimization import Optimization

Phase = Literal["trajectories", "along", "fit", "looks", "done"]

_STILL = 0.85
"""Share of the difference left, at the median of the first pictures, above which nothing followed."""
_INVISIBLE = 1e-6
"""Loss of a picture against its own edit below which the edit changes nothing."""
_LEAST_OWN = 0.3
"""What a line must have of its own, of 1, once those it is to be clear of were taken out."""
_PREVIEW_COLUMNS = 5


def build_factor(params: FactorParams, workbench: Workbench) -> Job:
    """The job that finds what `params` say. Raises: as `factor_task`."""
    return FactorJob(params, workbench)


class FactorJob:
    """Find one factor; `finish` shelves it.

    The same parameters on the same weights give the same factor, bit for bit on a CPU with as many threads.

    Raises, in `step`: InvalidInput where nothing moves (after the first edits, within seconds), where too few
    trajectories are left, or where the factor is one of those it was to be clear of.
    """

    def __init__(
        self, params: FactorParams, workbench: Workbench, edits: Mapping[str, FactorEdit] = FACTOR_EDITS
    ) -> None:
        self._bench = workbench
        self._hash = hash_of(workbench.generator)
        self.task = factor_task(params, workbench, edits)
        self.trajectories: Trajectories = self.task.begin()
        self._reader = find_reader(self.task, workbench)
        self.phase: Phase = "trajectories"
        self._look: LineLook | None = None
        self._line: Tensor | None = None
        self._size = 0.0
        self._cosines: tuple[float, ...] = ()
        self._fit: Optimization | None = None
        self._changes: Changes | None = None
        self._looks: Looks | None = None
        self.found: Fit | None = None

    @property
    def is_at_rest(self) -> bool:
        """Looks are made anew after a stop: they take seconds, and end the same."""
        if self.phase == "trajectories":
            return self.trajectories.is_at_rest
        return self._fit is None or self._fit.is_at_rest

    def step(self) -> SliceReport:
        """A picture there and back, a look, an update of the curve, or a picture of the measuring."""
        match self.phase:
            case "trajectories":
                before = self.trajectories.stage
                self.trajectories.step()
                if before == 0 and self.trajectories.stage == 1:
                    self._ensure_it_moves(self.trajectories.records)
                if self.trajectories.is_done:
                    self._end_trajectories()
            case "along":
                assert self._look is not None
                if self.trajectories.is_painting:
                    self.trajectories.step()
                    return self._report()
                self._look.step()
                if self._look.is_done:
                    self._begin_fit(self._look.changes, self._line)
            case "fit":
                self._step_fit()
            case "looks":
                assert self._looks is not None
                self._looks.step()
                if self._looks.is_done:
                    self.phase = "done"
            case "done":
                pass
        return self._report()

    def _ensure_it_moves(self, records: Records) -> None:
        """Raises: InvalidInput."""
        title = self.task.edit.title
        if float(records.before.median()) < _INVISIBLE:
            raise InvalidInput(f"{title}: the edit changes nothing in these pictures, so there is no factor.")
        left = float(records.left.median())
        if left > _STILL:
            raise InvalidInput(
                f"{title}: nothing moves. Of the smallest edit the generator could follow {1.0 - left:.0%}, "
                "so it has no such factor, or too few updates to show it."
            )

    def _end_trajectories(self) -> None:
        """Raises: InvalidInput for too few that are of use, or a line that is another factor's."""
        params = self.task.params
        records = self.trajectories.records
        good = records.take(kept(records, params.threshold, params.worst))
        least = min(LEAST_KEPT, len(records))
        if len(good) < least:
            raise InvalidInput(
                f"Only {len(good)} of {len(records)} edited pictures could be drawn well enough; {least} are "
                "needed. Give it more starts or updates, or smaller edits."
            )
        self._changes = Changes(good.start, good.code, self._added(good.t), good.path)
        if params.line == "changes" or params.form == "released":
            self._begin_fit(self._changes, None)
            return
        line, self._size = mean_line(good.start, good.code, self._changes.added)
        rows = self.task.others.double()
        self._cosines = tuple((rows @ line).tolist())
        line = line - rows.T @ (rows @ line)
        self._ensure_own(float(line.norm()))
        self._line = (line / line.norm()).float()
        if params.along == 0:
            self._begin_fit(self._changes, self._line)
            return
        self.phase = "along"
        paths = [int(path) for path in good.path.unique()]
        reach = self.task.strengths[-1]
        self._look = LineLook(
            self.trajectories, self.task.edit, self._line, self._size, paths, positions(params.along), reach,
            self._bench.generator.spec.resolution,
        )  # fmt: skip

    def _ensure_own(self, own: float) -> None:
        if own < _LEAST_OWN:
            raise InvalidInput(
                f"{self.task.edit.title} goes along the line of a factor it is to be clear of: {own:.0%} of "
                "it are its own."
            )

    def _added(self, t: Tensor) -> Tensor:
        is_published = self.task.is_published
        return torch.tensor([self.task.edit.added(x, is_published) for x in t.tolist()], dtype=torch.float64)

    def _begin_fit(self, changes: Changes, line: Tensor | None) -> None:
        if len(changes.path.unique()) < 2:
            raise InvalidInput(
                "Along the line nothing moves by an amount that can be told; give more starts."
            )
        self.phase, self._changes, self._line = "fit", changes, line
        self.trajectories.let_go()
        self._fit = begin_fit(changes, self.task.fit_plan, self.task.others, line)

    def _step_fit(self) -> None:
        assert self._fit is not None
        assert self._changes is not None
        if not self._fit.is_done:
            self._fit.step()
        if self._fit.is_done:
            self.found = end_fit(self._fit, self._changes, self.task.fit_plan)
            self._ensure_own(max(0.0, 1.0 - sum(c * c for c in self.found.cosines)) ** 0.5)
            self._ensure_rise(self.found)
            self._begin_looks()

    def _ensure_rise(self, found: Fit) -> None:
        low, high = found.curve(torch.tensor([-PRIOR_SD, PRIOR_SD])).tolist()
        if not high > low:
            raise InvalidInput(f"{self.task.edit.title}: nothing along the line found changes the pictures.")

    def _begin_looks(self) -> None:
        assert self.found is not None
        self.phase = "looks"
        self._looks = Looks(self.task, self.found, self._reader)

    def _report(self) -> SliceReport:
        label = {
            "trajectories": f"Following edits: {self.task.edit.title.lower()}",
            "along": "Looking along the line",
            "fit": "Calibrating",
            "looks": "Looking at fresh pictures",
            "done": "Done",
        }[self.phase]
        losses = dict(self.trajectories.losses)
        if self._fit is not None:
            losses["calibration"] = self._fit.losses.get("fit", 0.0)
        return SliceReport(
            self._fraction(), label, self.phase == "done", self.trajectories.updates, losses
        )  # fmt: skip

    def _fraction(self) -> float:
        """Stretches weigh what they take: an update of a picture twice a look at one, the fit a second."""
        params = self.task.params
        work = {
            "trajectories": 4.0 * params.starts * len(self.task.strengths) * params.updates,
            "along": float(params.starts * params.along),
            "fit": 0.1 * params.fit_updates,
            "looks": 1.5 * params.looks,
        }
        names = list(work)
        if self.phase == "done":
            return 1.0
        share = {
            "trajectories": self.trajectories.fraction,
            "along": 0.0 if self._look is None else self._look.done / max(self._look.total, 1),
            "fit": 0.0 if self._fit is None else self._fit.fraction,
            "looks": 0.0 if self._looks is None else self._looks.fraction,
        }
        done = sum(work[name] for name in names[: names.index(self.phase)])
        return (done + work[self.phase] * share[self.phase]) / sum(work.values())

    def state_dict(self) -> dict[str, object]:
        changes = self._changes
        return {
            "generator": self._hash,
            "edit": self.task.edit.source,
            "phase": self.phase,
            "trajectories": self.trajectories.state_dict(),
            "size": self._size,
            "line": self._line,
            "cosines": list(self._cosines),
            "changes": None if changes is None or self._fit is None else changes.tensors(),
            "fit": None if self._fit is None else self._fit.state_dict(),
        }

    def load_state_dict(self, state: dict[str, object]) -> None:
        """Raises: ValueError for a state of other weights, edits or starts."""
        if state["generator"] != self._hash:
            raise ValueError("the state is of a generator with other weights")
        if state["edit"] != self.task.edit.source:
            raise ValueError("the edit's file has changed since")
        self.trajectories.load_state_dict(cast("dict[str, object]", state["trajectories"]))
        phase = cast("Phase", state["phase"])
        self.phase, self._look, self._fit, self._looks = "trajectories", None, None, None
        if phase == "trajectories" or state["fit"] is None:
            if self.trajectories.is_done:
                self._end_trajectories()
            return
        self._size = cast("float", state["size"])
        self._cosines = tuple(cast("list[float]", state["cosines"]))
        changes = Changes(**cast("dict[str, Tensor]", state["changes"]))
        self._begin_fit(changes, cast("Tensor | None", state["line"]))
        assert self._fit is not None
        self._fit.load_state_dict(cast("dict[str, object]", state["fit"]))
        if phase != "fit":
            self._step_fit()

    def preview(self) -> tuple[Tensor, int] | None:
        """The first start's pictures from the lowest edit to the highest; None before the first are found."""
        codes = self.trajectories.shown(0)
        if codes is None:
            return None
        few = torch.linspace(0, len(codes) - 1, min(len(codes), _PREVIEW_COLUMNS)).round().long()
        drawn = self.trajectories.picture(0, codes[few.to(codes.device)])
        return drawn.clamp(-1.0, 1.0), len(drawn)

    def finish(self, folder: Path) -> Outcome:
        """`folder` of artifacts lies in the job's own."""
        assert self.found is not None
        assert self._looks is not None
        job = re.sub("[^a-z0-9]", "", folder.parent.name.lower())[:6]
        family = f"factor-{self.task.edit.name.replace('_', '-')}-{job}"
        records = self.trajectories.records
        cosines = self.task.cosines(self.found.cosines if self._line is None else self._cosines)
        told = self._looks.told
        record = factor_record(self.task, self.found, told, records, cosines, self._hash, family)
        self._bench.shelf.save(self._hash, family, [record])
        self._write(folder, records)
        return Outcome(
            facts=factor_facts(self.task, self.found, told, record, records, cosines), walks=(record.id,)
        )  # fmt: skip

    def _write(self, folder: Path, records: Records) -> None:
        good = kept(records, self.task.params.threshold, self.task.params.worst)
        columns = (records.path, records.classes, records.t, records.loss, records.before, good)
        rows = zip(*(column.tolist() for column in columns), strict=True)
        with (folder / "trajectories.csv").open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(("start", "class", "t", "loss", "loss of the start", "kept"))
            writer.writerows(rows)
        save_checkpoint(folder / "trajectories.safetensors", {"records": dict(records.tensors())})
