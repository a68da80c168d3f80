"""Manifold job: finds a chain slice by slice - where to begin, then more and more frames - and shelves it."""

from collections.abc import Generator
from pathlib import Path
from typing import cast

import torch
from torch import Tensor

from wend.errors import Diverged
from wend.library.models import hash_of
from wend.measure.slices import finish as finish_slices
from wend.methods.manifold.build import ManifoldTask, manifold_task
from wend.methods.manifold.measure import ChainReport, measure_chain
from wend.methods.manifold.params import ManifoldParams
from wend.methods.manifold.result import Found, leave
from wend.methods.manifold.stage import (
    Measured,
    first_chain,
    known_start,
    longer_chain,
    objective_of,
    pull_of,
    stage_run,
)
from wend.methods.manifold.start import measured_start, slices_of_start
from wend.methods.workbench import Workbench
from wend.optim.job import Job, Outcome, SliceReport
from wend.optim.optimization import Optimization

_PREVIEW = 9
# Forward and backward against forward alone, measured: 3. A slice of the start draws once.
_GRADIENT = 3


def build_manifold(params: ManifoldParams, workbench: Workbench) -> Job:
    """The job that finds the chain `params` ask for. Raises: as `manifold_task`."""
    return ManifoldJob(manifold_task(params, workbench), workbench)


