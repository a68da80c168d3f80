"""Audio: a sound file to samples, and what is heard in them - onsets, tempo, beats, loudness."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from wend.errors import SoundInvalid
from wend.imaging.soundtrack import decoded, open_sound

RATE = 22_050
"""Samples a second that analysis works on."""

HOP = 220  # samples: an onset is placed to 10 ms
WINDOW = 1024  # samples
BANDS = 40  # on the mel scale, as the onset strength of Ellis
FLOOR_DB = 60.0  # below the loudest band: quieter changes are no onsets
TEMPO_BPM = 120.0  # around which people tap
TEMPO_OCTAVES = 0.9  # spread of that preference
SLOWEST_BPM, FASTEST_BPM = 40.0, 240.0
TIGHTNESS = 100.0  # how dear a beat beside its place is (Ellis: 100)
_BLOCK = 512  # windows
EASE_S = 0.12  # over which loudness is eased

Samples = NDArray[np.float32]
Curve = NDArray[np.float64]


@dataclass(frozen=True)
class Rhythm:
    """tempo: beats a minute, 0 where there is none; beats: their times in seconds, rising."""

    tempo: float
    beats: tuple[float, ...]


def read_sound(path: Path, most_s: float) -> Samples:
    """Mono samples float32 [T] at `RATE`, nominally in [-1, 1]. Raises: SoundInvalid, also where it is longer
    than most_s seconds; nothing beyond those is decoded."""
    most = math.floor(most_s * RATE)
    # Takes memory only where it is written: pieces put together would take it twice.
    samples: Samples = np.empty(most, dtype=np.float32)
    count = 0
    with open_sound(path) as source:
        for frame in decoded(source, RATE, "mono", "flt"):
            if count + frame.samples > most:
                raise SoundInvalid(f"it is longer than {most_s / 60:g} minutes")
            samples[count : count + frame.samples] = np.nan_to_num(frame.to_ndarray()[0])
            count += frame.samples
    if count == 0:
        raise SoundInvalid("there is no sound in it")
    return samples[:count]


def find_rhythm(samples: Samples) -> Rhythm:
    """Tempo and beats of samples float32 [T] at `RATE`.

    Source: Ellis, "Beat tracking by dynamic programming", Journal of New Music Research 36(1), 2007: onset
    strength, tempo by weighted autocorrelation, beats by the best-scoring chain.
    """
    onsets = onset_strength(samples)
    period = _period(onsets)
    if period is None:
        return Rhythm(0.0, ())
    beats = _beats(onsets, period)
    if len(beats) < 2:
        return Rhythm(0.0, ())
    # A window hears an onset before its middle reaches it: measured with clicks, a hop too early.
    times = tuple(float((beat + 1) * HOP / RATE) for beat in beats)
    return Rhythm(60.0 * (len(times) - 1) / (times[-1] - times[0]), times)


def loudness(samples: Samples, rate: int) -> Curve:
    """float64 [K]: the root mean square around k/rate seconds, eased over `EASE_S`, 1 at its loudest.

    All 0 for silence.
    """
    hop = RATE / rate
    count = math.floor(len(samples) / hop) + 1
    centers = np.arange(count) * hop
    half = max(hop, EASE_S * RATE) / 2
    low = np.clip(np.round(centers - half).astype(int), 0, len(samples))
    high = np.clip(np.round(centers + half).astype(int), 0, len(samples))
    mean = np.array(
        [
            np.square(samples[start:end], dtype=np.float64).sum() / max(end - start, 1)
            for start, end in zip(low, high, strict=True)
        ]
    )
    width = max(1, round(EASE_S * rate))
    level = _eased(np.sqrt(np.maximum(mean, 0.0)), width)
    top = float(level.max(initial=0.0))
    return level / top if top > 1e-6 else np.zeros(count)


def _eased(curve: Curve, width: int) -> Curve:
    """Means over `width` neighbours; the ends go on as they are."""
    from scipy.ndimage import uniform_filter1d  # slow to import, and few processes hear anything

    eased: Curve = uniform_filter1d(curve, size=width, mode="nearest")
    return eased


def onset_strength(samples: Samples) -> Curve:
    """float64 [F], one value a hop: the rise of the mel bands in decibels, summed, less its slow mean, at
    standard deviation 1; zeros where nothing changes. Frame f is about the samples at f * HOP."""
    if len(samples) < 2 * WINDOW:
        return np.zeros(0)
    bands = _band_powers(samples)
    top = float(bands.max(initial=0.0))
    rise = np.zeros(bands.shape[1])
    if top <= 0.0:
        return rise
    for band in bands:
        decibels = 10.0 * np.log10(np.maximum(band, top * 10.0 ** (-FLOOR_DB / 10.0), dtype=np.float64))
        rise += np.maximum(np.diff(decibels, prepend=decibels[0]), 0.0)
    rise = rise - _eased(rise, round(RATE / HOP))
    spread = float(rise.std())
    return rise / spread if spread > 1e-9 else np.zeros_like(rise)


def _period(onsets: Curve) -> int | None:
    """Frames between two beats; None where nothing repeats."""
    longest, shortest = round(60 * RATE / HOP / SLOWEST_BPM), round(60 * RATE / HOP / FASTEST_BPM)
    if len(onsets) < 2 * longest or not onsets.any():
        return None
    size = 1 << (2 * len(onsets) - 1).bit_length()
    spectrum = np.fft.rfft(onsets, size)
    correlation = np.fft.irfft(np.abs(spectrum) ** 2, size)[: longest + 1]
    lags = np.arange(shortest, longest + 1)
    octaves = np.log2(60 * RATE / HOP / lags / TEMPO_BPM)
    weighted = correlation[lags] * np.exp(-0.5 * (octaves / TEMPO_OCTAVES) ** 2)
    best = int(np.argmax(weighted))
    # Of noise the correlation of length T spreads like sqrt(T): a rhythm stands out of that.
    if correlation[lags[best]] < 4.0 * math.sqrt(len(onsets)):
        return None
    return int(lags[best])


def _beats(onsets: Curve, period: int) -> Sequence[int]:
    """Frames of the chain of beats with the most onset strength at the steadiest pace (Ellis, eq. 4 to 6)."""
    smoothed = _smoothed(onsets, period)
    lags = np.arange(round(period / 2), 2 * period + 1)
    cost = -TIGHTNESS * np.log(lags / period) ** 2
    score = smoothed.copy()
    before = np.full(len(onsets), -1)
    for place in range(len(onsets)):
        froms = place - lags
        is_there = froms >= 0
        if not is_there.any():
            continue
        values = score[froms[is_there]] + cost[is_there]
        best = int(np.argmax(values))
        if values[best] > 0.0:
            score[place] += values[best]
            before[place] = froms[is_there][best]
    last = len(onsets) - 2 * period + int(np.argmax(score[-2 * period :]))
    chain = [last]
    while before[chain[-1]] >= 0:
        chain.append(int(before[chain[-1]]))
    chain.reverse()
    # Beats in the silence before and after are only the pace going on.
    loud = [frame for frame in chain if smoothed[frame] > 0.1 * float(smoothed.max())]
    return [frame for frame in chain if loud and loud[0] <= frame <= loud[-1]]


def _smoothed(onsets: Curve, period: int) -> Curve:
    """Onsets through a Gaussian as wide as 1/32 of a beat, so that a beat may be a little beside one."""
    reach = np.arange(-period, period + 1)
    kernel = np.exp(-0.5 * (reach * 32.0 / period) ** 2)
    smoothed: Curve = np.convolve(np.maximum(onsets, 0.0), kernel, "same")
    return smoothed


def _band_powers(samples: Samples) -> Samples:
    """Power float32 [BANDS, F] in windows of Hann around every hop, silence before and after.

    A block at a time: half an hour has 180 000.
    """
    half = WINDOW // 2
    count = len(samples) // HOP + 1
    bands, shape = _mel_bands(half + 1), np.hanning(WINDOW + 1)[:-1]
    powers: Samples = np.empty((BANDS, count), dtype=np.float32)
    for start in range(0, count, _BLOCK):
        end = min(start + _BLOCK, count)
        low, high = start * HOP - half, (end - 1) * HOP + half
        piece = np.pad(samples[max(low, 0) : high], (max(-low, 0), max(high - len(samples), 0)))
        windows = sliding_window_view(piece, WINDOW)[::HOP]
        powers[:, start:end] = bands @ (np.abs(np.fft.rfft(windows * shape)) ** 2).T
    return powers


def _mel_bands(bins: int) -> Curve:
    """Triangles [BANDS, bins] of equal width on the mel scale, mel = 2595 log10(1 + f / 700)."""
    top = 2595.0 * math.log10(1.0 + RATE / 2 / 700.0)
    edges = 700.0 * (10.0 ** (np.linspace(0.0, top, BANDS + 2) / 2595.0) - 1.0)
    frequencies = np.linspace(0.0, RATE / 2, bins)
    rising = (frequencies - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - frequencies) / (edges[2:] - edges[1:-1])[:, None]
    return np.maximum(0.0, np.minimum(rising, falling))
