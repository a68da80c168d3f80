"""Owner of animations as files: every format is decoded again and compared with what went in."""

import io
import math
import wave
import zipfile
from pathlib import Path
from typing import BinaryIO

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from wend.errors import InvalidShape, SoundInvalid
from wend.imaging.video import WITH_SOUND, Format, Pixels, fitted, give_up, open_writer

SIZE = (48, 64)
FPS = 24.0
COUNT = 30
# Mean absolute difference in eight-bit steps: half the colour resolution, 255 colours, or nothing lost.
MOST_OFF: dict[Format, float] = {"mp4": 3.0, "webm": 3.0, "gif": 2.0, "webp": 3.0, "png": 0.0}


def pictures(count: int = COUNT) -> list[Pixels]:
    """A soft disc that crosses a coloured slope."""
    height, width = SIZE
    y, x = np.mgrid[:height, :width].astype(float)
    found = []
    for k in range(count):
        ground = np.stack([40 + 2.5 * x, 200 - 2.0 * y, np.full_like(x, 90.0)], axis=-1)
        inside = np.clip(13.0 - np.hypot(x - width * k / count, y - height / 2), 0.0, 3.0)[..., None] / 3.0
        found.append(np.round(ground * (1 - inside) + inside * np.array([30, 60, 230])).astype(np.uint8))
    return found


def write(
    file: BinaryIO, kind: Format, frames: list[Pixels], fps: float = FPS, sound: Path | None = None
) -> None:
    writer = open_writer(file, kind, SIZE, fps, sound)
    try:
        for pixels in frames:
            writer.put(pixels)
        writer.close()
    except OSError:
        give_up(writer)
        raise


def written(kind: Format, frames: list[Pixels], fps: float = FPS, sound: Path | None = None) -> bytes:
    file = io.BytesIO()
    write(file, kind, frames, fps, sound)
    return file.getvalue()


def read_back(kind: Format, data: bytes) -> tuple[list[NDArray[np.uint8]], float]:
    """Every picture, and the seconds they last together."""
    if kind == "png":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            assert names == sorted(names)
            return [np.asarray(Image.open(archive.open(name))) for name in names], math.nan
    if kind in ("gif", "webp"):
        found, milliseconds = [], 0
        with Image.open(io.BytesIO(data)) as image:
            for k in range(getattr(image, "n_frames", 1)):
                image.seek(k)
                image.load()
                milliseconds += image.info["duration"]
                found.append(np.asarray(image.convert("RGB")))
        return found, milliseconds / 1e3
    with av.open(io.BytesIO(data), "r") as container:
        frames = list(container.decode(video=0))
        rate = container.streams.video[0].average_rate
    assert rate is not None
    colours = [frame.reformat(format="rgb24", src_colorspace="ITU709").to_ndarray() for frame in frames]
    decoded = [np.asarray(each, dtype=np.uint8) for each in colours]
    return decoded, len(frames) / float(rate)


@pytest.mark.parametrize("kind", ["mp4", "webm", "gif", "webp", "png"])
def test_what_went_in_comes_out(kind: Format) -> None:
    frames = pictures()
    decoded, seconds = read_back(kind, written(kind, frames))
    assert len(decoded) == COUNT
    assert all(picture.shape == (*SIZE, 3) for picture in decoded)
    if kind != "png":
        assert seconds == pytest.approx(COUNT / FPS, abs=0.011)
    for place in (0, COUNT // 2, -1):
        off = np.abs(decoded[place].astype(float) - frames[place]).mean()
        assert off <= MOST_OFF[kind], (place, off)


@pytest.mark.parametrize("kind", ["mp4", "webm", "gif", "webp", "png"])
def test_the_same_pictures_give_the_same_bytes(kind: Format) -> None:
    frames = pictures(8)
    assert written(kind, frames) == written(kind, frames)


@pytest.mark.parametrize("kind", ["mp4", "webm", "gif", "webp", "png"])
def test_one_picture_is_an_animation_too(kind: Format) -> None:
    frames = pictures(1)
    file = io.BytesIO(written(kind, frames))
    if kind == "webp":
        with Image.open(file) as image:
            assert image.size == SIZE[::-1]
        return
    assert len(read_back(kind, file.getvalue())[0]) == 1


@pytest.mark.parametrize("fps", [12.0, 29.97, 60.0])
def test_pictures_are_shown_at_their_rate(fps: float) -> None:
    _, seconds = read_back("mp4", written("mp4", pictures(), fps))
    assert seconds == pytest.approx(COUNT / fps, rel=1e-3)


def tone(path: Path, seconds: float) -> Path:
    """440 Hz in one channel, 22 050 samples a second."""
    samples = (np.sin(np.arange(int(seconds * 22_050)) * 2 * np.pi * 440 / 22_050) * 12_000).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(22_050)
        file.writeframes(samples.tobytes())
    return path


@pytest.mark.parametrize("kind", sorted(WITH_SOUND))
@pytest.mark.parametrize("seconds", [0.5, 5.0])
def test_sound_lies_under_the_pictures_and_ends_with_them(
    kind: Format, seconds: float, tmp_path: Path
) -> None:
    data = written(kind, pictures(), sound=tone(tmp_path / "tone.wav", seconds))
    assert len(read_back(kind, data)[0]) == COUNT
    with av.open(io.BytesIO(data), "r") as container:
        heard = np.concatenate(
            [frame.to_ndarray()[0] for frame in container.decode(audio=0)], dtype=np.float64
        )
    expected = min(seconds, COUNT / FPS)
    # Encoders work in blocks of 20 ms and begin with some silence.
    assert len(heard) / 48_000 == pytest.approx(expected, abs=0.08)
    spectrum = np.abs(np.fft.rfft(heard[4800:19_200]))
    assert np.argmax(spectrum) * 48_000 / 14_400 == pytest.approx(440.0, abs=5.0)


def test_a_file_without_sound_is_refused(tmp_path: Path) -> None:
    (tmp_path / "noise.wav").write_bytes(b"RIFF????WAVEnothing")
    (tmp_path / "silent.mp4").write_bytes(written("mp4", pictures(2)))
    # A playlist could name any file of this machine.
    (tmp_path / "list.m3u8").write_text("#EXTM3U\n#EXTINF:1,\n/etc/hostname\n")
    for path in tmp_path.iterdir():
        with pytest.raises(SoundInvalid):
            written("mp4", pictures(1), sound=path)


def test_sizes_are_checked() -> None:
    with pytest.raises(InvalidShape, match="even"):
        open_writer(io.BytesIO(), "mp4", (33, 32), FPS)
    for kind in ("mp4", "gif", "png"):
        with pytest.raises(InvalidShape, match="pixels"):
            open_writer(io.BytesIO(), kind, SIZE, FPS).put(np.zeros((8, 8, 3), np.uint8))


@pytest.mark.parametrize("kind", ["mp4", "webm", "gif", "webp", "png"])
def test_a_full_disk_is_an_error_of_the_system(kind: Format) -> None:
    """/dev/full takes nothing."""
    with Path("/dev/full").open("r+b", buffering=0) as file, pytest.raises(OSError, match="space") as error:
        write(file, kind, pictures())
    assert error.value.errno == 28


def test_a_picture_is_fitted() -> None:
    pixels = pictures(1)[0]
    assert fitted(pixels, SIZE) is pixels
    assert fitted(pixels, (96, 128)).shape == (96, 128, 3)
    flat = np.full((*SIZE, 3), 77, np.uint8)
    assert (fitted(flat, (10, 12)) == 77).all()
