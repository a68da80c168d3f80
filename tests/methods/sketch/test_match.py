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
from wend.methods.sketch.match import MatchLook


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
