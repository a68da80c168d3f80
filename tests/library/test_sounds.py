"""Owner of kept sounds: by hash, heard once, whole or absent."""

import hashlib
import io
import wave
from pathlib import Path

import av
import numpy as np
import pytest

from wend.documents.sound import LOUDNESS_RATE
from wend.errors import DiskFull, SoundInvalid, SoundNotFound
from wend.library.sounds import SoundStore


def clicks(seconds: float = 6.0, rate: int = 22_050) -> bytes:
    """A WAV file with two short tones a second."""
    samples = np.zeros(int(seconds * rate))
    at = np.arange(600)
    for start in range(rate // 4, len(samples) - 600, rate // 2):
        samples[start : start + 600] += np.exp(-at / 150) * np.sin(0.4 * at)
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((samples * 30_000).astype("<i2").tobytes())
    return buffer.getvalue()


def test_a_sound_is_kept_under_its_hash_and_heard(tmp_path: Path) -> None:
    store, data = SoundStore(tmp_path), clicks()
    sound = store.put(data)
    assert sound.id == hashlib.sha256(data).hexdigest()
    assert sound.seconds == pytest.approx(6.0)
    assert sound.tempo == pytest.approx(120.0, rel=0.01)
    assert len(sound.beats) == 12
    assert len(sound.loudness) == 6 * LOUDNESS_RATE + 1
    assert max(sound.loudness) == 1.0
    assert store.path(sound.id).read_bytes() == data
    assert SoundStore(tmp_path).get(sound.id) == store.put(data) == sound


def test_what_was_heard_is_heard_again_where_it_is_lost(tmp_path: Path) -> None:
    store = SoundStore(tmp_path)
    sound = store.put(clicks())
    notes = tmp_path / f"{sound.id}.json"
    for damage in (b"", b"{}"):
        notes.write_bytes(damage)
        assert store.get(sound.id) == sound
    notes.unlink()
    assert store.get(sound.id) == sound


def test_what_is_no_sound_is_not_kept(tmp_path: Path) -> None:
    with pytest.raises(SoundInvalid):
        SoundStore(tmp_path).put(b"#EXTM3U\n/etc/hostname")
    assert list(tmp_path.iterdir()) == []


BARE = {"write_xing": "0", "id3v2_version": "0"}


def mp3(rate: int, layout: str, seconds: int = 2) -> bytes:
    """Noise, of this rate and these channels."""
    file = io.BytesIO()
    samples = np.random.default_rng(0).standard_normal((1 if layout == "mono" else 2, rate * seconds)) * 0.1
    with av.open(file, "w", format="mp3", container_options=BARE) as container:
        stream = container.add_stream("libmp3lame", rate=rate, layout=layout)
        frame = av.AudioFrame.from_ndarray(samples.astype(np.float32), format="fltp", layout=layout)
        frame.sample_rate = rate
        resampler = av.AudioResampler(stream.codec_context.format.name, layout, rate, frame_size=1152)
        for piece in (*resampler.resample(frame), *resampler.resample(None)):
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
    return file.getvalue()


def test_rate_and_channels_may_change_midway(tmp_path: Path) -> None:
    """Two files, one behind the other: MP3 allows it, and players play it."""
    sound = SoundStore(tmp_path).put(mp3(44_100, "stereo") + mp3(22_050, "mono"))
    assert sound.seconds == pytest.approx(4.0, abs=0.3)


def test_a_sound_whose_notes_find_no_room_is_not_kept(tmp_path: Path) -> None:
    data = clicks(1.0)
    notes = tmp_path / f"{hashlib.sha256(data).hexdigest()}.json"
    (notes / "in the way").mkdir(parents=True)
    with pytest.raises(OSError, match="directory"):
        SoundStore(tmp_path).put(data)
    assert list(tmp_path.glob("*.sound")) == []


@pytest.mark.parametrize("sound_id", ["0" * 64, "../secret", "0" * 63, "A" * 64, ""])
def test_a_strange_name_finds_nothing(tmp_path: Path, sound_id: str) -> None:
    (tmp_path / "secret.sound").write_bytes(b"mine")
    store = SoundStore(tmp_path / "audio")
    for ask in (store.get, store.path, store.delete):
        with pytest.raises(SoundNotFound):
            ask(sound_id)


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"mine")
    (tmp_path / f"{'0' * 64}.sound").symlink_to(tmp_path / "secret")
    with pytest.raises(SoundNotFound):
        SoundStore(tmp_path).path("0" * 64)


def test_a_deleted_sound_is_gone(tmp_path: Path) -> None:
    store = SoundStore(tmp_path)
    sound = store.put(clicks())
    store.delete(sound.id)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_takes_nothing_says_so(tmp_path: Path) -> None:
    (tmp_path / "audio").write_text("in the way")
    with pytest.raises(DiskFull):
        SoundStore(tmp_path / "audio").put(clicks(1.0))
