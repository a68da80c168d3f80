"""StyleGAN2 by its shapes: from tensors in NVIDIA's names to a configuration, checked to the last one.

Source: names and shapes of published checkpoints; docs/formats.md, section 1.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from wend.errors import FormatDamaged, FormatTooLarge, FormatUnsupported
from wend.formats.found import Scalar
from wend.formats.tensors import StoredTensor

Shapes = dict[str, tuple[int, ...]]
MAX_RESOLUTION = 4096
MAX_ACTIVATIONS = 2**27
"""Numbers that a layer may put out for one picture: 512 MiB; published networks of 1024 px need a quarter."""
_MAX_MAPPING_LAYERS = 64
RGB = 3


@dataclass(frozen=True)
class StyleGAN2Shapes:
    """What fixes every shape of a generator and its discriminator. channels: per resolution from 4 up."""

    resolution: int
    z_dim: int
    w_dim: int
    c_dim: int
    mapping_layers: int
    channels: Mapping[int, int]

    @property
    def resolutions(self) -> tuple[int, ...]:
        return tuple(self.channels)

    @property
    def base_and_max(self) -> tuple[int, int]:
        """channel_base, channel_max with channels(r) = min(base // r, max). Raises: ValueError."""
        widest = max(self.channels.values())
        narrow = [(r, c) for r, c in self.channels.items() if c < widest]
        base = narrow[-1][0] * narrow[-1][1] if narrow else widest * self.resolution
        if any(c != min(base // r, widest) for r, c in self.channels.items()):
            raise ValueError(f"channels {list(self.channels.values())} follow no rule that is known here")
        return base, widest

    def config(self, conv_clamp: float | None) -> dict[str, Scalar]:
        """As `generators.stylegan2.StyleGAN2Config` takes it."""
        base, widest = self.base_and_max
        config: dict[str, Scalar] = {
            "resolution": self.resolution, "z_dim": self.z_dim, "w_dim": self.w_dim, "c_dim": self.c_dim,
            "mapping_layers": self.mapping_layers, "channel_base": base, "channel_max": widest,
            "image_channels": RGB,
        }  # fmt: skip
        return config if conv_clamp is None else {**config, "conv_clamp": float(conv_clamp)}

    def generator(self) -> Shapes:
        """Names and shapes of all tensors but the constant filters."""
        w = self.w_dim
        found: Shapes = {"mapping.w_avg": (w,)}
        if self.c_dim:
            found |= _linear("mapping.embed", self.c_dim, w)
        for index in range(self.mapping_layers):
            first = self.z_dim + (w if self.c_dim else 0)
            found |= _linear(f"mapping.fc{index}", first if index == 0 else w, w)
        before = 0
        for r, c in self.channels.items():
            block = f"synthesis.b{r}"
            if r == 4:
                found[f"{block}.const"] = (c, 4, 4)
            else:
                found |= self._convolution(f"{block}.conv0", before, c, r)
            found |= self._convolution(f"{block}.conv1", c, c, r)
            found |= {f"{block}.torgb.weight": (RGB, c, 1, 1), f"{block}.torgb.bias": (RGB,)}
            found |= _linear(f"{block}.torgb.affine", w, c)
            before = c
        return found

    def _convolution(self, name: str, before: int, after: int, resolution: int) -> Shapes:
        return {
            f"{name}.weight": (after, before, 3, 3),
            f"{name}.bias": (after,),
            f"{name}.noise_strength": (),
            f"{name}.noise_const": (resolution, resolution),
            **_linear(f"{name}.affine", self.w_dim, before),
        }

    def discriminator(self) -> Shapes:
        """Names and shapes of the residual discriminator with the same widths, but its filters."""
        found: Shapes = {}
        first = self.channels[4]
        for r in self.resolutions[:0:-1]:
            here, below = self.channels[r], self.channels[r // 2]
            if r == self.resolution:
                found |= {f"b{r}.fromrgb.weight": (here, RGB, 1, 1), f"b{r}.fromrgb.bias": (here,)}
            found |= {f"b{r}.conv0.weight": (here, here, 3, 3), f"b{r}.conv0.bias": (here,)}
            found |= {f"b{r}.conv1.weight": (below, here, 3, 3), f"b{r}.conv1.bias": (below,)}
            found[f"b{r}.skip.weight"] = (below, here, 1, 1)
        if self.c_dim:
            found |= _linear("mapping.embed", self.c_dim, first)
            for index in range(8):
                found |= _linear(f"mapping.fc{index}", first, first)
        found |= {"b4.conv.weight": (first, first + 1, 3, 3), "b4.conv.bias": (first,)}
        return (
            found | _linear("b4.fc", 16 * first, first) | _linear("b4.out", first, first if self.c_dim else 1)
        )


def _linear(name: str, before: int, after: int) -> Shapes:
    return {f"{name}.weight": (after, before), f"{name}.bias": (after,)}


def shapes_of(name: str, tensors: Mapping[str, StoredTensor]) -> StyleGAN2Shapes:
    """What the generator's tensors fix. Raises: FormatDamaged, FormatTooLarge, FormatUnsupported."""
    channels: dict[int, int] = {}
    resolution = 4
    while f"synthesis.b{resolution}.conv1.weight" in tensors and resolution <= MAX_RESOLUTION:
        channels[resolution] = _size(name, tensors, f"synthesis.b{resolution}.conv1.weight", 0)
        resolution *= 2
    layers = 0
    while f"mapping.fc{layers}.weight" in tensors and layers <= _MAX_MAPPING_LAYERS:
        layers += 1
    if not channels or not layers or len(channels) < 2:
        raise FormatDamaged(name, "its mapping or its synthesis is missing")
    if layers > _MAX_MAPPING_LAYERS:
        raise FormatUnsupported(name, f"its mapping has more than {_MAX_MAPPING_LAYERS} layers")
    drawable(name, ((width, side) for side, width in channels.items()))
    w_dim = _size(name, tensors, f"mapping.fc{layers - 1}.weight", 0)
    c_dim = _size(name, tensors, "mapping.embed.weight", 1) if "mapping.embed.weight" in tensors else 0
    z_dim = _size(name, tensors, "mapping.fc0.weight", 1) - (w_dim if c_dim else 0)
    if z_dim < 1:
        raise FormatUnsupported(name, "its mapping reads no z")
    found = StyleGAN2Shapes(max(channels), z_dim, w_dim, c_dim, layers, channels)
    if (rgb := _size(name, tensors, "synthesis.b4.torgb.weight", 0)) != RGB:
        raise FormatUnsupported(name, f"its pictures have {rgb} channels, not {RGB}")
    try:
        _ = found.base_and_max
    except ValueError as error:
        raise FormatUnsupported(name, f"its {error}") from error
    return found


def _size(name: str, tensors: Mapping[str, StoredTensor], key: str, axis: int) -> int:
    tensor = tensors.get(key)
    if tensor is None:
        hint = " (its generator may be of the architecture 'resnet' or 'orig')" if "torgb" in key else ""
        raise FormatUnsupported(name, f"it has no {key}{hint}")
    if axis >= len(tensor.shape) or not 0 < tensor.shape[axis] <= 2**16:
        raise FormatDamaged(name, f"{key} has shape {tensor.shape}")
    return tensor.shape[axis]


def drawable(name: str, layers: Iterable[tuple[int, int]], most: int = MAX_ACTIVATIONS) -> None:
    """Whether drawing fits a memory; layers: channels and side of each. Raises: FormatTooLarge."""
    for channels, side in layers:
        if channels * side**2 > most:
            raise FormatTooLarge(name, f"it draws {channels} channels at {side} px")


def difference(tensors: Mapping[str, StoredTensor], wanted: Shapes) -> str:
    """In words what first differs from the wanted names and shapes; '' where nothing does."""
    if missing := sorted(set(wanted) - set(tensors)):
        return f"{missing[0]} is missing ({len(missing)} in all)"
    if strange := sorted(set(tensors) - set(wanted)):
        return f"{strange[0][:100]} is not part of the network ({len(strange)} in all)"
    for key, shape in wanted.items():
        if tensors[key].shape != shape:
            return f"{key} has shape {tensors[key].shape}, not {shape}"
    return ""


def parameters(shapes: Shapes) -> int:
    """How many numbers are learned: all but averages and constant noise."""
    constant = ("w_avg", "noise_const")
    return sum(math.prod(s) for key, s in shapes.items() if key.rpartition(".")[2] not in constant)
