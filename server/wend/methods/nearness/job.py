"""Nearness job: looks at pictures of a model and of its world until it is known how near they come."""

from pathlib import Path
from typing import cast

import torch
from torch import Tensor

from wend.library.models import hash_of
from wend.measure.card_world import world_of
from wend.measure.export import to_csv, to_json
from wend.measure.eyes import find_eye
from wend.measure.report.page import render_report
from wend.measure.sample import BATCH
from wend.measure.sample_cache import SampleCache, network_hashes
from wend.methods.nearness.answer import NearnessAnswer, told
from wend.methods.nearness.params import NearnessParams
from wend.methods.nearness.study import NearnessPlan, NearnessStudy, Onlooker
from wend.methods.workbench import Workbench
from wend.optim.job import Outcome, SliceReport

_CPU_BATCH = 2
"""Pictures of a slice: to draw 2 of 32 px and look at them with three networks takes a core some 50 ms."""
_PREVIEWED = 8


class NearnessJob:
    """A slice is a few pictures drawn and looked at, or a part of the sums, which are not kept."""

    def __init__(self, params: NearnessParams, bench: Workbench) -> None:
        """Raises: ModelNotFound, CardInvalid, InvalidInput for a card that names no world,
        PerceptionNotFound, WeightsInvalid."""
        self._bench = bench
        card = bench.shelf.store.get(params.model).card
        sets, eye = find_eye(bench.perception, world_of(card), None, bench.device)
        batch = _CPU_BATCH if bench.device.type == "cpu" else BATCH
        plan = NearnessPlan(params.count, params.psi, params.k, params.seed)
        onlooker = Onlooker(sets, eye, SampleCache.of(bench.data_dir))
        self.study = NearnessStudy(card, bench.generator, onlooker, plan, bench.device, batch)
        self._eyes = list(network_hashes(eye))

    def step(self) -> SliceReport:
        """One slice."""
        label = self.study.label
        self.study.step()
        return SliceReport(self.study.fraction, label, self.study.stage == "done")

    # -- state ------------------------------------------------------------------------------------

    @property
    def is_at_rest(self) -> bool:
        """Between any two slices."""
        return True

    def state_dict(self) -> dict[str, object]:
        """What was seen so far, of which weights, and by whom."""
        return {
            "generator": hash_of(self._bench.generator),
            "eyes": self._eyes,
            "study": self.study.state_dict(),
        }

    def load_state_dict(self, state: dict[str, object]) -> None:
        """Raises: ValueError where the model or a network has changed since, or on another device."""
        if state["generator"] != hash_of(self._bench.generator):
            raise ValueError("the model has changed since")
        if state["eyes"] != self._eyes:
            raise ValueError("what looks at its pictures has changed since")
        self.study.load_state_dict(cast("dict[str, object]", state["study"]))

    # -- what is shown and left -------------------------------------------------------------------

    def preview(self) -> tuple[Tensor, int] | None:
        """A row of the model's first pictures, and beneath it, once there are some, one of the world's."""
        real, model = self.study.shown()
        rows = [part[:_PREVIEWED] for part in (model, real) if part is not None and len(part) >= _PREVIEWED]
        return (torch.cat(rows), _PREVIEWED) if rows else None

    def finish(self, folder: Path) -> Outcome:
        """nearness.json, nearness.csv, report.html, and the first pictures of either."""
        answer = NearnessAnswer.of(self.study, self._bench.device, torch.get_num_threads())
        report = answer.report()
        words, pictures = told(report)
        numbers = {**answer.as_dict(), "torch": torch.__version__}
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "nearness.json").write_text(
            to_json({**numbers, "facts": answer.facts, "notes": answer.notes, **words}), "utf-8"
        )
        (folder / "nearness.csv").write_text(to_csv(numbers), "utf-8")
        (folder / "report.html").write_text(render_report(report), "utf-8")
        for name, png in pictures.items():
            (folder / name).write_bytes(png)
        return Outcome(answer.facts)


def build_nearness(params: NearnessParams, workbench: Workbench) -> NearnessJob:
    """Raises: as `NearnessJob`."""
    return NearnessJob(params, workbench)
