"""Owner of both qualities: reuse that changes no bit, batches that change next to nothing."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor

from tests.engine.conftest import Library
from tests.engine.library import ROWS, SIZE
from wend.documents.picture import Edit, LayerRange, Picture, SeedLatent
from wend.engine.precision import LiveMode, with_precision
from wend.engine.render import LiveFrame, render_live
from wend.engine.request import ViewKey
from wend.engine.residency import Resident
from wend.engine.states import StateCache
from wend.generators.generator import SynthesisState, synthesize
from wend.imaging.pixels import to_uint8
from wend.pictures.final import draw_final
from wend.pictures.resolve import Resolved, Resolver

A, B, C = (ViewKey(name, 0) for name in "abc")
ROOM = 50_000_000


@pytest.fixture
def exact(library: Library) -> Resident:
    """The tiny model, live in float32."""
    store, _ = library
    generator = store.load("tiny", torch.device("cpu"))
    mode = LiveMode("float32", 0.0, 1.0, 1.0, "")
    return Resident("tiny", store.get("tiny").card.hash, generator, generator, mode, generator.size_bytes)


@pytest.fixture
def resolver(library: Library) -> Resolver:
    return Resolver(library[1])


def picture(
    alpha: float = 0.0, start: int = 0, end: int = ROWS, seed: int = 0, noise_seed: int | None = 0
) -> Picture:
    edits = (Edit(walk="test/0", alpha=alpha, layers=LayerRange(start=start, end=end)),)
    return Picture(model="tiny", latent=SeedLatent(seed=seed), edits=edits, noise_seed=noise_seed)


def last_image(states: StateCache, view: ViewKey, resident: Resident, resolved: Resolved) -> Tensor:
    """The float image that a view's chain ends with."""
    frame = LiveFrame(view, resolved)
    _, reused = render_live(resident, [frame], states)
    assert reused == 1  # the same picture again needs no row at all
    chain = states._chains[view]  # the claim is of every bit, not of the eight that are left as pixels
    assert chain.states[-1].row == ROWS
    assert chain.states[-1].rgb is not None
    return chain.states[-1].rgb


@pytest.mark.parametrize("start", range(ROWS))
def test_resuming_changes_no_bit(exact: Resident, resolver: Resolver, start: int) -> None:
    states = StateCache(ROOM)
    for step in range(4):
        resolved = resolver.resolve(picture(step / 3, start, seed=2), exact)
        pixels, reused = render_live(exact, [LiveFrame(A, resolved)], states)
        assert reused == (step > 0 and start > 0)
        assert np.array_equal(pixels[0].pixels, draw_final(exact.exact, resolved).pixels)
        full = synthesize(exact.exact, resolved.ws, list(resolved.noise or ()))
        assert torch.equal(last_image(states, A, exact, resolved), full)


def test_a_resumed_drag_runs_only_the_rows_that_changed(exact: Resident, resolver: Resolver) -> None:
    rows: list[int] = []

    class Counting:
        def __getattr__(self, name: str) -> object:
            return getattr(exact.live, name)

        def step(self, state: SynthesisState, w: Tensor, noise: Tensor | None) -> SynthesisState:
            rows.append(state.row)
            return exact.live.step(state, w, noise)

    counting = replace(exact, live=Counting())  # type: ignore[arg-type]  # forwards the rest of the protocol
    states = StateCache(ROOM)
    for alpha, start in ((0.1, 4), (0.2, 4), (0.2, 2), (0.3, 5)):
        rows.clear()
        resolved = resolver.resolve(picture(alpha, start), exact)
        render_live(counting, [LiveFrame(A, resolved)], states)
        assert (
            rows
            == {
                (0.1, 4): [0, 1, 2, 3, 4, 5],
                (0.2, 4): [4, 5],
                (0.2, 2): [2, 3, 4, 5],
                (0.3, 5): [2, 3, 4, 5],  # rows 2 to 4 go back to the unmoved picture
            }[alpha, start]
        )


@pytest.mark.parametrize(
    "other",
    [
        picture(0.5, 4, noise_seed=1),
        picture(0.5, 4, noise_seed=None),
        picture(0.5, 4, seed=3),
        picture(0.5, 4).model_copy(update={"psi": 0.5}),
    ],
)
def test_nothing_is_reused_that_depends_on_what_changed(
    exact: Resident, resolver: Resolver, other: Picture
) -> None:
    states = StateCache(ROOM)
    render_live(exact, [LiveFrame(A, resolver.resolve(picture(0.4, 4), exact))], states)
    resolved = resolver.resolve(other, exact)
    pixels, reused = render_live(exact, [LiveFrame(A, resolved)], states)
    assert reused == 0
    assert np.array_equal(pixels[0].pixels, draw_final(exact.exact, resolved).pixels)


