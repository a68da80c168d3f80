"""Render: resolved pictures to eight-bit pixels, live: several at once in the precision measured best, each
from the deepest state that its view's last picture left behind. `pictures/final.py` is the other quality."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from wend.engine.request import ViewKey
from wend.engine.residency import Resident
from wend.engine.states import Chain, ChainKey, StateCache
from wend.generators.generator import SynthesisState
from wend.generators.given import alike
from wend.imaging.pixels import to_uint8
from wend.pictures.final import Rendered, to_host
from wend.pictures.resolve import Noise, Resolved


@dataclass(frozen=True)
class LiveFrame:
    """A picture that a view wants live."""

    view: ViewKey
    picture: Resolved


def render_live(
    resident: Resident, frames: Sequence[LiveFrame], states: StateCache
) -> tuple[list[Rendered], int]:
    """N pictures of one model in their order, and how many of them resumed from a state.

    Rows run once for all; a picture that resumes before row k joins the batch at row k, so none is
    computed twice. Alone and in float32 the pixels are those of the full path, bit for bit.
    """
    with torch.inference_mode():
        chains = [_chain(resident, frame, states) for frame in frames]
        images, members = _run(resident, frames, chains)
        for frame, chain in zip(frames, chains, strict=True):
            states.keep(frame.view, chain.finished())
        pixels = to_host(to_uint8(images))
    rendered = [
        Rendered(pixels[place], images[place : place + 1])
        for place in (members.index(frame) for frame in range(len(frames)))
    ]
    return rendered, sum(chain.start.row > 0 for chain in chains)


@dataclass
class _Growing:
    """The chain of one picture while it is rendered; `states` starts with those that still hold."""

    key: ChainKey
    ws: Tensor
    start: SynthesisState
    states: list[SynthesisState]

    def finished(self) -> Chain:
        return Chain(self.key, self.ws, tuple(self.states))


def _chain(resident: Resident, frame: LiveFrame, states: StateCache) -> _Growing:
    picture = frame.picture
    key = ChainKey(resident.hash, resident.mode.precision, picture.noise_key, picture.class_index)
    held = list(states.resume(frame.view, key, picture.ws))
    start = held[-1] if held else resident.live.start(1, resident.mode.dtype)
    return _Growing(key, picture.ws, start, held)


def _run(
    resident: Resident, frames: Sequence[LiveFrame], chains: Sequence[_Growing]
) -> tuple[Tensor, list[int]]:
    """Images float32 [N, C, H, W], and which picture each of them is."""
    rows = resident.live.spec.num_ws
    ws = torch.cat([frame.picture.ws for frame in frames])
    members: list[int] = []
    parts: list[SynthesisState] = []
    for row in range(min(chain.start.row for chain in chains), rows + 1):
        joining = [index for index, chain in enumerate(chains) if chain.start.row == row]
        members += joining
        parts += [chains[index].start for index in joining]
        if row == rows:
            break
        state = parts[0] if len(parts) == 1 else _join(parts)
        noise = _noise([frames[index].picture.noise for index in members], row)
        state = resident.live.step(state, ws[members, row], noise)
        parts = [state]
        for position, index in enumerate(members):
            own = state if len(members) == 1 else state.take(position, position + 1)
            chains[index].states.append(_kept(own, is_slice=len(members) > 1, is_last=row + 1 == rows))
    return _rgb(parts), members


def _join(parts: Sequence[SynthesisState]) -> SynthesisState:
    rgb = None if parts[0].rgb is None else _rgb(parts)
    return SynthesisState(parts[0].row, torch.cat([part.x for part in parts]), rgb)


def _rgb(parts: Sequence[SynthesisState]) -> Tensor:
    rgbs = [part.rgb for part in parts if part.rgb is not None]
    assert len(rgbs) == len(parts), "states before one row agree on whether there is rgb"
    return torch.cat(rgbs)


def _kept(state: SynthesisState, is_slice: bool, is_last: bool) -> SynthesisState:
    """A state as the cache holds it: without its neighbours' memory, nor activations nobody reads again."""
    x, rgb = state.x, state.rgb
    if is_last:
        x = x.new_empty(1, 0, 1, 1)
    elif is_slice:
        x = x.clone()
    if is_slice and rgb is not None:
        rgb = rgb.clone()
    return SynthesisState(state.row, x, rgb)


def _noise(noises: Sequence[Noise | None], row: int) -> Tensor | None:
    """What one row is given for a batch: [1, C, r, r] where all share it, else [N, C, r, r]."""
    maps = [None if noise is None else noise[row] for noise in noises]
    first = next((m for m in maps if m is not None), None)
    if first is None or all(m is first for m in maps):
        return first
    return torch.cat(alike([first.new_zeros(1, 1, *first.shape[2:]) if m is None else m for m in maps]))
