"""Given: what a layer gets beside its style - the map of its noise, and what is to be added behind it.

Both travel as one tensor, so that whoever hands noise on hands corrections on, too: [1 or N, 1, r, r] is a
map of noise alone, [1 or N, 1 + C, r, r] a map (zeros for none) and, behind it, the correction of the layer's
output. Chains and generators of the StyleGAN2 family take corrections.
"""

from torch import Tensor

from wend.generators.generator import SynthesisState


def with_correction(noise: Tensor | None, correction: Tensor) -> Tensor:
    """noise [1, 1, r, r] or None, correction [C, r, r] -> [1, 1 + C, r, r]."""
    given = correction.new_zeros(1, 1 + len(correction), *correction.shape[1:])
    given[:, 1:] = correction
    if noise is not None:
        given[:, :1] = noise
    return given


def parted(given: Tensor | None) -> tuple[Tensor | None, Tensor | None]:
    """The map of the noise, and the correction; None for what is not there."""
    if given is None or given.shape[1] == 1:
        return given, None
    return given[:, :1], given[:, 1:]


def corrected(state: SynthesisState, correction: Tensor | None) -> SynthesisState:
    """The state behind a layer, with its correction [1 or N, C, r, r]."""
    if correction is None:
        return state
    return SynthesisState(state.row, state.x + correction.to(state.x.dtype), state.rgb)


def alike(given: list[Tensor]) -> list[Tensor]:
    """Of one layer for several pictures, with as many channels each: zeros where one has no correction."""
    most = max(each.shape[1] for each in given)
    return [
        each if each.shape[1] == most else with_correction(each, each.new_zeros(most - 1, *each.shape[2:]))
        for each in given
    ]
