"""Owner of encoding beside the one who draws: nobody waits for it, nothing of it is lost, nothing is left."""

import io
from pathlib import Path
from threading import Event

import numpy as np
import pytest

from tests.imaging.test_video import FPS, SIZE, pictures, written
from wend.imaging.video import Pixels, open_writer
from wend.imaging.video_thread import AHEAD, VideoThread

PICTURE = np.zeros((2, 2, 3), np.uint8)


class Slow:
    """A writer that encodes a picture when it is let."""

    def __init__(self) -> None:
        self.may_go_on, self.was_dropped = Event(), Event()
        self.taken: list[Pixels] = []
        self.is_closed = False

    def put(self, pixels: Pixels) -> None:
        self.taken.append(pixels)
        self.may_go_on.wait()

    def close(self) -> None:
        self.is_closed = True

    def drop(self) -> None:
        self.was_dropped.set()


def whole(video: VideoThread, frames: list[Pixels]) -> None:
    for pixels in frames:
        while not video.put(pixels):
            pass
    while not video.close():
        pass


@pytest.mark.parametrize("kind", ["mp4", "webm", "gif", "webp", "png"])
def test_the_bytes_are_those_of_the_writer(kind: str) -> None:
    file, frames = io.BytesIO(), pictures(8)
    video = VideoThread(open_writer(file, kind, SIZE, FPS), file)  # type: ignore[arg-type]  # a format
    whole(video, frames)
    assert video.count == 8
    assert file.getvalue() == written(kind, frames)  # type: ignore[arg-type]
    video.give_up()
    assert file.closed


def test_a_picture_too_many_is_not_waited_for() -> None:
    writer, file = Slow(), io.BytesIO()
    video = VideoThread(writer, file)
    given = 0
    for _ in range(1000):  # until the encoder has its first and no more find room
        given += video.put(PICTURE)
    assert given == AHEAD + 1
    assert not video.close()
    writer.may_go_on.set()
    while not video.close():
        pass
    assert len(writer.taken) == given
    assert writer.is_closed


def test_what_is_given_up_is_not_encoded_to_its_end() -> None:
    writer, file = Slow(), io.BytesIO()
    video = VideoThread(writer, file)
    while video.put(PICTURE):
        pass
    video.give_up()
    assert not writer.was_dropped.is_set()
    writer.may_go_on.set()
    assert writer.was_dropped.wait(30.0)
    assert len(writer.taken) == 1
    assert not writer.is_closed


def test_what_waits_for_pictures_ends_when_it_is_given_up() -> None:
    writer = Slow()
    VideoThread(writer, io.BytesIO()).give_up()
    assert writer.was_dropped.wait(30.0)


def test_what_the_writer_raises_is_raised() -> None:
    with Path("/dev/full").open("r+b", buffering=0) as file:
        video = VideoThread(open_writer(file, "png", SIZE, FPS), file)
        with pytest.raises(OSError, match="space"):
            whole(video, pictures(3))
