"""StyleGAN2 written a second time: numpy, one sample at a time, loops, from the published formulas alone.

Sources: Karras et al., CVPR 2020: section 2.2, equations 1 to 3 (modulation and demodulation), section 3.1
and figure 7 (skip generator, residual discriminator); Karras et al., ICLR 2018, section 4.1 (run-time scaling
by the fan-in) and section 3 (standard deviation of a minibatch); names and shapes: docs/formats.md.
"""

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

A = NDArray[np.float64]
Weights = Mapping[str, A]
TAPS = np.outer([1.0, 3.0, 3.0, 1.0], [1.0, 3.0, 3.0, 1.0]) / 64.0


def lrelu(x: A) -> A:
    out: A = np.where(x > 0.0, x, 0.2 * x) * math.sqrt(2.0)
    return out


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
        x = lrelu(dense(x, p, f"mapping.fc{index}", 0.01))
        index += 1
    return x


def correlate(x: A, kernel: A, pad: int) -> A:
    """x [Ci, H, W], kernel [Co, Ci, k, k] -> [Co, H', W'], every place by itself."""
    x = np.pad(x, ((0, 0), (pad, pad), (pad, pad)))
    k = kernel.shape[-1]
    high, wide = x.shape[1] - k + 1, x.shape[2] - k + 1
    out = np.zeros((kernel.shape[0], high, wide))
    for i in range(high):
        for j in range(wide):
            out[:, i, j] = np.tensordot(kernel, x[:, i : i + k, j : j + k], axes=3)
    return out


def spread(x: A, kernel: A) -> A:
    """The transposed convolution of stride 2: every pixel is a kernel's copy, two pixels apart."""
    _, high, wide = x.shape
    k = kernel.shape[-1]
    out = np.zeros((kernel.shape[0], 2 * high + k - 2, 2 * wide + k - 2))
    for i in range(high):
        for j in range(wide):
            out[:, 2 * i : 2 * i + k, 2 * j : 2 * j + k] += np.tensordot(kernel, x[:, i, j], axes=([1], [0]))
    return out


def smooth(x: A, before: int, after: int, gain: float = 1.0) -> A:
    """The low-pass filter on each channel, with zeros around."""
    x = np.pad(x, ((0, 0), (before, after), (before, after)))
    high, wide = x.shape[1] - 3, x.shape[2] - 3
    out = np.zeros((x.shape[0], high, wide))
    for i in range(high):
        for j in range(wide):
            out[:, i, j] = (x[:, i : i + 4, j : j + 4] * TAPS).sum(axis=(1, 2)) * gain
    return out


def clamped(x: A, clamp: float | None) -> A:
    return x if clamp is None else np.clip(x, -clamp, clamp)


def style_layer(x: A, w: A, noise: A | None, p: Weights, name: str, up: bool, clamp: float | None) -> A:
    style = dense(w, p, f"{name}.affine")
    kernel = p[f"{name}.weight"] * style[None, :, None, None]
    kernel = kernel / np.sqrt((kernel**2).sum(axis=(1, 2, 3), keepdims=True) + 1e-8)
    y = smooth(spread(x, kernel), 1, 1, 4.0) if up else correlate(x, kernel, 1)
    if noise is not None:
        y = y + noise * p[f"{name}.noise_strength"]
    return clamped(lrelu(y + p[f"{name}.bias"][:, None, None]), clamp)


def to_rgb(x: A, w: A, p: Weights, name: str, clamp: float | None) -> A:
    weight = p[f"{name}.weight"]
    style = dense(w, p, f"{name}.affine") / math.sqrt(weight.shape[1])
    y = correlate(x, weight * style[None, :, None, None], 0)
    return clamped(y + p[f"{name}.bias"][:, None, None], clamp)


def doubled(rgb: A) -> A:
    out = np.zeros((3, 2 * rgb.shape[1], 2 * rgb.shape[2]))
    out[:, ::2, ::2] = rgb
    return smooth(out, 2, 1, 4.0)


def synthesis(ws: A, p: Weights, resolution: int, has_noise: bool, clamp: float | None = None) -> A:
    """ws [L, w_dim] -> picture [3, R, R]. Noise: the constant maps of the checkpoint, or none."""
    x, rgb, row, r = p["synthesis.b4.const"], np.zeros((3, 2, 2)), 0, 4
    while r <= resolution:
        block = f"synthesis.b{r}"
        for conv in ("conv0", "conv1"):
            if r == 4 and conv == "conv0":
                continue
            noise = p[f"{block}.{conv}.noise_const"] if has_noise else None
            x = style_layer(x, ws[row], noise, p, f"{block}.{conv}", conv == "conv0", clamp)
            row += 1
        # The picture's row is also the next block's first one.
        added = to_rgb(x, ws[row], p, f"{block}.torgb", clamp)
        rgb = added if r == 4 else doubled(rgb) + added
        r *= 2
    return rgb


def plain_layer(x: A, p: Weights, name: str, clamp: float | None, gain: float = 1.0, down: bool = False) -> A:
    weight = p[f"{name}.weight"]
    weight = weight / math.sqrt(math.prod(weight.shape[1:]))
    pad = weight.shape[-1] // 2
    if down:
        before = pad + 1
        y = correlate(smooth(x, before, before), weight, 0)[:, ::2, ::2]
    else:
        y = correlate(x, weight, pad)
    if f"{name}.bias" not in p:
        return y * gain
    return clamped(
        lrelu(y + p[f"{name}.bias"][:, None, None]) * gain, None if clamp is None else clamp * gain
    )


def judge(images: A, p: Weights, resolution: int, clamp: float | None = None, c: A | None = None) -> A:
    """Pictures [N, 3, R, R], N at most 4 -> logits [N]."""
    features = [_features(image, p, resolution, clamp) for image in images]
    variance = np.stack(features).var(axis=0)
    deviation = float(np.sqrt(variance + 1e-8).mean())
    logits: list[float] = []
    for x in features:
        with_deviation = np.concatenate([x, np.full((1, 4, 4), deviation)])
        y = plain_layer(with_deviation, p, "b4.conv", clamp).reshape(-1)
        y = dense(lrelu(dense(y, p, "b4.fc")), p, "b4.out")
        if c is None:
            logits.append(float(y[0]))
            continue
        told = unit(dense(c, p, "mapping.embed"))
        for index in range(8):
            told = lrelu(dense(told, p, f"mapping.fc{index}", 0.01))
        logits.append(float((y * told).sum() / math.sqrt(len(told))))
    return np.array(logits)


def _features(image: A, p: Weights, resolution: int, clamp: float | None) -> A:
    x = plain_layer(image, p, f"b{resolution}.fromrgb", clamp)
    r = resolution
    while r > 4:
        gain = math.sqrt(0.5)
        skip = plain_layer(x, p, f"b{r}.skip", None, gain, down=True)
        inner = plain_layer(x, p, f"b{r}.conv0", clamp)
        x = skip + plain_layer(inner, p, f"b{r}.conv1", clamp, gain, down=True)
        r //= 2
    return x
