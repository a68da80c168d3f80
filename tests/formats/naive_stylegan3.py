"""StyleGAN3 written a second time: numpy, one sample at a time, from the published formulas alone.

Source: Karras et al., "Alias-free generative adversarial networks", NeurIPS 2021: section 3 and figure 4
(a layer), table of its section 4 (T and R), appendix C.1 (Kaiser filters), C.2 (jinc filters), C.3
(symmetric sampling), F.1 and F.5 (Fourier features, modulation); names and shapes: docs/formats.md.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

A = NDArray[np.float64]
Weights = Mapping[str, A]


# ------------------------------------------------------------------ filters


def kaiser_window(taps: int, width: float, rate: float) -> A:
    """A window for a transition band of `width` Hz at `rate` samples a unit: appendix C.1."""
    attenuation = 2.285 * (taps - 1) * math.pi * (width / (rate / 2.0)) + 7.95
    if attenuation > 50.0:
        beta = 0.1102 * (attenuation - 8.7)
    elif attenuation >= 21.0:
        beta = 0.5842 * (attenuation - 21.0) ** 0.4 + 0.07886 * (attenuation - 21.0)
    else:
        beta = 0.0
    half = (taps - 1) / 2.0
    values = [bessel_i0(beta * math.sqrt(max(0.0, 1.0 - ((n - half) / half) ** 2))) for n in range(taps)]
    return np.array(values) / bessel_i0(beta)


def bessel_i0(x: float) -> float:
    """Its power series."""
    total, term = 1.0, 1.0
    for k in range(1, 200):
        term *= (x / (2.0 * k)) ** 2
        total += term
    return total


def bessel_j1(x: float) -> float:
    """Bessel's integral, by equal steps, which leave no error but rounding for what is periodic."""
    count = 400
    angles = (np.arange(2 * count) + 0.5) * math.pi / count
    return float(np.cos(angles - x * np.sin(angles)).mean())


def lowpass(taps: int, cutoff: float, width: float, rate: float, is_radial: bool) -> A:
    """[taps, taps], sum 1; one tap of 1 for none. cutoff, width, rate: in cycles a unit."""
    if taps == 1:
        return np.ones((1, 1))
    window = kaiser_window(taps, width, rate)
    places = (np.arange(taps) - (taps - 1) / 2.0) / rate
    if not is_radial:
        line = np.array([_sinc(2.0 * cutoff * t) for t in places]) * window
        line = line / line.sum()
        return np.outer(line, line)
    out = np.zeros((taps, taps))
    for i, y in enumerate(places):
        for j, x in enumerate(places):
            r = math.hypot(x, y)
            # J1(2 a r) / r tends to a in the middle, where an odd number of taps has one.
            jinc = bessel_j1(2.0 * cutoff * math.pi * r) / (math.pi * r) if r else cutoff
            out[i, j] = jinc * window[i] * window[j]
    filtered: A = out / out.sum()
    return filtered


def _sinc(x: float) -> float:
    return 1.0 if x == 0.0 else math.sin(math.pi * x) / (math.pi * x)


# ------------------------------------------------------------------ which layer has what


