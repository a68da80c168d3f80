"""Shapes alone: networks made without numbers, to look at what they would hold.

Initial values are neither drawn nor scaled: on the device of shapes, torch's first random number, and its
first quotient, load its compiler, which takes seconds and is for nothing.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

_DRAWS = frozenset(
    {"normal_", "uniform_", "orthogonal_", "kaiming_uniform_", "kaiming_normal_", "xavier_uniform_"}
)
_SCALES = frozenset({"div", "mul", "__truediv__", "__mul__", "__rmul__"})


class _NoDraws(TorchFunctionMode):
    """Whatever would fill a tensor with random numbers, or scale one by a number, leaves it as it is."""

    def __torch_function__(
        self,
        func: Callable[..., Any],  # Any: torch's own signature
        types: Sequence[type],
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> object:
        given, name = dict(kwargs or {}), getattr(func, "__name__", "")
        if name in _DRAWS:
            return args[0] if args else given["tensor"]
        if name == "randn":
            return torch.empty(*args, **given)
        if name == "outer":
            return torch.empty(len(args[0]), len(args[1]))
        if name in _SCALES and isinstance(args[0], Tensor) and _is_number(args[1]):
            return args[0]
        return func(*args, **given)


def _is_number(value: object) -> bool:
    return value.ndim == 0 if isinstance(value, Tensor) else isinstance(value, int | float)


@contextmanager
def shapes_alone() -> Iterator[None]:
    """Networks that are built within have shapes and names, and take no memory."""
    with _NoDraws(), torch.device("meta"):
        yield