def test_views_do_not_share_states(exact: Resident, resolver: Resolver) -> None:
    states = StateCache(ROOM)
    resolved = resolver.resolve(picture(0.4, 4), exact)
    assert render_live(exact, [LiveFrame(A, resolved)], states)[1] == 0
    assert render_live(exact, [LiveFrame(B, resolved)], states)[1] == 0


def test_a_batch_equals_its_singles(exact: Resident, resolver: Resolver) -> None:
    pictures = [picture(1.0, 4), picture(seed=1, noise_seed=5), picture(seed=2, noise_seed=None)]
    resolved = [resolver.resolve(p, exact) for p in pictures]
    frames = [LiveFrame(view, r) for view, r in zip((A, B, C), resolved, strict=True)]
    rendered, _ = render_live(exact, frames, StateCache(ROOM))
    assert [each.pixels.shape for each in rendered] == [(SIZE, SIZE, 3)] * 3
    for each, alone in zip(rendered, (draw_final(exact.exact, r) for r in resolved), strict=True):
        assert np.abs(each.pixels.astype(int) - alone.pixels).max() <= 1
        assert torch.equal(torch.from_numpy(each.pixels), to_uint8(each.image)[0])


def test_each_view_of_a_batch_resumes_where_it_can(exact: Resident, resolver: Resolver) -> None:
    states = StateCache(ROOM)
    views = (A, B, C)
    starts = (5, 1, 3)
    for step in range(3):
        resolved = [resolver.resolve(picture(step / 2, start, seed=start), exact) for start in starts]
        frames = [LiveFrame(view, r) for view, r in zip(views, resolved, strict=True)]
        rendered, reused = render_live(exact, frames, states)
        assert reused == (3 if step else 0)
        for each, alone in zip(rendered, (draw_final(exact.exact, r) for r in resolved), strict=True):
            assert np.abs(each.pixels.astype(int) - alone.pixels).max() <= 1
            assert torch.equal(torch.from_numpy(each.pixels), to_uint8(each.image)[0])


def test_noise_does_not_depend_on_the_place_in_the_batch(exact: Resident, resolver: Resolver) -> None:
    mine = resolver.resolve(picture(seed=4, noise_seed=8), exact)
    other = resolver.resolve(picture(seed=5, noise_seed=9), exact)
    first, _ = render_live(exact, [LiveFrame(A, mine), LiveFrame(B, other)], StateCache(ROOM))
    second, _ = render_live(exact, [LiveFrame(B, other), LiveFrame(A, mine)], StateCache(ROOM))
    assert np.abs(first[0].pixels.astype(int) - second[1].pixels).max() <= 1
    without = draw_final(exact.exact, resolver.resolve(picture(seed=4, noise_seed=None), exact))
    assert np.abs(first[0].pixels.astype(int) - without.pixels).max() > 10


def test_final_leaves_no_state_and_uses_none(exact: Resident, resolver: Resolver) -> None:
    resolved = resolver.resolve(picture(1.0, 4), exact)
    first = draw_final(exact.exact, resolved).pixels
    assert np.array_equal(draw_final(exact.exact, resolved).pixels, first)
    assert first.dtype == np.uint8
    assert first.shape == (SIZE, SIZE, 3)


def test_half_precision_resumes_too(exact: Resident, resolver: Resolver) -> None:
    mode = LiveMode("bfloat16", 2.0, 1.0, 0.5, "")
    half = replace(exact, live=with_precision(exact.exact, torch.bfloat16), mode=mode)
    states = StateCache(ROOM)
    for step in range(3):
        resolved = resolver.resolve(picture(step / 2, 4), half)
        pixels, reused = render_live(half, [LiveFrame(A, resolved)], states)
        whole, _ = render_live(half, [LiveFrame(B, resolved)], StateCache(ROOM))
        assert reused == (step > 0)
        assert np.array_equal(pixels[0].pixels, whole[0].pixels)
        assert np.abs(pixels[0].pixels.astype(int) - draw_final(half.exact, resolved).pixels).max() <= 8
