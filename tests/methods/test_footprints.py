"""Footprints as work: every walk once, those that come meanwhile too, and ranges that nobody has measured."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor

from tests.engine.library import build_library
from wend.errors import InvalidInput
from wend.generators.generator import SynthesisState
from wend.generators.stylegan2 import StyleGAN2Generator
from wend.library.perception import PerceptionStore
from wend.library.shelf import Shelf
from wend.library.walk_record import WalkRecord
from wend.methods.footprints import MeasureFootprints, lacking
from wend.methods.workbench import Workbench


def bench_of(shelf: Shelf) -> Workbench:
    generator = shelf.store.load("tiny", torch.device("cpu"))
    return Workbench("tiny", generator, shelf, PerceptionStore(()))


class Torn(StyleGAN2Generator):
    """Draws nothing that is a number where w lies far out."""

    def step(self, state: SynthesisState, w: Tensor, noise: Tensor | None) -> SynthesisState:
        found = super().step(state, w, noise)
        far = w.abs().amax(dim=1)[:, None, None, None] > 1e6
        return replace(found, x=torch.where(far, torch.nan, found.x))


def run(work: MeasureFootprints) -> None:
    while not work.run_slice():
        pass


def found(shelf: Shelf, walk: WalkRecord) -> tuple[float, float] | None:
    footprint = shelf.footprints.get(walk.generator_hash, walk)
    assert footprint is not None
    return footprint.usable


def test_every_walk_is_measured_once_and_those_that_come_meanwhile(tmp_path: Path) -> None:
    _, shelf = build_library(tmp_path)
    first, second = (replace(walk, method="pca") for walk in shelf.walks("tiny"))
    shelf.save(first.generator_hash, "test", [first])
    work = MeasureFootprints(bench_of(shelf))
    assert not work.run_slice()
    assert [walk.id for walk in lacking(shelf, "tiny")] == ["test/0"]
    shelf.save(first.generator_hash, "test", [first, second])
    while not work.run_slice():
        pass
    assert (work.measured, work.fraction) == (2, 1.0)
    assert lacking(shelf, "tiny") == ()
    again = MeasureFootprints(bench_of(shelf))
    assert again.run_slice()
    assert again.measured == 0


def test_a_range_that_was_not_found_by_rendering_is_looked_at(tmp_path: Path) -> None:
    _, shelf = build_library(tmp_path)
    measured, learned = shelf.walks("tiny")
    measured = replace(measured, method="sefa", low=-1.0, high=2.0)
    learned = replace(learned, method="steer", low=-200.0, high=200.0)
    shelf.save(measured.generator_hash, "test", [measured, learned])
    work = MeasureFootprints(bench_of(shelf), reference=100)
    while not work.run_slice():
        pass
    assert found(shelf, measured) == (-1.0, 2.0)
    usable = found(shelf, learned)
    assert usable is not None
    assert -300.0 <= usable[0] <= 0.0 <= usable[1] <= 300.0


def test_stopped_it_keeps_what_it_has(tmp_path: Path) -> None:
    _, shelf = build_library(tmp_path)
    walks = [replace(walk, method="pca") for walk in shelf.walks("tiny")]
    shelf.save(walks[0].generator_hash, "test", walks)
    work = MeasureFootprints(bench_of(shelf))
    while work.measured == 0:
        assert not work.run_slice()
    work.stop()
    assert work.run_slice()
    assert [walk.id for walk in lacking(shelf, "tiny")] == ["test/1"]


def test_a_walk_into_nowhere_keeps_no_other_from_being_measured(tmp_path: Path) -> None:
    _, shelf = build_library(tmp_path)
    first, second = (replace(walk, method="pca") for walk in shelf.walks("tiny"))
    nowhere = replace(first, unit_length=1e6, high=200.0)
    shelf.save(first.generator_hash, "test", [nowhere, second])
    bench = bench_of(shelf)
    assert isinstance(bench.generator, StyleGAN2Generator)
    torn = Torn(bench.generator.config)
    torn.load_state_dict(bench.generator.state_dict())
    work = MeasureFootprints(replace(bench, generator=torn))
    with pytest.raises(InvalidInput, match=f"What {nowhere.id} does"):
        run(work)
    assert [walk.id for walk in lacking(shelf, "tiny")] == [nowhere.id]
