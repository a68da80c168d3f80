"""Small real jobs for tests: one that descends, two chunks an update, and one that steers analytic-disc."""

import json
import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from pydantic import BaseModel, ConfigDict, Field
from torch import Tensor

from wend.generators.generator import synthesize
from wend.jobs.recipe import InProcess, OnDevice, Recipe
from wend.methods.process_bench import ProcessBench
from wend.methods.workbench import Workbench
from wend.optim.job import Job, Outcome, SliceReport

CHUNKS = 2
HELD_S = 0.005  # between two looks at a leash


class ToyParams(BaseModel):
    """slice_s: a pause in every slice; crash_at: the update at which its process kills itself, once; leash: a
    file that says how many updates may be made, so that no machine is too fast for a test; when it is gone,
    or none is named, all of them; prepares: a file that is made when a job apart is being built, which lasts
    until it is gone."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str = "analytic-disc"
    updates: int = Field(default=40, ge=1, le=100_000)
    seed: int = 0
    slice_s: float = 0.0
    crash_at: int | None = None
    leash: str = ""
    fail_at: int | None = None
    prepares: str = ""


class ToyJob:
    """Moves a vector towards targets drawn at random, by Adam; every update has two chunks."""

    def __init__(self, params: ToyParams) -> None:
        self.params = params
        self.updates = 0
        self.previews = self.finishes = 0
        self._is_enough = False
        self._chunk = 0
        self._rng = torch.Generator().manual_seed(params.seed)
        self.vector = torch.zeros(8, requires_grad=True)
        self._optimizer = torch.optim.Adam([self.vector], lr=0.05)
        self._loss = 0.0

    @property
    def is_at_rest(self) -> bool:
        return self._chunk == 0

    def step(self) -> SliceReport:
        if self.params.slice_s:
            time.sleep(self.params.slice_s)
        if self.updates == self.params.fail_at:
            raise ValueError("the toy broke")
        if self._is_held():
            time.sleep(HELD_S)
        elif self.updates < self.params.updates:
            self._advance()
        if self.updates == self.params.crash_at and self.is_at_rest:
            os.kill(os.getpid(), 9)
        return self._report()

    def end_early(self) -> SliceReport:
        """Its vector as it is."""
        assert self.is_at_rest
        self._is_enough = True
        return self._report()

    def _report(self) -> SliceReport:
        return SliceReport(
            fraction=1.0 if self._is_enough else self.updates / self.params.updates,
            label=f"update {self.updates}",
            is_done=self._is_enough or self.updates >= self.params.updates,
            updates=self.updates,
            losses={"total": self._loss} if self.updates else {},
        )

    def _is_held(self) -> bool:
        if not self.params.leash:
            return False
        try:
            return self.updates >= int(Path(self.params.leash).read_text())
        except FileNotFoundError:
            return False

    def _advance(self) -> None:
        target = torch.randn(8, generator=self._rng)
        loss = self.loss(target)
        loss.backward()
        self._chunk += 1
        if self._chunk == CHUNKS:
            self._optimizer.step()
            self._optimizer.zero_grad()
            self._chunk = 0
            self.updates += 1
            self._loss = float(loss.detach())

    def loss(self, target: Tensor) -> Tensor:
        return (self.vector - target).square().mean()

    def state_dict(self) -> dict[str, object]:
        assert self.is_at_rest
        return {
            "vector": self.vector.detach(),
            "optimizer": self._optimizer.state_dict(),
            "rng": self._rng.get_state(),
            "updates": self.updates,
            "loss": self._loss,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:  # Any: a checkpoint's tree
        with torch.no_grad():
            self.vector.copy_(state["vector"])
        self._optimizer.load_state_dict(state["optimizer"])
        self._rng.set_state(state["rng"])
        self.updates, self._loss = state["updates"], state["loss"]

    def preview(self) -> tuple[Tensor, int] | None:
        self.previews += 1
        return self.vector.detach()[:, None, None, None].expand(8, 3, 4, 4).tanh(), 4

    def finish(self, folder: Path) -> Outcome:
        self.finishes += 1
        (folder / "vector.json").write_text(json.dumps(self.vector.tolist()))
        return Outcome({"loss": f"{self._loss:.4f}"}, ("toy/0",))


def unbroken(params: ToyParams) -> list[float]:
    """The vector of a job that ran without a stop."""
    job = ToyJob(params)
    while not job.step().is_done:
        pass
    vector: list[float] = job.vector.tolist()
    return vector


class DiscJob(ToyJob):
    """Learns a direction of analytic-disc that makes the picture brighter: renders, and goes back through."""

    def __init__(self, params: ToyParams, bench: Workbench) -> None:
        super().__init__(params)
        self._generator = bench.generator
        assert bench.generator.spec.w_dim <= 8

    def loss(self, target: Tensor) -> Tensor:
        width = self._generator.spec.w_dim
        w = (target + self.vector)[None, None, :width]
        image = synthesize(self._generator, w, self._generator.constant_noise())
        return -image.mean()


def build_toy(params: ToyParams, bench: Workbench) -> Job:
    return ToyJob(params)


def build_disc(params: ToyParams, bench: Workbench) -> Job:
    return DiscJob(params, bench)


def build_apart(params: ToyParams, bench: ProcessBench) -> Job:
    if params.prepares:
        Path(params.prepares).touch()
        while Path(params.prepares).exists():
            time.sleep(HELD_S)
    generator = bench.shelf.store.load(params.model, bench.device)
    return DiscJob(params, Workbench(params.model, generator, bench.shelf, bench.perception))


def _model(params: ToyParams) -> str:
    return params.model


def _title(params: ToyParams) -> str:
    return f"{params.updates} updates"


def _seed(params: ToyParams) -> int:
    return params.seed


def _recipes(recipes: Sequence[Recipe[Any]]) -> Mapping[str, Recipe[Any]]:
    return {recipe.kind: recipe for recipe in recipes}


TOYS = _recipes(
    (
        Recipe("toy", "Move a vector", "A toy.", ToyParams, OnDevice(build_toy), _model, _title, _seed,
               {"short": {"updates": 6}}),
        Recipe("disc", "Brighten a disc", "A toy.", ToyParams, OnDevice(build_disc), _model, _title, _seed),
        Recipe("apart", "Brighten apart", "A toy.", ToyParams, InProcess(build_apart), _model, _title, _seed),
    )
)  # fmt: skip
"""Recipes of these jobs, by kind."""
