"""StyleGAN, the first, by its shapes: what our two networks are made of, and its mapping's average.

Source: names of `generators.stylegan1`; shapes of published checkpoints.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from wend.errors import FormatUnsupported
from wend.formats.found import Scalar
from wend.formats.layouts.parts import dense
from wend.formats.layouts.stylegan2_shapes import RGB, Shapes, StyleGAN2Shapes
from wend.formats.tensors import Array

SAMPLES_FOR_AVERAGE = 8192
MAPPING_LR = 0.01


@dataclass(frozen=True)
class StyleGAN1Shapes:
    """What fixes every shape of a generator and its discriminator. channels: per side from 4 px up."""

    z_dim: int
    w_dim: int
    c_dim: int
    mapping_layers: int
    channels: Mapping[int, int]
    norm_epsilon: float = 1e-8
    is_bias_blurred: bool = False
    judge: str = "published"

    @property
    def sides(self) -> tuple[int, ...]:
        return tuple(self.channels)

    def rule(self, name: str) -> tuple[int, int]:
        """channel_base, channel_max. Raises: FormatUnsupported for channels that follow no rule."""
        try:
            return StyleGAN2Shapes(max(self.channels), 0, 0, 0, 0, self.channels).base_and_max
        except ValueError as error:
            raise FormatUnsupported(name, f"its {error}") from error

    def config(self, name: str) -> dict[str, Scalar]:
        """As `generators.stylegan1.StyleGAN1Config` takes it. Raises: FormatUnsupported."""
        base, widest = self.rule(name)
        return {
            "resolution": max(self.channels), "z_dim": self.z_dim, "w_dim": self.w_dim, "c_dim": self.c_dim,
            "mapping_layers": self.mapping_layers, "channel_base": base, "channel_max": widest,
            "image_channels": RGB, "norm_epsilon": self.norm_epsilon,
            "is_bias_blurred": self.is_bias_blurred, "judge": self.judge,
        }  # fmt: skip

    def generator(self) -> Shapes:
        w = self.w_dim
        found: Shapes = {"mapping.w_avg": (w,)}
        if self.c_dim:
            found["mapping.label_weight"] = (self.c_dim, self.z_dim)
        for index in range(self.mapping_layers):
            first = self.z_dim * (2 if self.c_dim else 1)
            found |= dense(f"mapping.dense{index}", w if index else first, w)
        before = 0
        for row in range(2 * len(self.channels)):
            side, layer = self.sides[row // 2], f"synthesis.layer{row}"
            after = self.channels[side]
            if row == 0:
                found[f"{layer}.const"] = (after, 4, 4)
            else:
                found[f"{layer}.weight"] = (after, before, 3, 3)
            found |= {f"{layer}.bias": (after,), f"{layer}.noise_strength": (after,)}
            found[f"{layer}.noise_const"] = (side, side)
            found |= dense(f"{layer}.style", w, 2 * after)
            before = after
        return found | {"synthesis.output.weight": (RGB, before, 1, 1), "synthesis.output.bias": (RGB,)}

    def discriminator(self, name: str) -> Shapes:
        """Raises: FormatUnsupported for channels that follow no rule."""
        base, widest = self.rule(name)
        sides, channels = self.sides, self.channels
        found = _convolution("input", RGB, channels[sides[-1]], 1)
        for side in sides[:0:-1]:
            here, below = channels[side], channels[side // 2]
            between = below if self.judge == "rosinality" else here
            found |= _convolution(f"b{side}_0", here, between, 3)
            found |= _convolution(f"b{side}_1", between, below, 3)
        first = channels[4]
        last = first if self.judge == "rosinality" else min(base // 2, widest)
        found |= _convolution("conv", first + 1, first, 3)
        return found | dense("dense", 16 * first, last) | dense("output", last, max(self.c_dim, 1))


def _convolution(name: str, before: int, after: int, kernel: int) -> Shapes:
    return {f"{name}.weight": (after, before, kernel, kernel), f"{name}.bias": (after,)}


def mean_of_w(tensors: Mapping[str, Array], shapes: StyleGAN1Shapes) -> Array:
    """The average of w over random z, float32 [w_dim], computed from the mapping's weights alone."""
    x: Array = np.random.RandomState(0).randn(SAMPLES_FOR_AVERAGE, shapes.z_dim).astype(np.float32)
    x = x / np.sqrt(np.square(x).mean(axis=1, keepdims=True) + 1e-8)
    for index in range(shapes.mapping_layers):
        weight, bias = tensors[f"mapping.dense{index}.weight"], tensors[f"mapping.dense{index}.bias"]
        scale = MAPPING_LR * math.sqrt(2.0 / weight.shape[1])
        x = x @ (weight.T * np.float32(scale)) + bias * np.float32(MAPPING_LR)
        x = np.where(x > 0, x, 0.2 * x)
    mean: Array = x.mean(axis=0, dtype=np.float64).astype(np.float32)
    return mean
