"""States: what synthesis carried before each style row in a view's last live picture, for prefix reuse.

A slider that moves rows 8 and 9 leaves the state before row 8 as it was; the next picture of that view
resumes there. Each view keeps one chain of states, so the first row that differs from its last picture
says where to resume: no guess about what will be dragged next.
"""

from collections import OrderedDict
from dataclasses import dataclass

import torch
from torch import Tensor

from wend.engine.request import ViewKey
from wend.generators.generator import SynthesisState
from wend.pictures.corrections import MapsKey


@dataclass(frozen=True)
class ChainKey:
    """All that a state depends on besides the style rows before it."""

    generator_hash: str
    precision: str
    noise_key: MapsKey
    class_index: int | None


@dataclass(frozen=True)
class Chain:
    """The states of one picture. ws: float32 [1, L, D]; states: those kept, by their row, in order."""

    key: ChainKey
    ws: Tensor
    states: tuple[SynthesisState, ...]

    @property
    def size_bytes(self) -> int:
        return sum(state.size_bytes for state in self.states)


class StateCache:
    """Chains by view within a budget of bytes; the view served longest ago loses its chain first."""

    def __init__(self, budget_bytes: int) -> None:
        self._budget_bytes = budget_bytes
        self._chains: OrderedDict[ViewKey, Chain] = OrderedDict()
        self.size_bytes = 0

    def resume(self, view: ViewKey, key: ChainKey, ws: Tensor) -> tuple[SynthesisState, ...]:
        """The states of this view's last picture that hold for ws [1, L, D] too, in order of their rows.

        The state before row k holds when everything in `key` and every bit of ws[:, :k] is the same.
        """
        chain = self._chains.get(view)
        if chain is None or chain.key != key or chain.ws.shape != ws.shape:
            return ()
        rows = equal_rows(chain.ws, ws)
        return tuple(state for state in chain.states if state.row <= rows)

    def keep(self, view: ViewKey, chain: Chain) -> None:
        """Replace this view's chain. Of one larger than the budget only the states that fit stay.

        Small early states first: what they cost least to keep saves the rows after them least, but a
        chain with a gap at its end still helps every edit of coarse rows.
        """
        self.forget(view)
        kept: list[SynthesisState] = []
        room = self._budget_bytes
        for state in chain.states:
            if state.size_bytes <= room:
                kept.append(state)
                room -= state.size_bytes
        chain = Chain(chain.key, chain.ws, tuple(kept))
        self._chains[view] = chain
        self.size_bytes += chain.size_bytes
        while self.size_bytes > self._budget_bytes:
            self.forget(next(iter(self._chains)))

    def forget(self, view: ViewKey) -> None:
        chain = self._chains.pop(view, None)
        if chain is not None:
            self.size_bytes -= chain.size_bytes

    def forget_session(self, session: str) -> None:
        for view in [v for v in self._chains if v.session == session]:
            self.forget(view)

    def clear(self) -> None:
        self._chains.clear()
        self.size_bytes = 0


def equal_rows(a: Tensor, b: Tensor) -> int:
    """How many leading style rows of two ws float32 [1, L, D] are the same, bit for bit."""
    same = (a.contiguous().view(torch.int32) == b.contiguous().view(torch.int32)).all(dim=2)[0]
    return int(same.long().cumprod(0).sum())
