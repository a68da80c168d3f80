"""The design of an alias-free generator: sizes, rates, cutoffs and filters of its layers. No torch in here.

Source: Karras et al., "Alias-Free Generative Adversarial Networks", NeurIPS 2021, sections 3.1 and 3.2,
figure 4 and appendix C.1. Names of settings follow the published checkpoints.
"""

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from wend.generators.sizes import check_mapping, check_resolution

Taps = NDArray[np.float64]
_MAX_LAYERS = 64
MAX_RAISED = 2**27
"""Numbers of one raised channel, 512 MiB: 1024 px as published needs 2**22, 4096 px 2**26."""
_MAX_MARGIN = 64  # published ones have 10
_MAX_TAPS = 64  # published ones have 24
_BESSEL_STEPS = 512


@dataclass(frozen=True)
class StyleGAN3Config:
    """Everything that fixes the shapes: saved on the card, enough to rebuild the network.

    The defaults are configuration T; R has twice `channel_base` and `channel_max`, conv_kernel 1 and radial
    filters. first_cutoff and first_stopband: in cycles per picture, of the input; last_stopband_rel: in
    last cutoffs; conv_clamp: where activations are cut off, 256 in the published ones. discriminator_base,
    discriminator_max: what channel_base and channel_max are to its discriminator, which is StyleGAN2's.
    w_shift, z_warp: as StyleGAN2's.
    """

    resolution: int = 64
    z_dim: int = 512
    w_dim: int = 512
    c_dim: int = 0
    mapping_layers: int = 2
    channel_base: int = 32768
    channel_max: int = 512
    image_channels: int = 3
    num_layers: int = 14
    num_critical: int = 2
    first_cutoff: float = 2.0
    first_stopband: float = 2.0**2.1
    last_stopband_rel: float = 2.0**0.3
    margin_size: int = 10
    output_scale: float = 0.25
    conv_kernel: int = 3
    filter_size: int = 6
    lrelu_upsampling: int = 2
    use_radial_filters: bool = False
    conv_clamp: float | None = None
    discriminator_base: int = 32768
    discriminator_max: int = 512
    w_shift: bool = False
    z_warp: int = 0

    def __post_init__(self) -> None:
        side = self.resolution
        check_resolution(side, 8)
        check_mapping(self.z_dim, self.w_dim, self.c_dim, self.mapping_layers, self.z_warp)
        if not 1 <= self.num_critical < self.num_layers <= _MAX_LAYERS:
            raise ValueError(f"num_layers must be 2 to {_MAX_LAYERS}, num_critical less")
        if self.conv_kernel not in (1, 3):
            raise ValueError(f"conv_kernel must be 1 or 3, not {self.conv_kernel}")
        if min(self.channel_base, self.channel_max, self.image_channels) < 1:
            raise ValueError("channel_base, channel_max and image_channels must be at least 1")
        if not (0 <= self.margin_size <= min(side, _MAX_MARGIN) and 1 <= self.filter_size <= 16):
            raise ValueError(
                f"margin_size must be 0 to {_MAX_MARGIN} and the resolution, filter_size 1 to 16"
            )
        if self.lrelu_upsampling not in (1, 2, 4):
            raise ValueError(f"lrelu_upsampling must be 1, 2 or 4, not {self.lrelu_upsampling}")
        if not 0.0 < self.first_cutoff < self.first_stopband or not 1.0 <= self.last_stopband_rel < 16.0:
            raise ValueError("cutoffs must be positive, and stopbands above them")
        if not (self.first_cutoff <= side / 2 and self.first_stopband >= 1.0):
            raise ValueError("the first cutoff must lie below half the resolution, its stopband above 1")

    @property
    def num_ws(self) -> int:
        """One row for the input, one for each layer, one for the layer that makes the picture."""
        return self.num_layers + 2

    @property
    def layers(self) -> "tuple[LayerDesign, ...]":
        """From the first after the input to the one that makes the picture; designed once. Filters are
        not to be written to. Raises: ValueError for filters too long and maps raised too far."""
        return _layers(self)

    @property
    def input(self) -> "InputDesign":
        at = _stages(self)[0]
        return InputDesign(at.channels, at.size, at.rate, at.cutoff)


@dataclass(frozen=True)
class InputDesign:
    """The waves a picture begins with: side of their map with its margins; samples and cycles per picture."""

    channels: int
    size: int
    rate: float
    bandwidth: float


@dataclass(frozen=True)
class _Stage:
    """What one layer puts out: side, samples per picture, cutoff and half width of its transition band."""

    channels: int
    size: int
    rate: float
    cutoff: float
    half_width: float


@dataclass(frozen=True)
class LayerDesign:
    """One layer: convolution, then a leaky ReLU at a higher rate between two low-pass filters.

    up_filter, down_filter: [T] or, radial, [T, T], of sum 1; None: the sample itself. crop: samples that the
    raised map loses at (its beginning, its end), negative where zeros come instead.
    """

    name: str
    in_channels: int
    out_channels: int
    in_size: int
    out_size: int
    kernel_size: int
    is_to_rgb: bool
    up: int
    down: int
    up_filter: Taps | None
    down_filter: Taps | None
    crop: tuple[int, int]


