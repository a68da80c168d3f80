"""Single: float32 where a device has no float64, as Apple's (MPS) has none.

What is worked out in float64 elsewhere (curves of factors, lengths, means) is then worked out in float32 on
that device; what stays on the CPU stays float64.
Source: https://docs.pytorch.org/docs/stable/torch.overrides.html, for what a mode hears of.
"""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

KIND = "mps"
_MADE_OF_DATA = (torch.tensor, torch.as_tensor)


class Single(TorchFunctionMode):
    """While it is entered, in this thread: what would be float64 on devices of one kind is float32."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self._kind = kind

    # Any: torch hands over whatever is called, with whatever it is called with.
    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: object,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> object:
        given: dict[str, Any] = dict(kwargs or {})
        if func is Tensor.double and self._is_here(args[0]):
            return args[0].float()
        if func is Tensor.to:
            return self._moved(args[0], list(args[1:]), given)
        if func in _MADE_OF_DATA and "dtype" not in given and self._is_kind(given.get("device")):
            made = func(*args, **{**given, "device": "cpu"})
            return (made.float() if made.dtype == torch.float64 else made).to(given["device"])
        if given.get("dtype") is torch.float64 and self._goes_here(args, given):
            given["dtype"] = torch.float32
        return func(*args, **given)

    def _moved(self, tensor: Tensor, args: list[Any], given: dict[str, Any]) -> Tensor:
        """`Tensor.to` in all its forms."""
        wanted = [*args, *given.values()]
        devices = [one.device if isinstance(one, Tensor) else one for one in wanted if _is_place(one)]
        if not any(map(self._is_kind, devices or [tensor.device])):
            return tensor.to(*args, **given)
        narrowed: list[Any] = [torch.float32 if one is torch.float64 else one for one in args]
        named: dict[str, Any] = {
            key: torch.float32 if one is torch.float64 else one for key, one in given.items()
        }
        return (tensor.float() if tensor.dtype == torch.float64 else tensor).to(*narrowed, **named)

    def _is_here(self, value: object) -> bool:
        return isinstance(value, Tensor) and value.device.type == self._kind

    def _is_kind(self, place: object) -> bool:
        return place is not None and str(place).partition(":")[0] == self._kind

    def _goes_here(self, args: tuple[Any, ...], given: dict[str, Any]) -> bool:
        place = given.get("device")
        return self._is_kind(place) if place is not None else any(map(self._is_here, args))


def _is_place(value: object) -> bool:
    return isinstance(value, Tensor | torch.device | str)


def make_do(device: torch.device) -> None:
    """Get along without float64 for as long as this thread lasts, where a device has none."""
    if device.type == KIND:
        Single(KIND).__enter__()  # type: ignore[no-untyped-call]  # torch says no types of it
