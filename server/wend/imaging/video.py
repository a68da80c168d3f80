"""Video: pixels, one picture after the other, to an animation - MP4, WebM, GIF, WebP, zipped PNG.

Every writer but one streams: a picture is encoded when it comes and forgotten, so memory does not grow with
length. Animated WebP keeps its compressed pictures until it is closed; an export limits how many. The same
pictures give the same bytes on one version, since every encoder has one thread.
"""

import zipfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO, Literal, Protocol

import av
import numpy as np
from av.container import OutputContainer
from av.filter import Graph
from av.video.stream import VideoStream
from numpy.typing import NDArray
from PIL import Image

from wend.errors import InvalidShape
from wend.imaging.codec import encode
from wend.imaging.soundtrack import Soundtrack

Format = Literal["mp4", "webm", "gif", "webp", "png"]
SUFFIXES: Mapping[Format, str] = MappingProxyType(
    {"mp4": ".mp4", "webm": ".webm", "gif": ".gif", "webp": ".webp", "png": ".zip"}
)
WITH_SOUND: frozenset[Format] = frozenset({"mp4", "webm"})
MOST_FPS: Mapping[Format, float] = MappingProxyType(
    # A GIF counts in hundredths of a second, and browsers slow anything below two of them down.
    {"mp4": 120.0, "webm": 120.0, "gif": 50.0, "webp": 120.0, "png": 120.0}
)

Pixels = NDArray[np.uint8]

_BT709 = 1  # of colours, transfer and matrix alike, in ITU-T H.273
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)  # the first that a zip knows: the same pictures, the same bytes
_NAME_DIGITS = 6
_CENTISECOND = Fraction(1, 100)
_EXACT = {"fflags": "+bitexact"}  # no random ids, no dates


@dataclass(frozen=True)
class _Codec:
    """How one format is encoded; is_yuv: as limited-range BT.709 of half the colour resolution."""

    container: str
    codec: str
    pix_fmt: str
    options: dict[str, str]
    muxer: dict[str, str] = field(default_factory=dict)
    sound: str = ""
    is_yuv: bool = False


# Chosen so that a cartoon's edges stay within a few eight-bit steps: see tests/imaging/test_video.py.
_CODECS: Mapping[Format, _Codec] = MappingProxyType(
    {
        "mp4": _Codec(
            "mp4",
            "libx264",
            "yuv420p",
            # mbtree: with it, x264 gave other bytes for the same small pictures, once in a hundred times.
            {"crf": "16", "preset": "medium", "threads": "1", "mbtree": "0"},
            sound="aac",
            is_yuv=True,
        ),
        "webm": _Codec(
            "webm",
            "libvpx-vp9",
            "yuv420p",
            {"crf": "20", "b": "0", "deadline": "good", "cpu-used": "4", "threads": "1"},
            sound="libopus",
            is_yuv=True,
        ),
        "gif": _Codec("gif", "gif", "pal8", {}, {"loop": "0"}),
        "webp": _Codec("webp", "libwebp_anim", "yuv420p", {"quality": "90", "lossless": "0"}, {"loop": "0"}),
    }
)


class FrameWriter(Protocol):
    """Takes pictures in order; the file is whole once it is closed."""

    def put(self, pixels: Pixels) -> None:
        """The next picture, uint8 [H, W, 3]. Raises: InvalidShape; OSError where it cannot be written."""
        ...

    def close(self) -> None:
        """Write what is still held back. Raises: OSError."""
        ...

    def drop(self) -> None:
        """Let go of everything, encoding nothing that is still held back. Raises: OSError."""
        ...


def open_writer(
    file: BinaryIO, kind: Format, size: tuple[int, int], fps: float, sound: Path | None = None
) -> FrameWriter:
    """A writer into an open, seekable file, which stays open.

    size: (height, width) of every picture, even for MP4 and WebM; fps: pictures a second, at most
    `MOST_FPS`; sound: an audio file laid under it from its start, cut at its end; only for `WITH_SOUND`.
    Raises: InvalidShape; SoundInvalid for a file that holds no sound.
    """
    if kind == "png":
        return _ZipWriter(file, size)
    if _CODECS[kind].is_yuv and (size[0] % 2 or size[1] % 2):
        raise InvalidShape("size", "[even, even]", str(list(size)))
    if kind == "gif":
        return _GifWriter(file, size, fps)
    return _Movie(file, _CODECS[kind], size, fps, sound)


def fitted(pixels: Pixels, size: tuple[int, int]) -> Pixels:
    """Pixels uint8 [H, W, 3] at size (height, width), by Lanczos' filter of three lobes.

    Source: Duchon, "Lanczos filtering in one and two dimensions", 1979; as Pillow has it, with a wider filter
    where the picture shrinks.
    """
    height, width = size
    if pixels.shape[:2] == (height, width):
        return pixels
    return np.asarray(Image.fromarray(pixels).resize((width, height), Image.Resampling.LANCZOS))


def give_up(writer: FrameWriter) -> None:
    """Drop a writer whose file nobody wants any more, or which can hold no more."""
    with suppress(OSError, ValueError, av.error.FFmpegError):
        writer.drop()


