"""Shapes alone: networks made without numbers, to look at what they would hold.

Initial values are not drawn either: on the device of shapes, torch's first random number loads its compiler,
which takes seconds and is for nothing.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

_DRAWS = frozenset(
    {"normal_", "uniform_", "orthogonal_", "kaiming_uniform_", "kaiming_normal_", "xavier_uniform_"}
)


class _NoDraws(TorchFunctionMode):
    """Whatever would fill a tensor with random numbers leaves it as it is."""

    def __torch_function__(
        self,
        func: Callable[..., Any],  # Any: torch's own signature
        types: Sequence[type],
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> object:
        given = dict(kwargs or {})
        if getattr(func, "__name__", "") in _DRAWS:
            return args[0] if args else given["tensor"]
        return func(*args, **given)


@contextmanager
def shapes_alone() -> Iterator[None]:
    """Networks that are built within have shapes and names, and take no memory."""
    with _NoDraws(), torch.device("meta"):
        yield
