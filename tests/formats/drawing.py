"""What tests of layouts share: files of random tensors, and pictures in float64 held against others."""

import io
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from tests.formats.foreign_pickle import FOREIGN
from wend.errors import FormatRefused
from wend.formats.sandbox import Sandbox
from wend.generators.generator import Generator, synthesize

A = NDArray[np.float64]
Shapes = Mapping[str, tuple[int, ...]]


def saved(value: object, is_legacy: bool = False) -> bytes:
    """What `torch.save` writes; the value may hold foreign things."""
    file = io.BytesIO()
    torch.save(value, file, pickle_module=FOREIGN, _use_new_zipfile_serialization=not is_legacy)
    return file.getvalue()


def random(shapes: Shapes, seed: int = 0, sd: float = 1.0) -> dict[str, Tensor]:
    rng = torch.Generator().manual_seed(seed)
    return {name: sd * torch.randn(shape, generator=rng) for name, shape in shapes.items()}


def norm_shapes(name: str, channels: int) -> dict[str, tuple[int, ...]]:
    return {f"{name}.{part}": (channels,) for part in ("weight", "bias", "running_mean", "running_var")}


def with_variances(state: dict[str, Tensor], ending: str = "running_var") -> dict[str, Tensor]:
    """The same with every variance positive."""
    return {key: t.abs() + 0.5 if key.endswith(ending) else t for key, t in state.items()}


def doubles(state: Mapping[str, Tensor]) -> dict[str, A]:
    return {key: t.double().numpy() for key, t in state.items()}


def code(width: int, seed: int = 1) -> Tensor:
    """z float64 [1, width]."""
    return torch.randn(1, width, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def one_hot(index: int, count: int) -> Tensor:
    return torch.eye(count, dtype=torch.float64)[[index]]


def drawn(generator: Generator, z: Tensor, c: Tensor | None = None) -> A:
    """One picture [3, R, R] in float64; on the way, its gradient in z is looked at: finite, and not zero."""
    assert isinstance(generator, nn.Module)
    generator.double()
    z = z.clone().requires_grad_(True)
    ws = generator.mapping(z, c)[:, None].repeat(1, generator.spec.num_ws, 1)
    image = synthesize(generator, ws, None, torch.float64)
    image.square().sum().backward()
    assert z.grad is not None
    assert bool(z.grad.isfinite().all())
    assert bool((z.grad != 0).any())
    return image.detach()[0].numpy()


def check_close(ours: A, naive: A) -> None:
    """Within 1e-5 of the largest value."""
    assert ours.shape == naive.shape
    assert float(np.abs(ours - naive).max()) <= 1e-5 * float(np.abs(naive).max())


def check_refusals(
    sandbox: Sandbox,
    folder: Path,
    state: Mapping[str, Tensor],
    cases: Mapping[str, tuple[str, Tensor | None]],
) -> None:
    """cases: words of the refusal -> the tensor that is changed, and to what (None: it is left out)."""
    for words, (key, tensor) in cases.items():
        changed = (
            {**state, key: tensor} if tensor is not None else {k: t for k, t in state.items() if k != key}
        )
        (folder / "changed").write_bytes(saved(changed))
        with pytest.raises(FormatRefused, match=words), sandbox.read(folder / "changed"):
            pass