@dataclass(frozen=True)
class Plan:
    """The numbers of every layer, the last one being toRGB. Defaults: those of the published networks."""

    resolution: int
    num_layers: int = 14
    channel_base: int = 32768
    channel_max: int = 512
    is_r: bool = False
    num_critical: int = 2
    first_cutoff: float = 2.0
    first_stopband: float = 2.0**2.1
    last_stopband_rel: float = 2.0**0.3
    margin: int = 10
    filter_size: int = 6
    output_scale: float = 0.25
    clamp: float = 256.0

    def cutoff(self, layer: int) -> float:
        return self._between(layer, self.first_cutoff, self.resolution / 2.0)

    def stopband(self, layer: int) -> float:
        return self._between(layer, self.first_stopband, self.resolution / 2.0 * self.last_stopband_rel)

    def _between(self, layer: int, first: float, last: float) -> float:
        share = min(layer / (self.num_layers - self.num_critical), 1.0)
        return float(first * (last / first) ** share)

    def rate(self, layer: int) -> int:
        wanted = min(2.0 * self.stopband(layer), float(self.resolution))
        return int(2 ** math.ceil(math.log2(wanted)))

    def half_width(self, layer: int) -> float:
        return max(self.stopband(layer), self.rate(layer) / 2.0) - self.cutoff(layer)

    def size(self, layer: int) -> int:
        if layer >= self.num_layers - 1:
            return self.resolution
        return self.rate(layer) + 2 * self.margin

    def channels(self, layer: int) -> int:
        if layer == self.num_layers:
            return 3
        # numpy.rint and round agree: halves go to the even number.
        return round(min(self.channel_base / 2.0 / self.cutoff(layer), float(self.channel_max)))

    def name(self, layer: int) -> str:
        return f"synthesis.L{layer}_{self.size(layer)}_{self.channels(layer)}"


# ------------------------------------------------------------------ layers


def dense(x: A, p: Weights, name: str, rate: float = 1.0) -> A:
    weight = p[f"{name}.weight"]
    out: A = weight @ x * (rate / math.sqrt(weight.shape[1])) + p[f"{name}.bias"] * rate
    return out


def unit(x: A) -> A:
    out: A = x / math.sqrt(float(np.mean(x**2)) + 1e-8)
    return out


def mapping(z: A, p: Weights, c: A | None = None) -> A:
    """z [z_dim] -> w [w_dim]."""
    x = unit(z)
    if c is not None:
        x = np.concatenate([x, unit(dense(c, p, "mapping.embed"))])
    index = 0
    while f"mapping.fc{index}.weight" in p:
        x = dense(x, p, f"mapping.fc{index}", 0.01)
        x = np.where(x > 0.0, x, 0.2 * x) * math.sqrt(2.0)
        index += 1
    return x


def fourier(w: A, p: Weights, plan: Plan) -> A:
    """w [w_dim] -> [C, size, size]: waves, turned and moved as w says, then mixed by a matrix."""
    t = dense(w, p, "synthesis.input.affine")
    t = t / math.hypot(t[0], t[1])
    turn = np.array([[t[0], -t[1], 0.0], [t[1], t[0], 0.0], [0.0, 0.0, 1.0]])
    move = np.array([[1.0, 0.0, -t[2]], [0.0, 1.0, -t[3]], [0.0, 0.0, 1.0]])
    whole = turn @ move @ p["synthesis.input.transform"]
    freqs, phases = p["synthesis.input.freqs"], p["synthesis.input.phases"]
    size, rate, band = plan.size(0), plan.rate(0), plan.cutoff(0)
    waves = np.zeros((len(freqs), size, size))
    for channel, (freq, phase) in enumerate(zip(freqs, phases, strict=True)):
        moved = phase + freq @ whole[:2, 2]
        turned = freq @ whole[:2, :2]
        loud = min(max(1.0 - (float(np.hypot(*turned)) - band) / (rate / 2.0 - band), 0.0), 1.0)
        for i in range(size):
            for j in range(size):
                # Middles of pixels, the middle of the picture being 0 and `rate` pixels a unit.
                x, y = (j + 0.5 - size / 2.0) / rate, (i + 0.5 - size / 2.0) / rate
                waves[channel, i, j] = loud * math.sin(
                    2.0 * math.pi * (x * turned[0] + y * turned[1] + moved)
                )
    weight = p["synthesis.input.weight"] / math.sqrt(len(freqs))
    out: A = np.tensordot(weight, waves, axes=1)
    return out


