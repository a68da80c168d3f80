"""What is known of a generator is measured whole or not at all, whatever broke before."""

from pathlib import Path

import pytest
import torch
from torch import Tensor

from tests.engine.library import FaultyGenerator, FaultyStore, build_library
from wend.library.perception import PerceptionStore
from wend.library.weights import DISCRIMINATOR_FILE
from wend.measure.slices import finish
from wend.methods.region.ground import Grounding
from wend.methods.workbench import Workbench

CPU = torch.device("cpu")


class Stumbling(FaultyGenerator):
    """Its mapping breaks once."""

    has_stumbled = False

    def mapping(self, z: Tensor, c: Tensor | None = None) -> Tensor:
        if not self.has_stumbled:
            self.has_stumbled = True
            raise ValueError("once")
        return super().mapping(z, c)


def test_what_broke_before_anything_was_known_is_raised_and_begun_anew(tmp_path: Path) -> None:
    store, shelf = build_library(tmp_path)
    assert isinstance(store, FaultyStore)
    generator = Stumbling(store.load("tiny", CPU), store)
    grounding = Grounding(Workbench("tiny", generator, shelf, PerceptionStore([])), 1.0)
    with torch.no_grad():
        with pytest.raises(ValueError, match="once"):
            next(grounding.first())
        assert not grounding.is_whole
        ground = finish(grounding.whole())
    assert ground.likeness is not None
    assert grounding.is_whole


def test_what_broke_later_is_not_taken_for_the_whole(tmp_path: Path) -> None:
    store, shelf = build_library(tmp_path)
    grounding = Grounding(Workbench("faulty", store.load("faulty", CPU), shelf, PerceptionStore([])), 1.0)
    with torch.no_grad():
        finish(grounding.first())
        (tmp_path / "broken").touch()
        for _ in range(2):
            with pytest.raises(ValueError, match="a bug"):
                finish(grounding.whole())
        (tmp_path / "broken").unlink()
        assert finish(grounding.whole()).likeness is not None


def test_a_damaged_discriminator_is_done_without(tmp_path: Path) -> None:
    store, shelf = build_library(tmp_path)
    (store.get("tiny").folder / DISCRIMINATOR_FILE).write_bytes(b"nothing of the kind")
    grounding = Grounding(Workbench("tiny", store.load("tiny", CPU), shelf, PerceptionStore([])), 1.0)
    with torch.no_grad():
        ground = finish(grounding.whole())
    assert ground.judge is None
    assert ground.likeness is not None
