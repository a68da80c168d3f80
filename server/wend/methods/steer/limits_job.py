"""Limits job: looks along one walk until it is known how far it goes, and notes that on the shelf."""

from pathlib import Path
from typing import cast

import torch
from torch import Tensor

from wend.imaging.contact_sheet import save_sheet
from wend.imaging.pixels import to_images, to_uint8
from wend.library.models import hash_of
from wend.measure.card_world import world_of
from wend.measure.export import Cell, to_csv, to_json
from wend.measure.probe import Probe
from wend.measure.report.page import render_report
from wend.measure.seeds import WORLD_SEED
from wend.measure.slices import Sliced, finish
from wend.measure.walk_aim import aim_of
from wend.measure.walk_judge import choose_seat, open_judge
from wend.measure.walk_limits import WalkLimits, judge_walk, strengths
from wend.measure.walk_report import filmstrip, range_told, walk_facts, walk_report
from wend.measure.walk_response import slices_of_sum
from wend.measure.walk_steps import WalkLook
from wend.measure.walk_world import WorldLook
from wend.methods.edits.walk import edit_of, most_of, range_of, seeds_of
from wend.methods.steer.limits_params import LimitsParams
from wend.methods.workbench import Workbench
from wend.optim.job import Outcome, SliceReport

_SHOWN = 4
_GREY = 128


