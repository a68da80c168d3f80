"""Owner of the engine's promises to its callers, each kept in this process and in a child."""

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.engine.desk import Desk, Viewer
from tests.engine.library import CLASSY, SIZE
from wend.documents.picture import Edit, Picture, SeedLatent
from wend.engine.engine import Engine
from wend.engine.precision import MAX_ERROR
from wend.engine.request import RenderResult
from wend.methods.discover.job import FAMILIES


def pixels(frame: RenderResult) -> NDArray[np.int16]:
    return np.asarray(Image.open(io.BytesIO(frame.payload))).astype(np.int16)


@contextmanager
def dragging(desk: Desk, count: int) -> Iterator[list[Viewer]]:
    """Viewers that move a slider as fast as frames come, from threads of their own."""
    viewers = [desk.viewer() for _ in range(count)]
    is_over = threading.Event()

    def drag(viewer: Viewer) -> None:
        while not is_over.is_set():
            viewer.answer(viewer.ask(alpha=(viewer.revision % 50) / 10 + 0.1))

    threads = [threading.Thread(target=drag, args=(viewer,)) for viewer in viewers]
    for thread in threads:
        thread.start()
    try:
        yield viewers
    finally:
        is_over.set()
        for thread in threads:
            thread.join()


# -- smoke ----------------------------------------------------------------------------------------


def test_a_frame_answers_its_request(desk: Desk) -> None:
    viewer = desk.viewer()
    frame = viewer.frame(viewer.ask(codec="jpeg"))
    assert (frame.key, frame.revision, frame.quality, frame.codec) == (viewer.key, 1, "live", "jpeg")
    assert frame.size == (SIZE, SIZE)
    image = Image.open(io.BytesIO(frame.payload))
    assert (image.format, image.size) == ("JPEG", (SIZE, SIZE))
    assert frame.render_ms > 0.0
    assert frame.wait_ms >= 0.0


def test_status_says_what_serves(desk: Desk) -> None:
    viewer = desk.viewer()
    before = desk.engine.status().counters.rendered
    viewer.frame(viewer.ask(seed=1))
    status = desk.engine.status()
    assert status.device == "cpu, 1 thread"
    assert status.threads == 1
    assert "tiny" in status.resident
    assert status.precision in ("float32", "bfloat16")
    assert any("eager" in note for note in status.notes)
    assert any(note.startswith("tiny: live frames in ") for note in status.notes)
    assert status.counters.rendered > before


# -- who is rendered, and when --------------------------------------------------------------------


def test_newest_wins(desk: Desk) -> None:
    viewer = desk.viewer()
    desk.close_gate()
    for step in range(20):
        viewer.ask(alpha=step / 10 + 0.1)
    desk.open_gate()
    viewer.frame(20)
    revisions = [a.revision for a in viewer.answers]
    if isinstance(desk.engine, Engine):
        assert revisions == [20]
    else:
        # On a busy machine the gate may open while the last requests are still in the pipe to the child.
        assert revisions == sorted(revisions)
        assert len(revisions) < 10


def test_an_undelivered_view_is_not_rendered_and_delays_nobody(desk: Desk) -> None:
    stuck, brisk = desk.viewer(acknowledges=False), desk.viewer()
    stuck.frame(stuck.ask())
    for step in range(3):
        stuck.ask(alpha=1.0 + step)
    for step in range(12):
        brisk.frame(brisk.ask(alpha=step / 10))
    assert [a.revision for a in stuck.answers] == [1]
    desk.engine.delivered(stuck.key)
    stuck.frame(4)
    assert [a.revision for a in stuck.answers] == [1, 4]


@pytest.mark.parametrize("quality", ["live", "final"])
def test_four_views_share_fairly(desk: Desk, quality: str) -> None:
    desk.close_gate()
    viewers = [desk.viewer() for _ in range(4)]
    for turn in range(1, 11):
        for viewer in viewers:
            viewer.ask(alpha=turn / 10, quality=quality)  # type: ignore[arg-type]  # a Quality
        if turn == 1:
            desk.open_gate()
        for viewer in viewers:
            viewer.frame(turn)
    counts = [len(viewer.answers) for viewer in viewers]
    assert counts == [10] * 4


