"""Answer: how near a model comes to its world, as data, in a few words, and as a page."""

from dataclasses import dataclass

import torch

from wend.measure.card_world import changed_laws, judgement
from wend.measure.export import Cell, Plain
from wend.measure.model_report import model_report
from wend.measure.model_truth import ModelTruth
from wend.measure.report.page import Pictures, Report
from wend.measure.report.scale import written
from wend.measure.sample import Sample
from wend.methods.nearness.study import NearnessStudy

_MISSING_TOLD = 4


@dataclass(frozen=True)
class NearnessAnswer:
    """judged: what flatters the model; laws_changed: what of its world is not as it was in the training."""

    truth: ModelTruth
    real: Sample
    model: Sample
    made_with: dict[str, Cell]
    judged: dict[str, Plain]
    laws_changed: tuple[str, ...]

    @classmethod
    def of(cls, study: NearnessStudy, device: torch.device, threads: int) -> "NearnessAnswer":
        """Of a study that is done."""
        card, sets, plan = study.card, study.onlooker.sets, study.plan
        truth, real, model = study.truth, study.real, study.model
        assert truth is not None
        assert real is not None
        assert model is not None
        made_with: dict[str, Cell] = {
            "model": card.id, "model_hash": card.hash[:16], "world": study.world.name,
            "features": sets.features, "factors_from": sets.factors, "labels_from": sets.labels,
            "resolution": card.resolution, "psi": plan.psi, "seed": plan.seed, "device": str(device),
            "threads": threads,
        }  # fmt: skip
        judged = judgement(card, sets.labels, sets.factors)
        return cls(truth, real, model, made_with, judged, changed_laws(card, study.world))

    @property
    def notes(self) -> list[str]:
        """Sentences on how far the numbers are to be trusted."""
        told = self.judged.get("judged_by_trainer_note")
        notes = [told] if isinstance(told, str) else []
        if self.laws_changed:
            names = ", ".join(self.laws_changed)
            notes.append(f"The world has changed since the training, so it is no fair judge of: {names}.")
        return notes

    def as_dict(self) -> dict[str, Plain]:
        """The numbers, with the keys that scripts read at the top."""
        return {
            **self.truth.as_dict(),
            **self.made_with,
            **self.judged,
            "laws_changed": list(self.laws_changed),
        }

    @property
    def facts(self) -> dict[str, str]:
        """The first figures, in a few words."""
        seen, limit = self.truth.features, self.truth.limit
        floor = written(seen.floor.mean)
        facts = {
            "Fréchet distance": f"{written(seen.frechet.total)}, the world from itself {floor}",
            "without bias": written(limit.total),
            "precision": f"{seen.manifold.precision:.3f} of {seen.ceiling.precision:.3f}",
            "recall": f"{seen.manifold.recall:.3f} of {seen.ceiling.recall:.3f}",
        }
        missing = [f"{f.name} {what}" for f in self.truth.coverage.factors for what in f.missing]
        more = len(missing) - _MISSING_TOLD
        told = ", ".join(missing[:_MISSING_TOLD]) + (f" and {more} more" if more > 0 else "")
        return facts | {
            "missing": told or "nothing",
            "pictures": f"{self.truth.count} at ψ {self.made_with['psi']}",
        }

    def report(self) -> Report:
        """The page."""
        note = str(self.judged.get("judged_by_trainer_note", ""))
        return model_report(self.truth, self.real, self.model, self.made_with, note)


def told(report: Report) -> tuple[dict[str, object], dict[str, bytes]]:
    """A report's words, facts and figures as data, to be drawn elsewhere, and its pictures by file name."""
    pictures: dict[str, bytes] = {}
    sections: list[object] = []
    for section in report.sections:
        figures: list[object] = []
        for figure in section.figures:
            if not isinstance(figure, Pictures):
                figures.append(figure.as_dict())
                continue
            file = f"pictures-{figure.title.lower()}.png"
            pictures[file] = figure.png
            figures.append({"kind": "pictures", "title": figure.title, "note": figure.note, "file": file})
        sections.append(
            {
                "title": section.title, "text": section.text, "size": section.size,
                "key": section.key, "figures": figures,
            }
        )  # fmt: skip
    return {"lead": report.lead, "told": report.facts, "sections": sections}, pictures
