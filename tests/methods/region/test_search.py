"""A painted mask gets sliders that change it and little else; a useless one is refused in words."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor

from wend.errors import RegionUnusable
from wend.generators.generator import Generator, synthesize
from wend.latents.seed import noise_map, z_of_seeds
from wend.latents.truncation import truncate
from wend.library.models import ModelStore
from wend.library.perception import PerceptionStore
from wend.library.shelf import Shelf
from wend.measure.slices import finish
from wend.methods.region.effects import RegionJacobian
from wend.methods.region.find import MOST_SLIDERS, RegionFind, taken_up
from wend.methods.region.ground import Grounding
from wend.methods.region.jacobian import Linearization
from wend.methods.region.search import RegionSearch, RegionTask
from wend.methods.region.truth import LEAST_INSIDE
from wend.methods.workbench import Workbench

CPU = torch.device("cpu")
MODELS = Path(__file__).parents[3] / "models"


def bench_of(model: str, folder: Path) -> Workbench:
    store = ModelStore([MODELS / "generators"])
    return Workbench(
        model, store.load(model, CPU), Shelf(store, folder), PerceptionStore([MODELS / "perception"])
    )


def noise_of(generator: Generator) -> list[Tensor | None]:
    return [noise_map(0, row, size) if size else None for row, size in enumerate(generator.spec.noise_sizes)]


def start_of(generator: Generator, seed: int) -> Tensor:
    w = generator.mapping(z_of_seeds([seed], generator.spec.z_dim))
    return truncate(w[:, None].repeat(1, generator.spec.num_ws, 1), generator.center(None), 0.8, None)


def search(bench: Workbench, ws: Tensor, mask: Tensor, grounding: Grounding) -> RegionSearch:
    generator = bench.generator
    noise = noise_of(generator)
    task = RegionTask(ws, noise, mask, 0.8, {"mask": "m"})
    with torch.no_grad():
        at = finish(Linearization.at(generator, ws, noise, is_preview_wanted=False))
        ground = finish(grounding.first())
        # Time stands still: how much is found must not depend on what else the machine does.
        jacobian = RegionJacobian(at, ground.space, None, clock=lambda: 0.0)
        found = RegionSearch(generator, "0" * 64, task, grounding, jacobian, clock=lambda: 0.0)
        for _ in found.run():
            if found.label == "Refining slider 2":
                break  # the others are refined alike, which takes a while
    return found


def changes(find: RegionFind, mask: Tensor) -> tuple[float, float]:
    """Mean absolute change inside and outside over both ends, in steps, from the pictures."""
    start = find.truth.images[find.truth.alphas.index(0.0)]
    ends = [find.truth.images[i] for i, a in ((0, find.truth.low), (-1, find.truth.high)) if a != 0.0]
    change = torch.stack([(end - start).abs().mean(dim=0) * 127.5 for end in ends]).mean(dim=0)
    return float((change * mask).sum() / mask.sum()), float((change * (1 - mask)).sum() / (1 - mask).sum())


@pytest.fixture(scope="module")
def portraits(tmp_path_factory: pytest.TempPathFactory) -> tuple[Workbench, Grounding]:
    bench = bench_of("portraits-64", tmp_path_factory.mktemp("shelf"))
    grounding = Grounding(bench, 0.8)
    with torch.no_grad():
        finish(grounding.whole())
    return bench, grounding


@pytest.fixture(scope="module")
def mouth(portraits: tuple[Workbench, Grounding]) -> tuple[Tensor, Tensor, RegionSearch]:
    """ws, the mask, and what is found for it, of a mouth."""
    bench, grounding = portraits
    ws = start_of(bench.generator, 0)
    mask = torch.zeros(64, 64)
    mask[38:48, 25:40] = 1.0
    return ws, mask, search(bench, ws, mask, grounding)


def test_a_mouth_has_sliders_that_leave_the_rest(mouth: tuple[Tensor, Tensor, RegionSearch]) -> None:
    _, mask, found = mouth
    assert len(found.found) >= 4
    assert found.fraction == 1.0
    best = min(found.found, key=lambda find: find.truth.leakage)
    assert best.truth.leakage < 0.15
    for find in found.found:
        inside, outside = changes(find, mask)
        assert find.truth.inside == pytest.approx(inside, rel=1e-3)
        assert find.truth.outside == pytest.approx(outside, rel=1e-3)
        assert inside >= LEAST_INSIDE
        assert find.record.low <= 0.0 <= find.record.high
    assert len({find.key for find in found.found}) == len(found.found)


def test_a_slider_that_is_better_takes_the_place_of_what_it_replaces(
    mouth: tuple[Tensor, Tensor, RegionSearch],
) -> None:
    first, second, third = mouth[2].found[:3]
    keys = [find.key for find in taken_up((first, second), third, [first])]
    assert keys == [third.key, second.key]
    assert [find.key for find in taken_up((first, second), third, [])] == [first.key, second.key, third.key]
    both = taken_up((first, second, third), replace(first, key="new"), [second, first])
    assert [find.key for find in both] == ["new", third.key]


def test_a_slider_that_moves_other_factors_along_ranks_lower(
    mouth: tuple[Tensor, Tensor, RegionSearch],
) -> None:
    find = mouth[2].found[0]
    ranked = [replace(find, focus=focus).score for focus in (1.0, 2.0, None, 6.0, 60.0)]
    assert ranked == sorted(ranked)
    assert ranked[0] < ranked[1] < ranked[2] < ranked[3] == ranked[4]


def test_of_enough_sliders_the_worst_leaves_for_a_better_one(
    mouth: tuple[Tensor, Tensor, RegionSearch],
) -> None:
    worst, *_, best = sorted(mouth[2].found, key=lambda find: find.score)
    full = [replace(worst, key=str(at)) for at in range(MOST_SLIDERS)]
    assert [find.key for find in taken_up(full, best, [])] == [best.key, *map(str, range(1, MOST_SLIDERS))]
    assert "none" not in [
        find.key for find in taken_up([best] * MOST_SLIDERS, replace(worst, key="none"), [])
    ]


def test_a_slider_is_the_walk_of_its_record(
    portraits: tuple[Workbench, Grounding], mouth: tuple[Tensor, Tensor, RegionSearch]
) -> None:
    generator = portraits[0].generator
    ws, _, found = mouth
    find = found.found[0]
    with torch.no_grad():
        moved = find.record.walk.apply(ws, find.truth.high)
        image = synthesize(generator, moved, noise_of(generator)).clamp(-1.0, 1.0)
    torch.testing.assert_close(image[0], find.truth.images[-1], atol=2e-3, rtol=0.0)


def test_a_slider_is_named_after_the_mouth(mouth: tuple[Tensor, Tensor, RegionSearch]) -> None:
    found = mouth[2].found
    assert {find.place for find in found} == {"mouth"}
    assert all(find.record.title.startswith("Mouth") for find in found)
    titles = [find.record.title for find in found]
    assert any(find.kind == "factor" for find in found), titles


def test_sliders_of_one_region_differ(mouth: tuple[Tensor, Tensor, RegionSearch]) -> None:
    found = mouth[2].found
    assert len({find.record.id for find in found}) == len(found)
    assert len({find.record.family for find in found}) == 1


def test_what_was_found_is_measured_again_on_another_picture(
    portraits: tuple[Workbench, Grounding], mouth: tuple[Tensor, Tensor, RegionSearch]
) -> None:
    bench, grounding = portraits
    _, mask, first = mouth
    other = start_of(bench.generator, 5)
    known = [find.record for find in first.found[:2]]
    noise = noise_of(bench.generator)
    with torch.no_grad():
        at = finish(Linearization.at(bench.generator, other, noise))
        jacobian = RegionJacobian(at, finish(grounding.first()).space, None)
        task = RegionTask(other, noise, mask, 0.8)
        again = RegionSearch(bench.generator, "0" * 64, task, grounding, jacobian, known)
        finish(again.run())
    assert [find.record.id for find in again.found] == [record.id for record in known]
    assert again.found[0].truth.leakage != first.found[0].truth.leakage
    assert jacobian.size == 0


@pytest.mark.parametrize(
    ("mask", "why"),
    [
        (torch.zeros(8, 8), "empty"),
        (torch.ones(8, 8), "whole picture"),
        (torch.eye(8) * torch.eye(8)[0], "single pixel"),
    ],
)
def test_a_mask_of_no_use_is_refused(mask: Tensor, why: str) -> None:
    with pytest.raises(RegionUnusable, match=why):
        RegionTask(torch.zeros(1, 1, 4), None, mask, 1.0)


def test_a_mask_on_the_disc_is_changed_more_than_its_ground(tmp_path: Path) -> None:
    bench = bench_of("analytic-disc", tmp_path)
    side = bench.generator.spec.resolution
    mask = torch.zeros(side, side)
    mask[side // 3 : 2 * side // 3, side // 3 : 2 * side // 3] = 1.0
    grounding = Grounding(bench, 1.0)
    ws = torch.zeros(1, 1, bench.generator.spec.w_dim)
    found = search(bench, ws, mask, grounding)
    assert found.found
    assert found.found[0].truth.inside > found.found[0].truth.outside
