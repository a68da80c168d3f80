"""Still search: the correction that lets edits move a picture and leaves a region of it as it was."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from wend.measure.slices import Sliced
from wend.methods.descent import Descent
from wend.methods.still.error import StillError
from wend.methods.still.scene import RIDGE, StillScene
from wend.methods.still.slope import PictureSlope
from wend.pictures.still import StillMove

STEP = 4.0
"""Mean change in the region, in 8-bit steps, from one station of the way to the next: with fewer stations the
search leaves the valley in which nothing moves there, with more it gains nothing."""
MOST_STATIONS = 5
EVALUATIONS = 10
"""At each station. Sixteen leave a tenth less."""
_NOTHING = 0.5
"""8-bit steps: an edit that changes the region by less than this is left alone."""
FREE = 0.15
_SHIFT = 3.0
"""What the rest weighs against the region at first, and by how much that is shifted where one of the two is
served well and the other badly."""
ROUNDS = 3
_SLIGHT = 0.01
"""Of the squared change in the region, that the ridge weighs: a change that is slight by itself is taken
back, too."""
LEAST_KEPT, MOST_LEFT = 0.5, 0.25
"""Aimed at: of the change elsewhere and of that in the region, shares of what the edits do alone."""
_WELL = 0.8  # of what is aimed at


@dataclass(frozen=True)
class _Outcome:
    """A correction, and what is left of the change in the region and elsewhere."""

    correction: Tensor
    left: float
    kept: float

    @property
    def fault(self) -> float:
        """Of the worse of the two; 1 where it is just met."""
        return max(self.left / MOST_LEFT, LEAST_KEPT / max(self.kept, 1e-6))


class StillSearch:
    """Works out one correction, slice by slice; the answer depends on the scene and the moves alone.

    From no edits to all of them in stations, at each of which the correction of the one before is taken on
    by quasi-Newton steps, each with the slope at the picture as it is there: minimise |change inside|^2 +
    free |difference elsewhere from the picture with the edits alone|^2 + ridge |correction|^2, over all
    style rows, whitened by the principal axes of w. At the end `free` is shifted a few times, so that
    neither the region nor the edit is served badly where both can be served.
    Source: the aim is that of null-space editing, Zhu et al., "Low-rank subspaces in GANs", 2021, without its
    one linearisation; following the way is numerical continuation (Allgower and Georg, 1990).

    open_scene: the scene, in slices, None where there is nothing to keep; let go of when it is not needed any
    more; moves: all w edits; move: what they add to ws, float32 [1, L, D]. correction: what is to be added to
    that, None until `is_done`. generator_hash: of the generator that an unfinished one holds.
    """

    def __init__(
        self,
        open_scene: Callable[[], Sliced[StillScene | None]],
        ws: Tensor,
        moves: Sequence[StillMove],
        generator_hash: str = "",
    ) -> None:
        self.generator_hash = generator_hash
        self._open_scene: Callable[[], Sliced[StillScene | None]] | None = open_scene
        self._moves = tuple(moves)
        with torch.inference_mode(False), torch.no_grad():
            self._ws = ws.detach().clone()
            self.move = self._moved(1.0) - self._ws
        self.stations: list[tuple[float, Tensor]] = []
        """(share of the edits, displacement of ws float32 [1, L, D]) as far as they are known."""
        self.correction: Tensor | None = None
        self._slices: Sliced[None] | None = None

    @property
    def is_done(self) -> bool:
        return self.correction is not None

    def advance(self) -> bool:
        """One slice; True when it is done. What breaks is raised; the next who asks begins anew."""
        if self.is_done:
            return True
        if self._slices is None:
            self._slices = self._run()
        try:
            with torch.inference_mode(False), torch.no_grad():
                next(self._slices)
        except StopIteration:
            # What is kept of it may be kept for long: neither generator nor noise nor masks.
            self._slices = self._open_scene = None
        except Exception:
            self._slices = None
            raise
        return self.is_done

    def finish(self) -> Tensor:
        """All that is left at once; the correction."""
        while not self.advance():
            pass
        assert self.correction is not None
        return self.correction

    def _run(self) -> Sliced[None]:
        self.stations.clear()
        assert self._open_scene is not None, "asked for once more than it takes"
        scene = yield from self._open_scene()
        if scene is None:
            self.correction = torch.zeros_like(self._ws)
            return
        alone = self._moved(1.0)
        plain = yield from scene.draw(alone)
        moved = scene.changes(plain)
        if moved[0] < _NOTHING:
            self.correction = torch.zeros_like(self._ws)
            return
        ridge = min(RIDGE, _SLIGHT * moved[0] ** 2)
        count = max(1, min(MOST_STATIONS, round(moved[0] / STEP)))
        at = torch.zeros(self._ws.shape[1] * len(scene.axes), dtype=torch.float64)
        descent: Descent | None = None
        for index in range(1, count + 1):
            share = index / count
            base = alone if index == count else self._moved(share)
            target = plain if index == count else (yield from scene.draw(base))
            error = PictureSlope(scene, base, StillError(scene, target, FREE), ridge)
            start = at * (index / max(index - 1, 1))
            if descent is None:
                descent = Descent(error, start)
            else:
                descent.aim(error, start)
            yield from descent.run(EVALUATIONS)
            at = descent.x
            self.stations.append((share, scene.displacement(at)))
        assert descent is not None
        best = yield from self._balanced(scene, alone, plain, ridge, moved, descent)
        self.correction = scene.displacement(best)
        self.stations[-1] = (1.0, self.correction)

    def _balanced(
        self,
        scene: StillScene,
        base: Tensor,
        plain: Tensor,
        ridge: float,
        moved: tuple[float, float],
        descent: Descent,
    ) -> Sliced[Tensor]:
        """Go on with the rest weighing more or less, where that may help; the best correction."""
        free, shift, last = FREE, _SHIFT, 0
        best: _Outcome | None = None
        for index in range(ROUNDS + 1):
            picture = yield from scene.draw(base + scene.displacement(descent.x))
            still, rest = scene.changes(picture)
            found = _Outcome(descent.x, still / moved[0], rest / max(moved[1], 1e-6))
            if best is None or found.fault < best.fault:
                best = found
            is_kept, is_still = found.kept * _WELL >= LEAST_KEPT, found.left <= _WELL * MOST_LEFT
            if index == ROUNDS or (is_kept and is_still):
                break
            turn = int(is_still) - int(is_kept)
            if turn and turn == -last:
                shift **= 0.5
            free, last = free * shift**turn, turn or last
            descent.aim(PictureSlope(scene, base, StillError(scene, plain, free), ridge), descent.x)
            yield from descent.run(EVALUATIONS)
        assert best is not None
        return best.correction

    def _moved(self, share: float) -> Tensor:
        """ws with a share of every edit."""
        total = self._ws.clone()
        for move in self._moves:
            total += move.walk.apply(self._ws, share * move.alpha) - self._ws
        return total
