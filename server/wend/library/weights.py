"""Weights: safetensors beside a card, checked to the last tensor before a network uses them."""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from wend.errors import WeightsInvalid

WEIGHTS_FILE = "weights.safetensors"
DISCRIMINATOR_FILE = "discriminator.safetensors"
ENCODER_FILE = "encoder.safetensors"
# The low-pass filter is a constant of the architecture: rebuilt, neither stored nor hashed.
_REBUILT = "resample_filter"


def canonical_tensors(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The tensors that make a generator what it is: sorted by name, float32, contiguous, on the CPU."""
    return {
        name: tensors[name].detach().to(device="cpu", dtype=torch.float32).contiguous()
        for name in sorted(tensors)
        if name.rsplit(".", 1)[-1] != _REBUILT
    }


def generator_hash(tensors: Mapping[str, Tensor]) -> str:
    """sha256 in hex of names, shapes and little-endian float32 values of the canonical tensors.

    A property of the generator, not of its file: the same for half and single precision files that
    load to the same values, and for any order or metadata.
    """
    digest = hashlib.sha256()
    for name, tensor in canonical_tensors(tensors).items():
        digest.update(f"{name}:{tuple(tensor.shape)};".encode())
        digest.update(tensor.numpy().astype("<f4", copy=False).tobytes())
    return digest.hexdigest()


def save_weights(
    path: Path, tensors: Mapping[str, Tensor], about: dict[str, str] | None = None
) -> dict[str, Tensor]:
    """Write tensors in half precision; returns what a reader will see, as float32. about: the metadata.

    Raises: WeightsInvalid where a value is not finite in half precision.
    """
    halves = {name: tensor.to(torch.float16) for name, tensor in canonical_tensors(tensors).items()}
    for name, tensor in halves.items():
        if not bool(torch.isfinite(tensor).all()):
            raise WeightsInvalid(path.name, f"{name} is not finite in half precision")
    save_file(halves, path, about)
    return {name: tensor.float() for name, tensor in halves.items()}


def save_exactly(
    path: Path, tensors: Mapping[str, Tensor], about: dict[str, str] | None = None
) -> dict[str, Tensor]:
    """Write tensors so that a reader sees these very numbers, in half precision where that loses none.

    about: the metadata. Returns them as float32. Raises: WeightsInvalid where a value is not finite.
    """
    whole = canonical_tensors(tensors)
    kept: dict[str, Tensor] = {}
    for name, tensor in whole.items():
        if not bool(torch.isfinite(tensor).all()):
            raise WeightsInvalid(path.name, f"{name} holds values that are not finite")
        half = tensor.to(torch.float16)
        kept[name] = half if torch.equal(half.float(), tensor) else tensor
    save_file(kept, path, about)
    return whole


def read_weights(path: Path) -> dict[str, Tensor]:
    """All tensors of a safetensors file as float32 on the CPU.

    Raises: WeightsInvalid for a file that is missing, damaged, a link, not of floats, or not finite.
    """
    name = f"{path.parent.name}/{path.name}"
    if path.is_symlink() or not path.is_file():
        raise WeightsInvalid(name, "it is missing" if not path.exists() else "it is no ordinary file")
    tensors: dict[str, Tensor] = {}
    try:
        with safe_open(path, framework="pt", device="cpu") as file:
            for key in file.keys():  # noqa: SIM118 - not a mapping
                tensors[key] = file.get_tensor(key)
    except (SafetensorError, OSError, ValueError) as error:
        raise WeightsInvalid(name, str(error)) from error
    for key, tensor in tensors.items():
        if not tensor.is_floating_point():
            raise WeightsInvalid(name, f"{key} holds {tensor.dtype}, not floats")
        if not bool(torch.isfinite(tensor).all()):
            raise WeightsInvalid(name, f"{key} holds values that are not finite")
    return {key: tensor.float() for key, tensor in tensors.items()}


def check_fit(network: nn.Module, tensors: Mapping[str, Tensor], path: Path) -> dict[str, Tensor]:
    """The tensors that go into a network, which may be one of shapes alone (on the device 'meta').

    Raises: WeightsInvalid where a name or a shape is another.
    """
    name = f"{path.parent.name}/{path.name}"
    wanted = {key: value for key, value in network.state_dict().items() if key.rsplit(".", 1)[-1] != _REBUILT}
    given = {key: value for key, value in tensors.items() if key.rsplit(".", 1)[-1] != _REBUILT}
    if missing := sorted(set(wanted) - set(given)):
        raise WeightsInvalid(name, f"{missing[0]} is missing ({len(missing)} in all)")
    if strange := sorted(set(given) - set(wanted)):
        raise WeightsInvalid(name, f"{strange[0]} is not part of the network ({len(strange)} in all)")
    for key, tensor in given.items():
        if tensor.shape != wanted[key].shape:
            raise WeightsInvalid(
                name, f"{key} has shape {tuple(tensor.shape)}, the card's network {tuple(wanted[key].shape)}"
            )
    return given


def fill(network: nn.Module, tensors: Mapping[str, Tensor], path: Path) -> None:
    """Copy tensors into a network of the same names and shapes. Raises: WeightsInvalid."""
    network.load_state_dict(check_fit(network, tensors, path), strict=False)


def settle(network: nn.Module, device: torch.device) -> None:
    """Make a filled network ready for use: eval, without gradients of its own, channels_last, on a device."""
    network.eval().requires_grad_(False)
    network.to(device=device, memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch's stubs lack the pair
