"""Owner of kept states: what matches, what fits, who loses first."""

import torch
from torch import Tensor

from wend.engine.request import ViewKey
from wend.engine.states import Chain, ChainKey, StateCache, equal_rows
from wend.generators.generator import SynthesisState

KEY = ChainKey("hash", "float32", 0, None)
ROWS = 4
FLOATS = 100


def ws(*values: float) -> Tensor:
    return torch.tensor(values).view(1, ROWS, 1).repeat(1, 1, 3)


def chain(*values: float) -> Chain:
    """One state of 400 bytes before each row from 1 on."""
    states = [SynthesisState(row, torch.zeros(1, FLOATS, 1, 1), None) for row in range(1, ROWS + 1)]
    return Chain(KEY, ws(*values), tuple(states))


def view(name: str) -> ViewKey:
    return ViewKey(name, 0)


def test_equal_rows_compares_bits() -> None:
    assert equal_rows(ws(1, 2, 3, 4), ws(1, 2, 3, 4)) == 4
    assert equal_rows(ws(1, 2, 3, 4), ws(1, 2, 9, 4)) == 2
    assert equal_rows(ws(0.0, 2, 3, 4), ws(-0.0, 2, 3, 4)) == 0
    assert equal_rows(ws(float("nan"), 2, 3, 4), ws(float("nan"), 2, 3, 4)) == 4


def test_resume_gives_the_states_before_the_first_changed_row() -> None:
    cache = StateCache(10_000)
    cache.keep(view("a"), chain(1, 2, 3, 4))
    assert [s.row for s in cache.resume(view("a"), KEY, ws(1, 2, 9, 4))] == [1, 2]
    assert [s.row for s in cache.resume(view("a"), KEY, ws(1, 2, 3, 4))] == [1, 2, 3, 4]
    assert cache.resume(view("a"), KEY, ws(9, 2, 3, 4)) == ()


def test_resume_asks_for_the_same_key_and_view() -> None:
    cache = StateCache(10_000)
    cache.keep(view("a"), chain(1, 2, 3, 4))
    for key in (
        ChainKey("other", "float32", 0, None),
        ChainKey("hash", "bfloat16", 0, None),
        ChainKey("hash", "float32", 1, None),
        ChainKey("hash", "float32", 0, 2),
    ):
        assert cache.resume(view("a"), key, ws(1, 2, 3, 4)) == ()
    assert cache.resume(view("b"), KEY, ws(1, 2, 3, 4)) == ()
    assert cache.resume(view("a"), KEY, torch.zeros(1, 9, 3)) == ()


def test_the_view_kept_longest_ago_leaves_first() -> None:
    cache = StateCache(4 * 400 * 2)
    for name in "abac":
        cache.keep(view(name), chain(1, 2, 3, 4))
    assert cache.size_bytes == 4 * 400 * 2
    assert cache.resume(view("b"), KEY, ws(1, 2, 3, 4)) == ()
    assert len(cache.resume(view("a"), KEY, ws(1, 2, 3, 4))) == 4


def test_a_chain_over_the_budget_keeps_what_fits() -> None:
    cache = StateCache(900)
    cache.keep(view("a"), chain(1, 2, 3, 4))
    assert [s.row for s in cache.resume(view("a"), KEY, ws(1, 2, 3, 4))] == [1, 2]
    assert cache.size_bytes == 800


def test_forgetting_gives_the_bytes_back() -> None:
    cache = StateCache(100_000)
    for name in "ab":
        cache.keep(view(name), chain(1, 2, 3, 4))
    cache.forget_session("a")
    assert cache.size_bytes == 1600
    cache.forget(view("nobody"))
    cache.clear()
    assert cache.size_bytes == 0