def _stages(config: StyleGAN3Config) -> tuple[_Stage, ...]:
    """Figure 4: cutoffs and stopbands grow geometrically up to the critically sampled layers."""
    last_cutoff = config.resolution / 2
    last_stopband = last_cutoff * config.last_stopband_rel
    found: list[_Stage] = []
    for index in range(config.num_layers + 1):
        share = min(index / (config.num_layers - config.num_critical), 1.0)
        cutoff = config.first_cutoff * (last_cutoff / config.first_cutoff) ** share
        stopband = config.first_stopband * (last_stopband / config.first_stopband) ** share
        # Two samples per cycle at the least, a power of two, no more than the picture has.
        rate = 2.0 ** math.ceil(math.log2(min(stopband * 2, config.resolution)))
        half_width = max(stopband, rate / 2) - cutoff
        size = config.resolution if index >= config.num_layers - 1 else int(rate) + 2 * config.margin_size
        channels = round(min(config.channel_base / 2 / cutoff, config.channel_max))
        found.append(_Stage(max(channels, 1), size, rate, cutoff, half_width))
    return tuple(found)


@lru_cache(maxsize=8)
def _layers(config: StyleGAN3Config) -> tuple[LayerDesign, ...]:
    stages = _stages(config)
    found: list[LayerDesign] = []
    for index, after in enumerate(stages):
        before = stages[max(index - 1, 0)]
        is_to_rgb = index == config.num_layers
        kernel = 1 if is_to_rgb else config.conv_kernel
        rate = max(before.rate, after.rate) * (1 if is_to_rgb else config.lrelu_upsampling)
        up, down = round(rate / before.rate), round(rate / after.rate)
        up_taps = config.filter_size * up if up > 1 and not is_to_rgb else 1
        down_taps = config.filter_size * down if down > 1 and not is_to_rgb else 1
        # What is raised, and what the filter after it asks for: zeros fill the map up where it is less.
        raised = max(up * (before.size + kernel - 1) + up_taps, down * after.size + down_taps)
        if raised**2 > MAX_RAISED:
            raise ValueError(f"layer {index} works at {raised} px, which is too large")
        is_radial = config.use_radial_filters and index < config.num_layers - config.num_critical
        channels = config.image_channels if is_to_rgb else after.channels
        found.append(
            LayerDesign(
                name=f"L{index}_{after.size}_{channels}",
                in_channels=before.channels,
                out_channels=channels,
                in_size=before.size,
                out_size=after.size,
                kernel_size=kernel,
                is_to_rgb=is_to_rgb,
                up=up,
                down=down,
                up_filter=low_pass(up_taps, before.cutoff, 2 * before.half_width, rate),
                down_filter=low_pass(down_taps, after.cutoff, 2 * after.half_width, rate, is_radial),
                crop=_crop(before.size + kernel - 1, after.size, up, down, up_taps, down_taps),
            )
        )
    return tuple(found)


def _crop(size: int, out_size: int, up: int, down: int, up_taps: int, down_taps: int) -> tuple[int, int]:
    """What to take off a map of `size` samples, raised by a transposed convolution, so that filtering and
    taking every `down`-th sample leaves `out_size`, with the samples in the middle of the picture."""
    missing = (out_size - 1) * down + 1 - size * up + up_taps + down_taps - 2
    before = (missing + up) // 2
    # A transposed convolution puts taps - 1 samples before the first one, and leaves out the zeros after
    # the last one.
    return up_taps - 1 - before, up_taps - up - (missing - before)


def low_pass(taps: int, cutoff: float, width: float, rate: float, is_radial: bool = False) -> Taps | None:
    """A Kaiser-windowed low-pass filter of sum 1, [T] or [T, T]; None for one tap.

    cutoff, width of the transition band: in cycles, rate: in samples per picture. Source: appendix C.1,
    equations 6 to 9; Kaiser, "Nonrecursive digital filter design using the I0-sinh window function", 1974.
    """
    if taps == 1:
        return None
    if not 1 < taps <= _MAX_TAPS:
        raise ValueError(f"a filter of {taps} taps")
    window = np.kaiser(taps, _kaiser_beta(taps, width / (rate / 2)))
    places = (np.arange(taps) - (taps - 1) / 2) / rate
    found: Taps
    if is_radial:
        distance = np.hypot(places[:, None], places[None, :])
        found = _jinc(2 * cutoff * np.pi * distance) * np.outer(window, window)
    else:
        found = np.sinc(2 * cutoff * places) * window
    found /= found.sum()
    found.flags.writeable = False
    return found


def _kaiser_beta(taps: int, width: float) -> float:
    """The window's shape for a transition band of `width` Nyquist frequencies."""
    attenuation = 2.285 * (taps - 1) * math.pi * width + 7.95
    if attenuation > 50.0:
        return 0.1102 * (attenuation - 8.7)
    if attenuation > 21.0:
        return 0.5842 * math.pow(attenuation - 21.0, 0.4) + 0.07886 * (attenuation - 21.0)
    return 0.0


def _jinc(x: Taps) -> Taps:
    """J1(x) / x, 1/2 at 0; J1 as the mean of cos(t - x sin t) over half a turn, which is periodic in t."""
    shape = x.shape
    # Each distance once: a square of taps has an eighth of them.
    x, places = np.unique(x, return_inverse=True)
    t = (np.arange(_BESSEL_STEPS) + 0.5) * (np.pi / _BESSEL_STEPS)
    bessel = np.cos(t - x[:, None] * np.sin(t)).mean(axis=1)
    safe = np.where(x == 0.0, 1.0, x)
    found: Taps = np.where(x == 0.0, 0.5, bessel / safe)[places].reshape(shape)
    return found