def modulated(x: A, weight: A, style: A, gain: float, is_demodulated: bool) -> A:
    """x [Ci, H, W], weight [Co, Ci, k, k], style [Ci] -> [Co, H + k - 1, W + k - 1]. gain: of the input."""
    kernel = weight
    if is_demodulated:
        kernel = kernel / np.sqrt((kernel**2).mean(axis=(1, 2, 3), keepdims=True))
        style = style / math.sqrt(float((style**2).mean()))
    kernel = kernel * style[None, :, None, None]
    if is_demodulated:
        kernel = kernel / np.sqrt((kernel**2).sum(axis=(1, 2, 3), keepdims=True) + 1e-8)
    k = kernel.shape[-1]
    x = np.pad(x * gain, ((0, 0), (k - 1, k - 1), (k - 1, k - 1)))
    high, wide = x.shape[1] - k + 1, x.shape[2] - k + 1
    out = np.zeros((len(kernel), high, wide))
    for i in range(k):
        for j in range(k):
            out += np.tensordot(kernel[:, :, i, j], x[:, i : i + high, j : j + wide], axes=1)
    return out


def convolve(x: A, taps: A) -> A:
    """Every channel with the filter, only where it lies wholly within: [C, H, W] -> [C, H - k + 1, ...]."""
    k = len(taps)
    high, wide = x.shape[1] - k + 1, x.shape[2] - k + 1
    out = np.zeros((x.shape[0], high, wide))
    for i in range(k):
        for j in range(k):
            out += taps[k - 1 - i, k - 1 - j] * x[:, i : i + high, j : j + wide]
    return out


def padded(x: A, before: int, after: int) -> A:
    """Zeros around; a negative number cuts."""
    x = np.pad(x, ((0, 0), (max(before, 0), max(after, 0)), (max(before, 0), max(after, 0))))
    low, high = max(-before, 0), x.shape[1] - max(-after, 0)
    return x[:, low:high, low:high]


def layer(x: A, w: A, p: Weights, plan: Plan, index: int) -> A:
    """One layer of figure 4b: convolution, then the non-linearity at a higher rate."""
    is_rgb, before = index == plan.num_layers, max(index - 1, 0)
    name = plan.name(index)
    weight, style = p[f"{name}.weight"], dense(w, p, f"{name}.affine")
    if is_rgb:
        style = style / math.sqrt(math.prod(weight.shape[1:]))
    gain = 1.0 / math.sqrt(float(p[f"{name}.magnitude_ema"]))
    y = modulated(x, weight, style, gain, not is_rgb) + p[f"{name}.bias"][:, None, None]
    high_rate = max(plan.rate(before), plan.rate(index)) * (1 if is_rgb else 2)
    up, down = high_rate // plan.rate(before), high_rate // plan.rate(index)
    up_taps = 1 if is_rgb or up == 1 else plan.filter_size * up
    down_taps = 1 if is_rgb or down == 1 else plan.filter_size * down
    rising = lowpass(up_taps, plan.cutoff(before), 2.0 * plan.half_width(before), high_rate, False)
    is_critical = index >= plan.num_layers - plan.num_critical
    is_radial = plan.is_r and not is_critical
    falling = lowpass(down_taps, plan.cutoff(index), 2.0 * plan.half_width(index), high_rate, is_radial)
    k = weight.shape[-1]
    total = (plan.size(index) - 1) * down + 1 - (plan.size(before) + k - 1) * up + up_taps + down_taps - 2
    low = (total + up) // 2
    spread = np.zeros((y.shape[0], up * y.shape[1], up * y.shape[2]))
    spread[:, ::up, ::up] = y
    y = convolve(padded(spread, low, total - low), rising) * up**2
    if not is_rgb:
        y = np.where(y > 0.0, y, 0.2 * y) * math.sqrt(2.0)
    y = np.clip(y, -plan.clamp, plan.clamp)
    return convolve(y, falling)[:, ::down, ::down]


def synthesis(ws: A, p: Weights, plan: Plan) -> A:
    """ws [num_layers + 2, w_dim] -> picture [3, R, R]. Filters are designed, not read from the weights."""
    x = fourier(ws[0], p, plan)
    for index in range(plan.num_layers + 1):
        x = layer(x, ws[index + 1], p, plan, index)
    return x * plan.output_scale