def test_a_greedy_view_does_not_starve_others(desk: Desk) -> None:
    with dragging(desk, 3) as greedy:
        patient = desk.viewer()
        for step in range(10):
            patient.frame(patient.ask(alpha=step / 10, quality="final"))
        served = [len(viewer.answers) for viewer in greedy]
    # Each of the ten answers of the patient view waits for at most about two batches of the others.
    assert max(served) < 120
    assert min(served) >= 0.5 * max(served)


def test_live_views_of_a_model_are_drawn_together(desk: Desk) -> None:
    viewers = [desk.viewer() for _ in range(4)]
    desk.close_gate()
    for seed, viewer in enumerate(viewers):
        viewer.ask(seed=seed, alpha=0.5, noise_seed=seed)
    desk.open_gate()
    together = [pixels(viewer.frame(1)) for viewer in viewers]
    assert desk.engine.status().counters.batch == 4
    for seed, (viewer, frame) in enumerate(zip(viewers, together, strict=True)):
        alone = pixels(viewer.frame(viewer.ask(seed=seed, alpha=0.5, noise_seed=seed, quality="final")))
        assert np.abs(frame - alone).max() <= MAX_ERROR, seed
    assert np.abs(together[0] - together[1]).max() > 20


def test_forgotten_requests_are_not_rendered(desk: Desk) -> None:
    gone, other = desk.viewer(), desk.viewer()
    desk.close_gate()
    gone.ask()
    desk.engine.forget(gone.key.session)
    other.ask()
    desk.open_gate()
    other.frame(1)
    assert gone.answers == []


def test_a_forgotten_session_may_come_back(desk: Desk) -> None:
    viewer = desk.viewer(acknowledges=False)
    viewer.frame(viewer.ask())
    desk.engine.forget(viewer.key.session)
    viewer.frame(viewer.ask(alpha=1.0))


# -- pixels ---------------------------------------------------------------------------------------


def test_final_bytes_are_the_same_twice_and_beside_others(desk: Desk) -> None:
    viewer = desk.viewer()
    first = viewer.frame(viewer.ask(seed=5, alpha=1.5, quality="final")).payload
    viewer.frame(viewer.ask(seed=6))
    assert viewer.frame(viewer.ask(seed=5, alpha=1.5, quality="final")).payload == first
    with dragging(desk, 4):
        for _ in range(5):
            assert viewer.frame(viewer.ask(seed=5, alpha=1.5, quality="final")).payload == first


def test_final_bytes_survive_eviction(desk: Desk) -> None:
    viewer = desk.viewer("faulty")
    first = viewer.frame(viewer.ask(quality="final")).payload
    (desk.folder / "exhausted-once").touch()  # everything else leaves memory
    assert viewer.frame(viewer.ask(quality="final")).payload == first


def test_a_drag_resumes_and_stays_close_to_final(desk: Desk) -> None:
    viewer = desk.viewer()
    before = desk.engine.status().counters.reused
    lives = [viewer.frame(viewer.ask(alpha=step / 4 + 0.1, rows=(4, 6))) for step in range(8)]
    assert desk.engine.status().counters.reused >= before + 7
    final = viewer.frame(viewer.ask(alpha=7 / 4 + 0.1, rows=(4, 6), quality="final"))
    assert np.abs(pixels(lives[-1]) - pixels(final)).max() <= MAX_ERROR


