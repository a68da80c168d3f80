"""Nested: the state of a job as it is kept - copied off its device, and how large it is."""

from torch import Tensor


def copied(state: object) -> object:
    """A nested state with tensors of its own, on the CPU."""
    if isinstance(state, Tensor):
        return state.detach().to("cpu", copy=True)
    if isinstance(state, dict):
        return {key: copied(value) for key, value in state.items()}
    if isinstance(state, tuple):
        return tuple(copied(value) for value in state)
    if isinstance(state, list):
        return [copied(value) for value in state]
    return state


def size_of(state: object) -> int:
    """Bytes of all its tensors."""
    if isinstance(state, Tensor):
        return state.numel() * state.element_size()
    if isinstance(state, dict):
        return sum(map(size_of, state.values()))
    return sum(map(size_of, state)) if isinstance(state, tuple | list) else 0
