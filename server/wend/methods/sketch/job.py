"""Sketch job: teaches a copy of a generator the pose of a set of drawings, and publishes it as a model.

Source: Wang, Bau and Zhu, "Sketch your own GAN", ICCV 2021.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from torch import Tensor

from wend.errors import InvalidParams
from wend.imaging.codec import encode
from wend.imaging.contact_sheet import contact_sheet
from wend.imaging.pixels import to_uint8
from wend.library.inherited_walks import InheritedWalks
from wend.library.publish import publish_model
from wend.methods.process_bench import ProcessBench
from wend.methods.sketch.child import check_name, text_of
from wend.methods.sketch.latent_judge import WAITS
from wend.methods.sketch.match import Look, drawn_with
from wend.methods.sketch.params import LAST, SketchParams, Trainable
from wend.methods.sketch.sheet import COLUMNS, LiveSheet
from wend.methods.sketch.sketches import OpenedSet, open_set
from wend.methods.sketch.training import GAP, MATCH, SketchTraining
from wend.optim.job import Job, Outcome, SliceReport

W_AVG_SAMPLES = 4096
"""Of which the mean of w is taken anew, as published."""
_TEACHING: dict[Trainable, str] = {
    "z_warp": "Learning which latents to draw",
    "mapping": "Teaching the mapping network",
    "w_shift": "Learning a shift",
}
_SAMPLES = 32


def build_sketch(params: SketchParams, bench: ProcessBench) -> Job:
    """The job that does what `params` say. Raises: as `SketchJob`."""
    return SketchJob(params, bench)


@dataclass(frozen=True)
class _Left:
    """One child, of the weights as they are published. samples: images [n, 3, R, R] of the first seeds."""

    name: str
    shown: str
    look: Look
    tensors: dict[str, Tensor]
    samples: Tensor


class SketchJob:
    """One iteration a step; `finish` publishes the child that matched best, and the last one beside it.

    The same parameters on the same weights, drawings and pictures give the same model, bit for bit on a CPU
    with as many threads.
    """

    def __init__(self, params: SketchParams, bench: ProcessBench, opened: OpenedSet | None = None) -> None:
        """opened: drawings in the place of those of the set.

        Raises: InvalidParams for a name that is missing or taken; as `open_set` and `SketchTraining`.
        """
        self.params, self._bench = params, bench
        if params.name is None:
            raise InvalidParams("name", "the new model needs one")
        self._name = params.name
        store = bench.shelf.store
        card = store.get(params.model).card
        check_name(store, card, params, self._names)
        self.opened = opened or open_set(params, bench, bench.data_dir)
        self.training = SketchTraining(bench, params, self.opened.drawings, self.opened.extractor)
        # Its walks are read now: should the parent be deleted meanwhile, they are not lost.
        self._walks = InheritedWalks.of(bench.shelf, params.model)
        self._drawings = _digest(self.opened)
        self._sheet = LiveSheet(self.training)
        self._left: tuple[_Left, ...] = ()
        self._is_enough = False

    @property
    def _names(self) -> Sequence[str]:
        return self._name, self._name + LAST

    # -- the job ----------------------------------------------------------------------------------

    @property
    def is_at_rest(self) -> bool:
        return True

    def step(self) -> SliceReport:
        """One iteration, with what the newest look found. Raises: Diverged."""
        training = self.training
        losses = training.step()
        # A row of history is kept once a second, and looks would be missed by it.
        look = training.looks[-1]
        losses |= {MATCH: look.match, GAP: look.gap}
        if training.is_done:
            self._end()
        return self._report(losses)

    def end_early(self) -> SliceReport:
        """Ends with what it has learned by now."""
        self._is_enough = True
        self._end()
        return self._report({})

    def _report(self, losses: dict[str, float]) -> SliceReport:
        training = self.training
        is_done = training.is_done or self._is_enough
        fraction = 1.0 if is_done else training.fraction
        label = _TEACHING[self.params.trainable]
        if training.latent is not None and training.update < WAITS:
            label = "Learning what tells drawings from samples"
        if (best := training.best) is not None:
            label += f": gap to the drawings {best.gap:.3f}, {training.looks[0].gap:.3f} at first"
        return SliceReport(fraction, label, is_done, training.update, losses)

    def _end(self) -> None:
        """What it has by now is what `finish` publishes."""
        training = self.training
        if not training.looks or training.looks[-1].update < training.update:
            training.take_look()
        newest, best = training.looks[-1], training.best
        assert best is not None
        weights = training.pupil.weights()
        training.take_last()
        if best.update == newest.update:
            self._left = (self._leave(self._name, "best and last", newest),)
        else:
            last = self._leave(self._name + LAST, "last", newest)
            training.take_best()
            self._left = (self._leave(self._name, "best", best), last)
        training.pupil.take(weights)

    def _leave(self, name: str, shown: str, look: Look) -> _Left:
        pupil = self.training.pupil
        if look.update:
            pupil.settle_mean(W_AVG_SAMPLES, self.params.seed)
        else:
            # Nothing came nearer than the parent is: the child is the parent, to the bit.
            pupil.generator.w_avg.copy_(self.training.parent.w_avg)
        tensors = {key: value.detach().clone() for key, value in pupil.network.state_dict().items()}
        samples = drawn_with(pupil.generator, list(range(_SAMPLES))).cpu()
        return _Left(name, shown, look, tensors, samples)

    def state_dict(self) -> dict[str, object]:
        return {
            "origin": self.training.card.hash,
            "is_enough": self._is_enough,
            "drawings": self._drawings,
            "training": self.training.state_dict(),
        }

    def load_state_dict(self, state: dict[str, object]) -> None:
        """Raises: ValueError for a state of other weights or drawings."""
        if state["origin"] != self.training.card.hash:
            raise ValueError("the state is of a model with other weights")
        if state["drawings"] != self._drawings:
            raise ValueError("the set has other drawings than when it began, or others are drawn of them")
        self.training.load_state_dict(cast("dict[str, object]", state["training"]))
        self._is_enough = bool(state["is_enough"])
        if self.training.is_done or self._is_enough:
            self._end()

    def preview(self) -> tuple[Tensor, int] | None:
        """The sheet: before, after and as drawn, with drawings beside."""
        return self._sheet.images(), COLUMNS

    # -- what comes of it -------------------------------------------------------------------------

    def finish(self, folder: Path) -> Outcome:
        """Publishes under `name`, and the last one beside it; samples and the course of the match as files.

        Raises: InvalidParams, DiskFull.
        """
        assert self._left, "it is trained to its end first"
        training, bench = self.training, self._bench
        check_name(bench.shelf.store, training.card, self.params, self._names)
        folder.mkdir(parents=True, exist_ok=True)
        for left in reversed(self._left):
            text = text_of(training, self.opened, left.look, left.shown, bench.device)
            model = publish_model(
                bench.data_dir / "models" / left.name,
                text,
                left.tensors,
                training.judge_of_pictures(),
                contact_sheet(left.samples[:4], 2, gap=0),
                contact_sheet(left.samples, 8),
                is_exact=True,
                files=self.opened.files,
            )
            self._walks.give(bench.shelf, model.card.hash, has_own_mapping=True)
            png = encode(to_uint8(left.samples[:8])[0].numpy(), "png")
            (folder / f"{left.shown.split()[0]}.png").write_bytes(png)
        rows = [{"update": look.update, "match": look.match, "gap": look.gap} for look in training.looks]
        (folder / "match.json").write_text(json.dumps(rows))
        return Outcome(facts=self._facts(), model=self._name)

    def _facts(self) -> dict[str, str]:
        training, best = self.training, self._left[0]
        first, newest = training.looks[0], training.looks[-1]
        held = "held-out drawings" if training.drawn.is_held_out else "the drawings it learned from"
        return {
            "match": f"{best.look.match:.3f} of 1 with {held}, {first.match:.3f} before",
            "gap": f"{best.look.gap:.3f}, {first.gap:.3f} before; 0: samples could be of the drawings' kind",
            "best after": f"{best.look.update} of {training.update} updates of {training.batch}",
            "last": f"gap {newest.gap:.3f}"
            + ("" if len(self._left) == 1 else f", kept as {self._name}{LAST}"),
            "trained": f"{training.pupil.count} numbers of the {self.params.trainable.replace('_', ' ')}",
            "drawn by": training.extractor.title,
            "pictures": "none: lambda is 0" if training.pictures is None else training.pictures.told,
            "walks": f"{self._walks.count} taken over from {training.card.id}",
        }


def _digest(opened: OpenedSet) -> str:
    """Of what is learned from: the drawings, and what draws of pictures; the same on every device."""
    extractor = opened.extractor
    told = hashlib.sha256(f"{extractor.kind} {extractor.network} {extractor.size}".encode())
    for drawing in opened.drawings:
        told.update(str((drawing.dtype, tuple(drawing.shape))).encode())
        told.update(drawing.cpu().contiguous().numpy().tobytes())
    return told.hexdigest()
