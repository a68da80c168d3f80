"""Lines of the beta study: the sprites world's own axes are found, and what stands still has none."""

from pathlib import Path

import pytest
import torch

from wend.cli.reproduce.beta_lines import LinePlan, find_line
from wend.generators.analytic import AnalyticGenerator
from wend.generators.plain import PlainGenerator
from wend.generators.vae import VAEConfig, VAEDecoder
from wend.library.models import ModelStore
from wend.library.perception import PerceptionStore
from wend.library.shelf import Shelf
from wend.methods.workbench import Workbench
from wend.worlds.sprites import Sprites

PLAN = LinePlan(starts=10, steps=3, updates=12)
AXES = [factor.name for factor in Sprites().factors]


def _bench(tmp_path: Path, generator: AnalyticGenerator | PlainGenerator) -> Workbench:
    store = ModelStore([tmp_path])
    return Workbench("sprites", generator, Shelf(store, tmp_path / "shelf"), PerceptionStore(()))


@pytest.mark.parametrize("factor", ["y", "scale"])
def test_the_worlds_own_axis_is_found(factor: str, tmp_path: Path) -> None:
    found = find_line(_bench(tmp_path, AnalyticGenerator(Sprites(), 32)), factor, PLAN)
    assert not isinstance(found, str)
    assert found.direction[AXES.index(factor)] > 0.85
    assert found.kept + found.rejected == 2 * 3 * 10
    assert found.line.space == "z"


def test_what_does_not_move_has_no_line(tmp_path: Path) -> None:
    """An untrained decoder draws the same grey whatever it is told."""
    torch.manual_seed(0)
    decoder = VAEDecoder(VAEConfig(32, 4, 1, 4, 8)).requires_grad_(False)
    found = find_line(_bench(tmp_path, PlainGenerator(decoder, 32, 4)), "x", PLAN)
    assert isinstance(found, str)
    assert "does not move" in found
