"""Still search: the correction that lets edits move a picture and leaves a region of it as it was."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from wend.measure.slices import Sliced
from wend.methods.descent import Descent
from wend.methods.still.error import StillError
from wend.methods.still.felt import felt
from wend.methods.still.scene import RIDGE, StillScene
from wend.methods.still.share import StillShare
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
"""What the rest weighs against the region on the way, both in squares."""
_FREE, _SHIFT = 1.0, 3.0
"""What the rest weighs where the region or the rest is served badly by then, in shares, and by how much that
is shifted where one of the two is served well and the other badly."""
ROUNDS, _LONG = 4, 24
"""At most so many times so many evaluations at the end."""
_RIDGE = 0.03
"""What one squared standard deviation of w, mean over rows, counts as there: shares of the edits' own."""
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


class _Whitened:
    """Quasi-Newton steps by numbers of about equal effect. scale: float64 [n], of each; at: its start."""

    def __init__(self, scale: Tensor, at: Tensor) -> None:
        self._scale = scale
        self._at = at
        self._descent: Descent | None = None

    def run(self, error: PictureSlope) -> Sliced[Tensor]:
        """On with an error, from where it is; where it comes to."""

        def evaluate(x: Tensor) -> Sliced[tuple[float, Tensor]]:
            value, slope = yield from error(self._scale * x)
            return value, self._scale * slope

        if self._descent is None:
            self._descent = Descent(evaluate, self._at / self._scale, is_whitened=True)
        else:
            self._descent.aim(evaluate, self._descent.x)
        yield from self._descent.run(_LONG)
        return self._scale * self._descent.x


class StillSearch:
    """Works out one correction, slice by slice; the answer depends on the scene and the moves alone.

    From no edits to all of them in stations, at each of which the correction of the one before is taken on
    by quasi-Newton steps, each with the slope at the picture as it is there: minimise |change inside|^2 +
    free |difference elsewhere from the picture with the edits alone|^2 + ridge |correction|^2, over all
    style rows, whitened by the principal axes of w. Where that leaves the region or the rest served badly, it
    goes on with `StillShare`, which is about what is judged: of the edits' own changes, absolute in the
    region; whitened by what a few probes feel, and with `free` shifted until both are served well.
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
        best = yield from self._balanced(scene, alone, plain, moved, at)
        self.correction = scene.displacement(best)
        self.stations[-1] = (1.0, self.correction)

    def _balanced(
        self, scene: StillScene, base: Tensor, plain: Tensor, moved: tuple[float, float], start: Tensor
    ) -> Sliced[Tensor]:
        """Go on in shares, with the rest weighing more or less, where that may help; the best correction."""
        share = StillShare(scene, plain, moved[0], _FREE, MOST_LEFT)
        descent: _Whitened | None = None
        shift, last, at = _SHIFT, 0, start
        best: _Outcome | None = None
        for index in range(ROUNDS + 1):
            picture = yield from scene.draw(base + scene.displacement(at))
            still, rest = scene.changes(picture)
            found = _Outcome(at, still / moved[0], rest / max(moved[1], 1e-6))
            if best is None or found.fault < best.fault:
                best = found
            is_kept, is_still = found.kept * _WELL >= LEAST_KEPT, found.left <= _WELL * MOST_LEFT
            if index == ROUNDS or (is_kept and is_still):
                break
            if descent is None:
                curved = yield from felt(scene, base + scene.displacement(at), share.curved)
                descent = _Whitened((curved + 2.0 * _RIDGE / self._ws.shape[1]).rsqrt(), at)
            else:
                turn = int(is_still) - int(is_kept)
                if turn and turn == -last:
                    shift **= 0.5
                share, last = replace(share, free=share.free * shift**turn), turn or last
            at = yield from descent.run(PictureSlope(scene, base, share, _RIDGE))
        assert best is not None
        return best.correction

    def _moved(self, share: float) -> Tensor:
        """ws with a share of every edit."""
        total = self._ws.clone()
        for move in self._moves:
            total += move.walk.apply(self._ws, share * move.alpha) - self._ws
        return total