class ManifoldJob:
    """Look where the region can go, optimise few frames, then twice as many, up to all, then draw them.

    The same parameters on the same weights give the same chain, bit for bit on a CPU with as many threads.
    """

    def __init__(self, task: ManifoldTask, bench: Workbench) -> None:
        self.task = task
        self._bench = bench
        self._hash = hash_of(bench.generator)
        self._sizes = task.params.stages()
        self._known = known_start(task)
        self._stage = 0
        self._measured: Measured | None = None
        self._before: float | None = None
        self._first_losses: dict[str, float] = {}
        self._broken = ""
        self._run: Optimization | None = None
        self._done_updates = 0
        self._chain: Tensor | None = None  # the found one, once all stages are over
        self._report: ChainReport | None = None
        self._slices = self._begun = 0
        self._work: Generator[None, None, None] | None = self._begin()

    @property
    def is_at_rest(self) -> bool:
        return self._run is None or self._run.is_at_rest

    @property
    def report(self) -> ChainReport | None:
        """What the finished chain was measured to do."""
        return self._report

    @property
    def measured(self) -> Measured | None:
        """c and sigma, once they are known."""
        return self._measured

    @property
    def energy_before(self) -> float | None:
        """Of the full chain that the search begins with, once it is known."""
        return self._before

    @property
    def is_full_length(self) -> bool:
        """Whether all frames are being pulled."""
        return self._run is not None and self._sizes[self._stage] == self.task.params.frames

    @property
    def chain(self) -> Tensor | None:
        """Displacements float32 [frames, rows, D] as they are now; None before there are any."""
        if self._run is not None:
            return objective_of(self._run).chain.detach()
        return self._chain

    def step(self) -> SliceReport:
        """One slice of the search for a start, a few frames' gradient, or a few frames drawn."""
        if self._work is not None:
            self._slices += 1
            looking = "Looking what can change there" if self._known is None else "Drawing the start"
            label = looking if self._chain is None else "Drawing the frames"
            try:
                next(self._work)
            except StopIteration:
                self._work = None
            if self._report is not None and self._work is None:
                return self._say("Done", is_done=True)
            return self._say(label)
        assert self._run is not None, "work or a run is at hand until the end"
        label = f"Pulling {self._sizes[self._stage]} frames"
        try:
            self._run.step()
            is_over = self._run.is_done
        except Diverged as error:
            # Its parameters are the last ones that were of use.
            self._broken, is_over = error.sentence, True
        if is_over:
            self._next_stage(self._run)
        return self._say(label)

    def _begin(self) -> Generator[None, None, None]:
        task, params = self.task, self.task.params
        start = self._known
        if start is None:
            start = yield from measured_start(task.scene, task.sight, task.mask, task.wanted)
        self._measured = Measured(start.c, start.sigma)
        whole = first_chain(params, start, params.frames)
        report = yield from self._measure(whole)
        self._before = report.energy
        self._run = stage_run(task, 0, first_chain(params, start, self._sizes[0]), self._measured)
        self._begun = self._slices

    def _next_stage(self, run: Optimization) -> None:
        task, params = self.task, self.task.params
        assert self._measured is not None
        chain = objective_of(run).chain.detach()
        self._done_updates += run.updates
        self._stage += 1
        if self._stage < len(self._sizes) and not self._broken:
            longer = longer_chain(params, chain, self._sizes[self._stage])
            self._run = stage_run(task, self._stage, longer, self._measured)
            return
        self._end_with(longer_chain(params, chain, params.frames))

    def _end_with(self, chain: Tensor) -> None:
        self._run, self._chain = None, chain
        self._work = self._end(chain)

    def _end(self, chain: Tensor) -> Generator[None, None, None]:
        self._report = yield from self._measure(chain)

    def _measure(self, chain: Tensor) -> Generator[None, None, ChainReport]:
        task = self.task
        assert self._measured is not None
        pull = pull_of(task.params, self._measured, len(chain))
        return (yield from measure_chain(chain, task.scene, task.sight, task.mask, pull))

    # -- how far it is ----------------------------------------------------------------------------

    def _say(self, label: str, is_done: bool = False) -> SliceReport:
        run = self._run
        updates = self._done_updates + (0 if run is None else run.updates)
        if run is not None and run.losses:
            self._first_losses = dict(run.losses)
        fraction = 1.0 if is_done else min(self._work_done() / self._work_all(), 1.0 - 1e-9)
        return SliceReport(fraction, label, is_done, updates, dict(self._first_losses))

    def _work_all(self) -> float:
        frames = self.task.params.frames / self.task.scene.chunk
        return (
            (slices_of_start(self.task.scene) if self._known is None else 0)
            + 2 * frames
            + sum(map(self._stage_work, range(len(self._sizes))))
        )

    def _stage_work(self, stage: int) -> float:
        chunks = -(-self._sizes[stage] // self.task.scene.chunk)
        return float(_GRADIENT * chunks * self.task.params.updates(stage))

    def _work_done(self) -> float:
        done = float(self._slices)
        over = len(self._sizes) if self._chain is not None else self._stage
        done += sum(map(self._stage_work, range(over)))
        if self._run is not None:
            chunks = -(-self._sizes[self._stage] // self.task.scene.chunk)
            done += _GRADIENT * (chunks * self._run.updates + self._run.chunk)
        return done

    # -- to stop, to look, to end -----------------------------------------------------------------

    def state_dict(self) -> dict[str, object]:
        """A search for the start that was stopped is begun again: it takes seconds, and ends the same."""
        return {
            "generator": self._hash,
            "stage": self._stage,
            "measured": None if self._measured is None else [self._measured.c, self._measured.sigma],
            "before": self._before,
            "losses": dict(self._first_losses),
            "broken": self._broken,
            "done_updates": self._done_updates,
            "slices": self._begun,
            "rate": None if self._run is None else self._run.settings.learning_rate,
            "optimization": None if self._run is None else self._run.state_dict(),
            "chain": self.chain,
        }

    def load_state_dict(self, state: dict[str, object]) -> None:
        """Raises: ValueError for a state of other weights or settings."""
        if state["generator"] != self._hash:
            raise ValueError("the state is of a generator with other weights")
        if state["chain"] is None:
            return
        c, sigma = cast("list[float]", state["measured"])
        chain = cast("Tensor", state["chain"]).to(self.task.scene.ws.device)
        self._measured = Measured(c, sigma)
        self._before = cast("float | None", state["before"])
        self._first_losses = dict(cast("dict[str, float]", state["losses"]))
        self._broken = cast("str", state["broken"])
        self._done_updates = cast("int", state["done_updates"])
        self._slices = self._begun = cast("int", state["slices"])
        self._stage = cast("int", state["stage"])
        self._work = None
        if state["optimization"] is None:
            self._end_with(chain)
            return
        rate = cast("float", state["rate"])
        self._run = stage_run(self.task, self._stage, chain, self._measured, rate)
        self._run.load_state_dict(cast("dict[str, object]", state["optimization"]))

    def preview(self) -> tuple[Tensor, int] | None:
        """The picture itself, then frames from the chain's beginning to its end."""
        chain = self.chain
        if chain is None:
            return None
        shown = torch.linspace(0, len(chain) - 1, min(len(chain), _PREVIEW)).round().long()
        with torch.no_grad():
            images = [self.task.scene.draw(frame[None]) for frame in chain[shown.to(chain.device)]]
        strip = torch.cat([self.task.scene.image, *images]).clamp(-1.0, 1.0)
        return strip, len(strip)

    def finish(self, folder: Path) -> Outcome:
        """The walk on the shelf; latents, frames, filmstrip, animation and path in `folder`."""
        if self._report is None and self._work is not None:
            # Killed after the last step: the frames are drawn again.
            finish_slices(self._work)
        assert self._report is not None
        assert self._chain is not None
        assert self._measured is not None
        found = Found(
            self._chain.cpu(), self._report, self._measured, self._before, self._done_updates, self._broken
        )
        return leave(self.task, found, self._bench, self._hash, folder)
