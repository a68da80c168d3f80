"""Looks: what tells a pose that is off, and samples that are all alike, from what drawings show."""

from pathlib import Path

import pytest
import torch
from torch import Tensor

from tests.methods.sketch.toys import drawing, small_bench
from tests.methods.steer_bench import CPU
from wend.generators.generator import Generator
from wend.methods.sketch.drawn import Drawn
from wend.methods.sketch.extractor import open_extractor
from wend.methods.sketch.match import Look, MatchLook, best_of, nearest_of


class Shown(MatchLook):
    """Looks at given maps instead of those of samples."""

    def __init__(self, folder: Path, drawn: Drawn, maps: Tensor) -> None:
        bench = small_bench(folder)
        super().__init__(open_extractor("edges", bench, "small"), drawn)
        self.generator: Generator = bench.shelf.store.load("small", CPU)
        self.shown = maps

    def maps(self, generator: Generator) -> Tensor:
        return self.shown


def circles(*radii: float) -> Tensor:
    """Six of each."""
    return torch.stack([drawing(radius) for radius in radii for _ in range(6)])


def gap_of(folder: Path, drawn: Drawn, maps: Tensor) -> float:
    shown = Shown(folder, drawn, maps)
    return shown.look(shown.generator, 0).gap


def test_the_gap_is_small_for_the_same_kind_and_grows_with_pose_and_sameness(tmp_path: Path) -> None:
    own = circles(0.4, 0.75)
    drawn = Drawn(own[::2], own[1::2])
    same = gap_of(tmp_path, drawn, own)
    off = gap_of(tmp_path, drawn, circles(0.2, 0.95))
    alike = gap_of(tmp_path, drawn, circles(0.4, 0.4))
    assert abs(same) < 0.1
    assert off > same + 0.2
    assert alike > same + 0.2


def test_of_one_drawing_it_is_what_is_missing_of_the_match(tmp_path: Path) -> None:
    one = drawing(0.6)[None]
    shown = Shown(tmp_path, Drawn(one, one), circles(0.6))
    look = shown.look(shown.generator, 7)
    assert look.update == 7
    assert look.match == pytest.approx(1.0)
    assert look.gap == pytest.approx(0.0, abs=1e-6)


def test_the_best_look_is_the_newest_that_cannot_be_told_from_the_nearest() -> None:
    looks = [
        Look(0, 0.7, 0.3, 0.01),
        Look(50, 0.8, 0.02, 0.01),
        Look(100, 0.8, 0.028, 0.02),
        Look(150, 0.7, 0.04, 0.5),
    ]
    assert nearest_of(looks) == looks[1]
    # The error is the nearest one's: a look that cannot be trusted is no better for it.
    assert best_of(looks) == looks[2]
    assert best_of(looks[:1]) == looks[0]
    assert best_of([]) is None


def test_once_there_is_no_gap_only_what_is_nearer_for_certain_is_better() -> None:
    looks = [Look(50, 0.7, 0.1, 0.01), Look(100, 0.7, 0.009, 0.01), Look(150, 0.7, 0.005, 0.01)]
    assert best_of(looks) == looks[1], "nearer, but that may be chance"
    longer = [*looks, Look(200, 0.7, -0.004, 0.003), Look(250, 0.7, -0.006, 0.003), Look(300, 0.7, 0.0, 0.01)]
    assert best_of(longer) == longer[3]
    # With no error nothing is as good as none but none.
    assert best_of([Look(50, 0.7, 0.0), Look(100, 0.7, 0.0)]) == Look(50, 0.7, 0.0)


def test_the_best_is_the_newest_look_or_the_best_before_it() -> None:
    rng = torch.Generator().manual_seed(0)
    gaps = 0.05 * torch.rand(200, generator=rng) - 0.01
    looks = [Look(k, 0.7, float(gap), 0.01) for k, gap in enumerate(gaps)]
    for count in range(1, len(looks)):
        assert best_of(looks[: count + 1]) in (looks[count], best_of(looks[:count]))


def test_a_gap_is_told_as_surely_as_samples_repeat_it(tmp_path: Path) -> None:
    own = circles(0.4, 0.75)
    drawn = Drawn(own[::2], own[1::2])
    looks = []
    few = (0.3, 0.4, 0.95)
    for many in (circles(*few), circles(*few * 4)):
        shown = Shown(tmp_path, drawn, many)
        looks.append(shown.look(shown.generator, 0))
    assert 0.0 < looks[1].error < 0.7 * looks[0].error