class _Movie:
    """One video stream of a container, with sound where there is any."""

    def __init__(
        self, file: BinaryIO, codec: _Codec, size: tuple[int, int], fps: float, sound: Path | None
    ) -> None:
        self._size, self._codec = size, codec
        rate = Fraction(fps).limit_denominator(1001)
        self._container: OutputContainer = av.open(
            file, "w", format=codec.container, container_options={**_EXACT, **codec.muxer}
        )
        self._stream = _add_stream(self._container, codec, size, rate)
        self._step = 1 / rate
        self._count = 0
        self._sound = None if sound is None else Soundtrack(self._container, sound, codec.sound)

    def put(self, pixels: Pixels) -> None:
        frame = _frame(pixels, self._size)
        if self._codec.is_yuv:
            frame = frame.reformat(
                format=self._codec.pix_fmt, dst_colorspace="ITU709", dst_color_range="MPEG"
            )
        frame.pts, frame.time_base = self._count, self._step
        self._count += 1
        self._container.mux(self._stream.encode(frame))
        if self._sound is not None:
            # Beside the pictures: a container holds back what has no sound or picture next to it yet.
            self._sound.write_until(float(self._count * self._step))

    def close(self) -> None:
        self._container.mux(self._stream.encode(None))
        if self._sound is not None:
            self._sound.close(float(self._count * self._step))
        self._container.close()

    def drop(self) -> None:
        if self._sound is not None:
            self._sound.drop()
        self._container.close()


class _GifWriter:
    """Each picture with a palette of its own, 255 colours and dithered; times in hundredths of a second.

    Source: the filters palettegen and paletteuse of FFmpeg.
    """

    def __init__(self, file: BinaryIO, size: tuple[int, int], fps: float) -> None:
        codec = _CODECS["gif"]
        self._size = size
        self._step = 1 / Fraction(fps).limit_denominator(1001)
        muxer = {**_EXACT, **codec.muxer, "final_delay": str(round(100 * self._step))}
        self._container: OutputContainer = av.open(file, "w", format=codec.container, container_options=muxer)
        self._stream = _add_stream(self._container, codec, size, Fraction(100))
        self._graph = _palette_graph(size)
        self._count = 0

    def put(self, pixels: Pixels) -> None:
        frame = _frame(pixels, self._size)
        # Rounded places, not rounded lengths: the whole lasts as long as it should.
        frame.pts, frame.time_base = round(100 * self._count * self._step), _CENTISECOND
        self._count += 1
        self._graph.push(frame)
        self._mux()

    def close(self) -> None:
        self._graph.push(None)
        self._mux()
        self._container.mux(self._stream.encode(None))
        self._container.close()

    def drop(self) -> None:
        self._container.close()

    def _mux(self) -> None:
        while True:
            try:
                frame = self._graph.pull()
            except (BlockingIOError, av.error.EOFError):
                return
            assert isinstance(frame, av.VideoFrame)
            self._container.mux(self._stream.encode(frame))


class _ZipWriter:
    """frame_000001.png and on, lossless, not compressed a second time."""

    def __init__(self, file: BinaryIO, size: tuple[int, int]) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_STORED)
        self._size = size
        self._count = 0

    def put(self, pixels: Pixels) -> None:
        _check(pixels, self._size)
        self._count += 1
        name = zipfile.ZipInfo(f"frame_{self._count:0{_NAME_DIGITS}d}.png", _ZIP_DATE)
        self._zip.writestr(name, encode(pixels, "png"))

    def close(self) -> None:
        self._zip.close()

    def drop(self) -> None:
        self._zip.close()


def _add_stream(
    container: OutputContainer, codec: _Codec, size: tuple[int, int], rate: Fraction
) -> VideoStream:
    stream = container.add_stream(codec.codec, rate=rate, options=dict(codec.options))
    assert isinstance(stream, VideoStream)
    stream.height, stream.width = size
    stream.pix_fmt = codec.pix_fmt
    stream.codec_context.time_base = 1 / rate
    if codec.is_yuv:
        context = stream.codec_context
        context.color_primaries = context.color_trc = context.colorspace = _BT709
        context.color_range = av.video.reformatter.ColorRange.MPEG
    return stream


def _palette_graph(size: tuple[int, int]) -> Graph:
    graph = Graph()
    rgb = av.VideoFormat("rgb24")
    source = graph.add_buffer(width=size[1], height=size[0], format=rgb, time_base=_CENTISECOND)
    split = graph.add("split")
    palette = graph.add("palettegen", "stats_mode=single")
    # Ordered: dots that stand still from picture to picture take a quarter less room than diffused ones.
    use = graph.add("paletteuse", "new=1:dither=bayer:bayer_scale=4")
    sink = graph.add("buffersink")
    source.link_to(split)
    split.link_to(use, 0, 0)
    split.link_to(palette, 1, 0)
    palette.link_to(use, 0, 1)
    use.link_to(sink)
    graph.configure()
    return graph


def _frame(pixels: Pixels, size: tuple[int, int]) -> av.VideoFrame:
    _check(pixels, size)
    return av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="rgb24")


def _check(pixels: Pixels, size: tuple[int, int]) -> None:
    if pixels.shape != (*size, 3):
        raise InvalidShape("pixels", f"[{size[0]}, {size[1]}, 3]", str(list(pixels.shape)))
