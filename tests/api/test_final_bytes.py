"""POST /api/render on a real server: the same bytes twice, after a restart, and beside people who drag."""

import io
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tests.api.conftest import MODEL
from tests.api.running import PATIENCE_S, open_socket, running
from wend.engine.build import build_engine
from wend.engine.precision import MAX_ERROR
from wend.imaging.codec import encode
from wend.protocol.frames import Frame, decode_frame
from wend.settings import Settings

DRAGS = 4
PICTURES = [
    {"model": MODEL, "latent": {"kind": "seed", "seed": seed}, "psi": 0.6 + seed / 10, "noise_seed": seed}
    for seed in range(4)
]


def final(port: int, picture: dict[str, object]) -> bytes:
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    try:
        connection.request("POST", "/api/render", json.dumps({"picture": picture}))
        answer = connection.getresponse()
        body = answer.read()
    finally:
        connection.close()
    assert answer.status == 200, body
    return body


def live(port: int, picture: dict[str, object]) -> Frame:
    with open_socket(port) as client:
        client.send(json.dumps({"type": "render", "view": 0, "revision": 1, "picture": picture}))
        while True:
            data = client.recv(PATIENCE_S)
            if isinstance(data, bytes):
                return decode_frame(data)


def pixels(payload: bytes) -> NDArray[np.int16]:
    return np.asarray(Image.open(io.BytesIO(payload)).convert("RGB")).astype(np.int16)


@contextmanager
def dragging(port: int) -> Iterator[list[int]]:
    """Four sockets that ask for the next picture with every frame; how many frames each has got."""
    counts = [0] * DRAGS
    is_over = threading.Event()

    def drag(index: int) -> None:
        with open_socket(port) as client:
            revision = 0
            while not is_over.is_set():
                revision += 1
                picture = {"model": MODEL, "latent": {"kind": "seed", "seed": revision}, "psi": index / 4}
                client.send(json.dumps({"type": "render", "revision": revision, "picture": picture}))
                while not isinstance(client.recv(PATIENCE_S), bytes):
                    continue
                counts[index] += 1

    threads = [threading.Thread(target=drag, args=(index,)) for index in range(DRAGS)]
    for thread in threads:
        thread.start()
    try:
        yield counts
    finally:
        is_over.set()
        for thread in threads:
            thread.join(PATIENCE_S)


def test_final_bytes_are_the_same_twice_after_a_restart_and_beside_four_drags(settings: Settings) -> None:
    with running(settings, build_engine) as port:
        first = [final(port, picture) for picture in PICTURES]
        assert [final(port, picture) for picture in PICTURES] == first
    assert len(set(first)) == len(PICTURES)
    with running(settings, build_engine) as port:
        assert [final(port, picture) for picture in PICTURES] == first
        with dragging(port) as counts:
            rounds = 0
            while min(counts) < 20 or rounds < 5:
                assert [final(port, picture) for picture in PICTURES] == first
                rounds += 1


def test_live_frames_are_within_the_bound_of_their_precision(settings: Settings) -> None:
    with running(settings, build_engine) as port:
        for picture in PICTURES:
            exact = pixels(final(port, picture))
            # What JPEG takes from the exact picture too is no error of the number format.
            of_jpeg = np.abs(pixels(encode(exact.astype(np.uint8), "jpeg")) - exact).max()
            assert np.abs(pixels(live(port, picture).payload) - exact).max() <= MAX_ERROR + of_jpeg