class LimitsJob:
    """Four stretches: a filmstrip, the world's pictures, the seeds at every strength, and the sum of it.

    A slice is one picture on a CPU, a few on a GPU. The last stretch takes a second or two and is not
    kept: a job resumed in it sums up anew, from the same numbers.
    """

    def __init__(self, params: LimitsParams, bench: Workbench) -> None:
        self._params, self._bench = params, bench
        self._card = bench.shelf.store.get(params.model).card
        self._record = bench.shelf.get(params.model, params.walk)
        self._world = world_of(self._card)
        self._seat = choose_seat(bench.perception, self._world, self._card, self._record.settings)
        self._judge = open_judge(bench.perception, self._seat, bench.device)
        self._aim = aim_of(self._record, self._card.resolution, params.factor)
        folder = bench.perception.trust.edits_dir
        most = most_of(self._record, self._card.resolution, folder)
        self._trained = range_of(self._record, params.low, params.high, most)
        self._alphas = strengths(*self._trained, params.steps, params.beyond, most)
        self._is_cut = max(-self._trained[0], self._trained[1]) * params.beyond > most
        self._psi = self._record.psi if params.psi is None else params.psi
        first = params.seed * params.seeds
        seeds = seeds_of(self._record, first, params.seeds, bench.generator.spec.c_dim)
        self._probe = Probe(bench.generator, self._psi, seeds)
        self._walk = self._record.walk.to(bench.device)
        batch = max(1, self._probe.chunk // 2)
        edit = edit_of(self._record, folder)
        self._has_edit = edit is not None
        self._look = WalkLook(self._probe, self._walk, self._alphas, self._judge, edit, batch)
        self._batch = batch
        self._world_look = WorldLook(
            self._world, self._judge, params.world_pictures, WORLD_SEED + params.seed,
            self._card.resolution, bench.device, batch,
        )  # fmt: skip
        self._strip: list[Tensor] = []
        self._summing: Sliced[WalkLimits] | None = None
        self._summed = 0
        self._limits: WalkLimits | None = None

    # -- slices -----------------------------------------------------------------------------------

    @property
    def _strip_steps(self) -> int:
        return _SHOWN * len(self._alphas)

    @property
    def _taken(self) -> int:
        return len(self._strip) + self._world_look.taken + self._look.taken + self._summed

    @property
    def _total(self) -> int:
        looks = self._world_look.total + self._look.total
        return self._strip_steps + looks + slices_of_sum(len(self._alphas))

    def step(self) -> SliceReport:
        """One picture, or one part of the sum. Raises: InvalidInput for a factor that cannot judge."""
        if len(self._strip) < self._strip_steps:
            self._show_one()
            label = "Drawing the filmstrip"
        elif not self._world_look.is_done:
            self._world_look.step()
            label = f"Looking at pictures of {self._world.name}"
            if self._world_look.is_done and self._aim is not None:
                self._world_look.result().require(self._aim.attribute)
        elif not self._look.is_done:
            self._look.step()
            label = f"Looking along {self._record.title}"
        else:
            self._sum_up()
            label = "Summing up"
        is_done = self._limits is not None
        return SliceReport(1.0 if is_done else self._taken / self._total, label, is_done)

    def _show_one(self) -> None:
        seed, place = divmod(len(self._strip), len(self._alphas))
        alpha = self._alphas[place]
        with torch.no_grad():
            image = self._probe.render(slice(seed, seed + 1), self._walk if alpha else None, alpha)
        self._strip.append(to_uint8(image)[0].cpu())

    def _sum_up(self) -> None:
        if self._summing is None:
            self._summing = self._sum()
        try:
            next(self._summing)
            self._summed += 1
        except StopIteration as stop:
            self._limits = stop.value

    def _sum(self) -> Sliced[WalkLimits]:
        steps, sight = self._look.result(), self._world_look.result()
        return judge_walk(steps, self._aim, sight, self._seat, self._trained, self._params.seed)

    # -- state ------------------------------------------------------------------------------------

    @property
    def is_at_rest(self) -> bool:
        """Between any two slices."""
        return True

    def state_dict(self) -> dict[str, object]:
        """Pictures and numbers gathered so far, and which walk and weights they are of."""
        return {
            "walk": self._record.digest,
            "generator": hash_of(self._bench.generator),
            "batch": self._batch,
            "edit": self._has_edit,
            "alphas": list(self._alphas),
            "strip": list(self._strip),
            "world": self._world_look.state_dict(),
            "look": self._look.state_dict(),
        }

    def load_state_dict(self, state: dict[str, object]) -> None:
        """Raises: ValueError where the walk or the model has changed since, or this is another device."""
        if state["walk"] != self._record.digest or state["generator"] != hash_of(self._bench.generator):
            raise ValueError("the walk or its model has changed since")
        if state["edit"] != self._has_edit or state["alphas"] != list(self._alphas):
            raise ValueError("the file of the walk's edit has changed since")
        if state["batch"] != self._batch:
            raise ValueError("it was begun on another device")
        self._strip = list(cast("list[Tensor]", state["strip"]))
        self._world_look.load_state_dict(cast("dict[str, object]", state["world"]))
        self._look.load_state_dict(cast("dict[str, object]", state["look"]))
        self._summing, self._summed, self._limits = None, 0, None

    # -- what is shown and left -------------------------------------------------------------------

    def preview(self) -> tuple[Tensor, int] | None:
        """The filmstrip so far: a row per seed, grey where nothing is drawn yet."""
        if not self._strip:
            return None
        return filmstrip(self._pictures())

    def _pictures(self) -> Tensor:
        """float32 [P, K, 3, H, W]."""
        drawn = torch.stack(self._strip)
        rows = -(-len(drawn) // len(self._alphas))
        page = torch.full((rows * len(self._alphas), *drawn.shape[1:]), _GREY, dtype=torch.uint8)
        page[: len(drawn)] = drawn
        return to_images(page).reshape(rows, len(self._alphas), 3, *drawn.shape[1:3])

    def finish(self, folder: Path) -> Outcome:
        """limits.json (charts, zones, facts), limits.csv, report.html, filmstrip.jpg; zones on the shelf."""
        limits = self._limits or finish(self._sum())
        made_with: dict[str, Cell] = {
            "walk": self._record.id, "model": self._card.id, "model_hash": self._card.hash[:16],
            "world": self._world.name, "resolution": self._card.resolution, "psi": self._psi,
            "seed": self._params.seed, "device": str(self._bench.device),
            "threads": torch.get_num_threads(), "torch": torch.__version__,
        }  # fmt: skip
        facts = walk_facts(limits, self._record.unit)
        if self._is_cut:
            told = range_told(self._alphas[0], self._alphas[-1], self._record.unit)
            facts["looked at"] = f"{told}, no further than the edit goes"
        answer = {**limits.as_dict(), **made_with, "facts": facts, "charts": limits.charts()}
        strip = self._pictures()
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "limits.json").write_text(to_json(answer), encoding="utf-8")
        (folder / "limits.csv").write_text(to_csv(limits.table()), encoding="utf-8")
        page = render_report(walk_report(limits, self._record.title, self._record.unit, strip, made_with))
        (folder / "report.html").write_text(page, encoding="utf-8")
        images, columns = filmstrip(strip)
        save_sheet(images, folder / "filmstrip.jpg", columns)
        zones = limits.response.zones
        self._bench.shelf.annotate(self._card.id, self._record.id, zones.reachable, zones.saturated)
        return Outcome(facts, (self._record.id,))


def build_limits(params: LimitsParams, workbench: Workbench) -> LimitsJob:
    """Raises: WalkNotFound, ModelNotFound, PerceptionNotFound, InvalidInput."""
    return LimitsJob(params, workbench)
