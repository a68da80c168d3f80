"""Owner of what is heard in a sound: clicks of a known tempo, steps of a known loudness."""

import tracemalloc
import wave
from pathlib import Path

import av
import numpy as np
import pytest
from av.audio.stream import AudioStream
from numpy.typing import NDArray

from wend.errors import SoundInvalid
from wend.imaging.audio import RATE, Samples, find_rhythm, loudness, onset_strength, read_sound


def clicks(bpm: float, seconds: float = 20.0, noise: float = 0.02) -> tuple[Samples, NDArray[np.float64]]:
    """Short tones at a steady tempo in noise, and their times."""
    samples = (noise * np.random.default_rng(0).standard_normal(int(seconds * RATE))).astype(np.float32)
    times = np.arange(0.35, seconds - 0.1, 60.0 / bpm)
    at = np.arange(int(0.03 * RATE))
    tone = np.exp(-at / 200) * np.sin(0.4 * at)
    for time in times:
        start = int(time * RATE)
        samples[start : start + len(tone)] += tone.astype(np.float32)
    return samples, times


def save(path: Path, samples: Samples) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes((np.clip(samples, -1, 1) * 32_000).astype("<i2").tobytes())
    return path


@pytest.mark.parametrize("bpm", [60.0, 87.0, 100.0, 120.0, 128.0, 140.0])
def test_clicks_are_beats(bpm: float) -> None:
    samples, times = clicks(bpm)
    rhythm = find_rhythm(samples)
    assert rhythm.tempo == pytest.approx(bpm, rel=0.005)
    assert len(rhythm.beats) == len(times)
    assert np.abs(np.array(rhythm.beats) - times).max() < 0.02


@pytest.mark.parametrize("bpm", [174.0, 200.0])
def test_of_a_fast_tempo_every_second_beat_may_be_taken(bpm: float) -> None:
    """As people do: they tap around 120."""
    samples, times = clicks(bpm)
    rhythm = find_rhythm(samples)
    assert min(abs(rhythm.tempo - bpm), abs(rhythm.tempo - bpm / 2)) < 0.01 * bpm
    assert max(np.abs(times - beat).min() for beat in rhythm.beats) < 0.02


def test_beats_follow_a_tempo_that_drifts() -> None:
    intervals = np.linspace(0.5, 0.55, 40)
    times = 0.3 + np.concatenate([[0.0], np.cumsum(intervals)])
    samples = np.zeros(int((times[-1] + 1) * RATE), dtype=np.float32)
    for time in times:
        start = int(time * RATE)
        samples[start : start + 400] += np.hanning(400).astype(np.float32) * np.sin(np.arange(400))
    beats = np.array(find_rhythm(samples).beats)
    assert max(np.abs(beats - time).min() for time in times) < 0.04


@pytest.mark.parametrize("seed", range(4))
def test_noise_has_no_beat(seed: int) -> None:
    noise = 0.1 * np.random.default_rng(seed).standard_normal(15 * RATE)
    assert find_rhythm(noise.astype(np.float32)).beats == ()


@pytest.mark.parametrize("seconds", [0.0, 0.01, 0.5, 10.0])
def test_silence_has_neither_beat_nor_loudness(seconds: float) -> None:
    silence = np.zeros(int(seconds * RATE), dtype=np.float32)
    assert find_rhythm(silence).tempo == 0.0
    assert not onset_strength(silence).any()
    assert not loudness(silence, 20).any()


def test_loudness_follows_the_sound() -> None:
    """Half a second each: silent, half as loud, loud."""
    tone = np.sin(np.arange(RATE // 2) * 0.3).astype(np.float32)
    curve = loudness(np.concatenate([0 * tone, 0.25 * tone, 0.5 * tone]), 20)
    assert len(curve) == 31
    assert curve.max() == pytest.approx(1.0)
    assert curve[2:7].max() < 1e-3
    assert curve[13:18] == pytest.approx(0.5, abs=0.02)
    assert curve[23:28] == pytest.approx(1.0, abs=0.02)
    assert 0.0 < curve[10] < 0.5  # eased: no jump


@pytest.mark.parametrize("kind", ["wav", "mp3", "ogg", "flac"])
def test_files_of_every_kind_are_read(kind: str, tmp_path: Path) -> None:
    samples, times = clicks(120.0, 8.0)
    path = save(tmp_path / "clicks.wav", samples)
    if kind != "wav":
        path = transcoded(path, tmp_path / f"clicks.{kind}")
    read = read_sound(path, 60.0)
    assert len(read) / RATE == pytest.approx(8.0, abs=0.1)
    rhythm = find_rhythm(read)
    assert rhythm.tempo == pytest.approx(120.0, rel=0.01)
    assert len(rhythm.beats) == len(times)


def transcoded(source: Path, path: Path) -> Path:
    codecs = {".mp3": "libmp3lame", ".ogg": "libopus", ".flac": "flac"}
    with av.open(str(source), "r") as before, av.open(str(path), "w") as after:
        stream = after.add_stream(codecs[path.suffix], rate=48_000)
        assert isinstance(stream, AudioStream)
        for frame in before.decode(audio=0):
            frame.pts = None
            after.mux(stream.encode(frame))
        after.mux(stream.encode(None))
    return path


def test_too_long_and_no_sound_are_refused(tmp_path: Path) -> None:
    long = save(tmp_path / "long.wav", np.zeros(3 * RATE, dtype=np.float32))
    with pytest.raises(SoundInvalid, match="longer than"):
        read_sound(long, 2.0)
    (tmp_path / "text.wav").write_text("no sound")
    with pytest.raises(SoundInvalid, match="no audio file"):
        read_sound(tmp_path / "text.wav", 2.0)
    with pytest.raises(SoundInvalid, match="no sound in it"):
        read_sound(save(tmp_path / "empty.wav", np.zeros(0, dtype=np.float32)), 2.0)


def test_listening_makes_no_copies_of_the_whole() -> None:
    """Four minutes, of which a copy in float64 alone would take twice the memory."""
    samples = np.random.default_rng(0).standard_normal(240 * RATE).astype(np.float32)
    tracemalloc.start()
    try:
        onset_strength(samples)
        loudness(samples, 20)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 1.5 * samples.nbytes
