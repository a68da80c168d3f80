"""Soundtrack: the sound of an audio file, encoded beside the pictures of a movie."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import OutputContainer

from wend.errors import SoundInvalid

_RATE = 48_000
_BITS_PER_S = 192_000
# No playlists: those name other files and addresses to open.
_FORMATS = "wav,mp3,ogg,flac,mov,mp4,m4a,aac,matroska,webm,aiff"


class Soundtrack:
    """Decodes as it is asked for, from the start of the file to its end or to that of the pictures."""

    def __init__(self, container: OutputContainer, path: Path, codec: str) -> None:
        """Raises: SoundInvalid."""
        self._container = container
        self._source = open_sound(path)
        stream = container.add_stream(codec, rate=_RATE, layout="stereo")
        assert isinstance(stream, AudioStream)
        stream.bit_rate = _BITS_PER_S
        self._stream = stream
        self._frames = decoded(self._source, _RATE)
        self._held: av.AudioFrame | None = None  # heard next
        self._samples = 0

    def write_until(self, seconds: float) -> None:
        """Encode what has been heard by this time."""
        while True:
            self._held = self._held or next(self._frames, None)
            if self._held is None or self._samples + self._held.samples > seconds * _RATE:
                return
            self._write(self._held)
            self._held = None

    def close(self, seconds: float) -> None:
        """Encode what is left before the end of the pictures, at this time."""
        self.write_until(seconds)
        left = round(seconds * _RATE) - self._samples
        if self._held is not None and left > 0:
            self._write(_cut(self._held, left))
        self._container.mux(self._stream.encode(None))
        self._source.close()

    def drop(self) -> None:
        """Let go of the file, encoding nothing more."""
        self._source.close()

    def _write(self, frame: av.AudioFrame) -> None:
        frame.pts, frame.time_base = self._samples, Fraction(1, _RATE)
        self._samples += frame.samples
        self._container.mux(self._stream.encode(frame))


def _cut(frame: av.AudioFrame, samples: int) -> av.AudioFrame:
    array = np.ascontiguousarray(frame.to_ndarray()[:, :samples], dtype=np.float32)
    short = av.AudioFrame.from_ndarray(array, format=frame.format.name, layout=frame.layout.name)
    short.sample_rate = frame.sample_rate
    return short


def open_sound(path: Path) -> av.container.InputContainer:
    """A file with at least one stream of sound. Raises: SoundInvalid."""
    try:
        source = av.open(
            str(path),
            metadata_errors="ignore",
            container_options={"format_whitelist": _FORMATS, "protocol_whitelist": "file"},
        )
    except (av.error.FFmpegError, OSError) as error:
        raise SoundInvalid("it is no audio file") from error
    if not source.streams.audio:
        source.close()
        raise SoundInvalid("there is no sound in it")
    return source


def decoded(
    source: av.container.InputContainer, rate: int, layout: str = "stereo", sample_format: str = "fltp"
) -> Iterator[av.AudioFrame]:
    """The first stream's sound in pieces, resampled; its rate and channels may change midway.

    Raises: SoundInvalid where it is damaged.
    """
    resampler, before = None, None
    try:
        for frame in source.decode(source.streams.audio[0]):
            frame.pts = None
            kind = (frame.format.name, frame.layout.name, frame.sample_rate)
            if resampler is None or kind != before:
                # A resampler takes one kind of frame only.
                if resampler is not None:
                    yield from resampler.resample(None)
                resampler, before = av.AudioResampler(sample_format, layout, rate), kind
            yield from resampler.resample(frame)
        if resampler is not None:
            yield from resampler.resample(None)
    except (av.error.FFmpegError, ValueError) as error:
        raise SoundInvalid("it is damaged") from error
