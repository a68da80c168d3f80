"""Steer effort: how much of a steering run is done and left, so that its fraction goes as its time goes."""

from wend.methods.steer.build import SteerTask
from wend.methods.steer.ranges import SteerRanges, pictures_of
from wend.methods.steer.records import learned_walks
from wend.optim.optimization import Optimization

# Measured in ms of one CPU core on a bundled model of 64 px: a target 16, a moved picture there and back 31
# to 35, one held out 28; with a perceptual loss 50 and 44, with step networks 50 and 33; two pictures of the
# measuring, drawn together, 23. The unit is a target.
_TARGET = 1.0
_MOVED = 2.0
_HELD_OUT = 1.8
_SEEN = 1.1  # by a loss that looks with a network
_STEPPED = 1.0
_MEASURED = 0.7


class SteerEffort:
    """Of one run: every stretch weighs what its slices cost, and their numbers are known beforehand.

    An early end, and a range that is found early, only make what is left less, so the fraction never falls.
    """

    def __init__(self, task: SteerTask, run: Optimization) -> None:
        self._run = run
        self._walks = len(learned_walks(task))
        params, chunks = task.params, task.objective.chunks
        seen = 0.0 if params.loss == "l2" else _SEEN
        stepped = _STEPPED if params.walk == "steps" else 0.0
        self._chunks = chunks
        self._target = _TARGET * params.batch / chunks
        self._moved = (_MOVED + seen + stepped) * params.batch / chunks
        self._held_out = _HELD_OUT + seen

    def fraction(self, ranges: SteerRanges | None) -> float:
        """0..1; ranges: once their measuring has begun."""
        done, left = self._learned(), 0.0 if self._run.is_done else self._learning() - self._learned()
        if ranges is None:
            left += _MEASURED * pictures_of(self._walks)
        else:
            done += _MEASURED * ranges.done
            left += _MEASURED * ranges.left
        return done / (done + left) if done else 0.0

    def _learned(self) -> float:
        run = self._run
        looked = len(run.checks) * run.objective.held_out_chunks + (run.chunk if run.is_checking else 0)
        done = self._updates(run.updates) + self._held_out * looked
        return done if run.is_checking else done + self._in_update(run.chunk)

    def _learning(self) -> float:
        """All that there may be."""
        settings = self._run.settings
        every = settings.check_every or settings.updates
        looks = 1 + -(-settings.updates // every)
        return self._updates(settings.updates) + self._held_out * looks * self._run.objective.held_out_chunks

    def _updates(self, count: int) -> float:
        """Of the first so many; a draw makes its targets once, for all its rounds."""
        draws = -(-count // self._run.settings.rounds)
        return self._chunks * (draws * self._target + count * self._moved)

    def _in_update(self, chunk: int) -> float:
        is_drawn = self._run.updates % self._run.settings.rounds != 0
        targets = 0 if is_drawn else min(chunk, self._chunks)
        return targets * self._target + max(chunk - self._chunks, 0) * self._moved