# -- failures -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"model": "nobody"}, "model_not_found"),
        ({"model": "a/../b"}, "model_not_found"),
        ({"edits": (Edit(walk="test/7", alpha=1.0),)}, "walk_not_found"),
        ({"edits": (Edit(walk="nothing", alpha=0.0),)}, "walk_not_found"),
        ({"edits": ({"walk": "test/0", "alpha": 1.0, "layers": {"start": 2, "end": 7}},)}, "invalid_picture"),
        ({"edits": ({"walk": "test/0", "alpha": 1.0, "layers": {"start": 3, "end": 3}},)}, "invalid_picture"),
        ({"psi_cutoff": 7}, "invalid_picture"),
        ({"class_index": 0}, "invalid_picture"),
        ({"model": CLASSY}, "invalid_picture"),
        ({"model": CLASSY, "class_index": 3}, "invalid_picture"),
    ],
)
def test_what_cannot_be_drawn_is_answered(desk: Desk, fields: dict[str, object], code: str) -> None:
    viewer = desk.viewer()
    values = {"model": "tiny", "latent": SeedLatent(seed=0), **fields}
    failure = viewer.failure(viewer.submit(Picture.model_validate(values)))
    assert failure.code == code
    assert failure.sentence
    assert failure.hint
    # The view is free again without `delivered`.
    viewer.frame(viewer.ask())


def test_a_bad_picture_does_not_take_its_batch_along(desk: Desk) -> None:
    good, bad = desk.viewer(), desk.viewer()
    desk.close_gate()
    good.ask()
    bad.submit(Picture(model="tiny", latent=SeedLatent(seed=0), edits=(Edit(walk="test/9", alpha=1.0),)))
    desk.open_gate()
    good.frame(1)
    assert bad.failure(1).code == "walk_not_found"


def test_out_of_memory_once_is_overcome(desk: Desk) -> None:
    viewer, other = desk.viewer("faulty"), desk.viewer()
    other.frame(other.ask())
    viewer.frame(viewer.ask())
    (desk.folder / "exhausted-once").touch()
    viewer.frame(viewer.ask(alpha=1.0))
    assert desk.engine.status().resident == ("faulty",)


def test_out_of_memory_in_a_batch_is_retried_alone(desk: Desk) -> None:
    viewers = [desk.viewer("faulty") for _ in range(3)]
    (desk.folder / "exhausted-batches").touch()
    desk.close_gate()
    for seed, viewer in enumerate(viewers):
        viewer.ask(seed=seed)
    desk.open_gate()
    for viewer in viewers:
        viewer.frame(1)
    (desk.folder / "exhausted-batches").unlink()


def test_out_of_memory_for_good_is_answered(desk: Desk) -> None:
    viewer = desk.viewer("faulty")
    viewer.frame(viewer.ask())
    (desk.folder / "exhausted").touch()
    assert viewer.failure(viewer.ask(alpha=1.0)).code == "out_of_memory"
    (desk.folder / "exhausted").unlink()
    viewer.frame(viewer.ask(alpha=1.0))


def test_a_bug_is_answered_and_survived(desk: Desk) -> None:
    viewer, other = desk.viewer("faulty"), desk.viewer()
    viewer.frame(viewer.ask())
    (desk.folder / "broken").touch()
    failure = viewer.failure(viewer.ask(alpha=1.0))
    (desk.folder / "broken").unlink()
    assert failure.code == "render_failed"
    assert "a bug" in failure.sentence
    other.frame(other.ask())
    viewer.frame(viewer.ask(alpha=1.0))


def test_discovery_fills_the_shelf_once(desk: Desk) -> None:
    # All but the first family have been looked for: the rest of the work takes seconds (tests/methods).
    for family in FAMILIES[1:]:
        desk.shelf.save(desk.shelf.store.get("third").card.hash, family, ())
    for _ in range(2):
        desk.engine.discover("third")
    assert desk.last_progress("discover:third").failure is None
    assert all(desk.shelf.has("third", family) for family in FAMILIES)
    reports = desk.progress("discover:third")
    assert [p.fraction for p in reports] == sorted(p.fraction for p in reports)
    # Where the shelf is full, the end is the only report.
    desk.engine.discover("third")
    desk.wait(lambda: sum(p.done for p in desk.progress("discover:third")) == 2)
    assert len(desk.progress("discover:third")) == len(reports) + 1


def test_discovery_of_an_unknown_model_is_answered(desk: Desk) -> None:
    desk.engine.discover("nobody")
    failure = desk.last_progress("discover:nobody").failure
    assert failure is not None
    assert "nobody" in failure
