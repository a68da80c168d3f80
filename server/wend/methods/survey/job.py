"""Survey job: looks at real and generated pictures until it is known which things a generator leaves out."""

from pathlib import Path
from typing import cast

import torch
from torch import Tensor

from wend.imaging.codec import encode
from wend.imaging.pixels import to_images
from wend.library.models import hash_of
from wend.measure.export import Cell, to_csv, to_json
from wend.measure.report.alone import draw_alone
from wend.measure.report.class_raster import class_raster
from wend.measure.report.page import render_report
from wend.methods.survey.answer import SurveyAnswer, sheet_name
from wend.methods.survey.build import open_survey
from wend.methods.survey.figure import class_chart
from wend.methods.survey.params import SurveyParams
from wend.methods.workbench import Workbench
from wend.optim.job import Outcome, SliceReport

_FIGURE_WIDTH = 760.0


class SurveyJob:
    """A slice is a batch of pictures drawn and labelled, or the examples of one class."""

    def __init__(self, params: SurveyParams, bench: Workbench, opens_paths: bool = False) -> None:
        """Raises: as `open_survey`."""
        self._params, self._bench = params, bench
        opened = open_survey(params, bench, opens_paths)
        self.study, self._cards, self._size, self._notes = (
            opened.study, opened.cards, opened.size, opened.notes,
        )  # fmt: skip
        self._seen = [opened.files, opened.study.eye.digest]
        self._is_done = False

    def step(self) -> SliceReport:
        """One slice.

        Raises: InvalidInput for too few pictures; ModelNotFound, WeightsInvalid; what breaks.
        """
        label = self.study.label
        self._is_done = self.study.step()
        return SliceReport(1.0 if self._is_done else self.study.fraction, label, self._is_done)

    # -- state ------------------------------------------------------------------------------------

    @property
    def is_at_rest(self) -> bool:
        """Between any two slices."""
        return True

    def state_dict(self) -> dict[str, object]:
        """Sums gathered so far, and of which weights they are."""
        return {
            "generator": hash_of(self._bench.generator),
            "hashes": [card.hash for card in self._cards],
            "seen": self._seen,
            "study": self.study.state_dict(),
        }

    def load_state_dict(self, state: dict[str, object]) -> None:
        """Raises: ValueError where a model, file or network has changed since, or on another device."""
        if state["generator"] != hash_of(self._bench.generator) or state["hashes"] != [
            card.hash for card in self._cards
        ]:
            raise ValueError("a model has changed since")
        if state["seen"] != self._seen:
            raise ValueError("the real pictures, or what sees them, has changed since")
        self.study.load_state_dict(cast("dict[str, object]", state["study"]))
        self._is_done = False

    # -- what is shown and left -------------------------------------------------------------------

    def preview(self) -> tuple[Tensor, int] | None:
        """The figure of the pictures seen so far."""
        chart = self.study.chart()
        if chart is None:
            return None
        return to_images(torch.from_numpy(class_raster(chart).copy())[None]), 1

    def finish(self, folder: Path) -> Outcome:
        """survey.json, survey.csv, figure.svg, figure.png, report.html, and a JPEG sheet for each class."""
        answer = SurveyAnswer.of(self.study, self._notes)
        made_with: dict[str, Cell] = {
            "models": ", ".join(f"{card.id} {card.hash[:16]}" for card in self._cards),
            "against": answer.against, "n": self._params.count, "psi": self._params.psi,
            "seed": self._params.seed, "resolution": self._size, "segmenter": self.study.eye.segmenter,
            "device": str(self._bench.device), "threads": torch.get_num_threads(), "torch": torch.__version__,
        }  # fmt: skip
        folder.mkdir(parents=True, exist_ok=True)
        chart = class_chart(answer.against, self.study.shown, answer.found)
        (folder / "survey.json").write_text(to_json({**answer.as_dict(), "made_with": made_with}), "utf-8")
        (folder / "survey.csv").write_text(to_csv(answer.table()), "utf-8")
        (folder / "figure.svg").write_text(draw_alone(chart, _FIGURE_WIDTH), "utf-8")
        (folder / "figure.png").write_bytes(encode(class_raster(chart, zoom=2), "png"))
        (folder / "report.html").write_text(render_report(answer.report(made_with)), "utf-8")
        for side in self.study.models:
            for name, jpeg in side.sheets.items():
                (folder / sheet_name(self.study, side.title, name)).write_bytes(jpeg)
        return Outcome(answer.facts)


def build_survey(params: SurveyParams, workbench: Workbench) -> SurveyJob:
    """Raises: as `open_survey`."""
    return SurveyJob(params, workbench)


def build_survey_of_paths(params: SurveyParams, workbench: Workbench) -> SurveyJob:
    """For who types at this machine: the real pictures may lie in any folder or zip. Raises: as above."""
    return SurveyJob(params, workbench, opens_paths=True)
