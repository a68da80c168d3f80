"""Owner of what a watched view is told: of the very picture it was shown, after the renders that wait."""

import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from tests.engine.desk import Desk, Viewer
from tests.engine.eyes_library import DISC, build_watched_library, publish_set
from wend.api.engine_port import EnginePort
from wend.documents.picture import Edit, Picture, SeedLatent
from wend.engine.device import Device, Drawn, Failed
from wend.engine.engine import Engine
from wend.engine.looking import Looker
from wend.engine.process import ProcessEngine
from wend.engine.request import (
    EngineEvent,
    OverlayResult,
    Reading,
    RenderRequest,
    RenderResult,
    Sight,
    ViewKey,
)
from wend.engine.settings import EngineSettings
from wend.generators.analytic import AnalyticGenerator
from wend.generators.generator import synthesize
from wend.imaging.pixels import to_uint8
from wend.latents.seed import z_of_seed
from wend.library.perception import PerceptionStore
from wend.perception.network import FactorNetwork
from wend.settings import ROOT
from wend.worlds.disc import Disc

CPU = torch.device("cpu")


@pytest.fixture(scope="module", params=["thread", "process"])
def watched(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """An engine with eyes for the disc's world and for none other."""
    folder = tmp_path_factory.mktemp(request.param)
    store, shelf = build_watched_library(folder)
    publish_set(folder / "perception", "disc")
    settings = EngineSettings("cpu", threads=1, perception_roots=(folder / "perception",))

    def make(deliver: Callable[[EngineEvent], None]) -> EnginePort:
        kind = Engine if request.param == "thread" else ProcessEngine
        return kind(store, shelf, settings, deliver)

    desk = Desk(make, shelf)
    yield desk
    desk.engine.stop()


@contextmanager
def thread_desk(folder: Path) -> Iterator[Desk]:
    """An engine of this test's own, in this process."""
    store, shelf = build_watched_library(folder)
    settings = EngineSettings("cpu", threads=1, perception_roots=(folder / "perception",))
    desk = Desk(lambda deliver: Engine(store, shelf, settings, deliver), shelf)
    try:
        yield desk
    finally:
        desk.engine.stop()


@pytest.fixture
def sets(watched: Desk) -> PerceptionStore:
    """The same networks, in the test's own hands."""
    return PerceptionStore([watched.folder / "perception"])


def disc(seed: int = 3, *alphas: float) -> Picture:
    edits = tuple(Edit(walk=f"test/{index}", alpha=alpha) for index, alpha in enumerate(alphas))
    return Picture(model=DISC, latent=SeedLatent(seed=seed), psi=1.0, edits=edits)


def image_of(seed: int = 3, *alphas: float) -> torch.Tensor:
    """The picture drawn here, float32 [1, 3, 32, 32]: z of the disc is its factors."""
    z = z_of_seed(seed, 4)
    for index, alpha in enumerate(alphas):
        z[0, index] += alpha
    return synthesize(AnalyticGenerator(Disc()), z[:, None], None)


def samples(result: OverlayResult) -> NDArray[np.uint8]:
    return np.frombuffer(zlib.decompress(result.payload), np.uint8).reshape(result.size)


def finish_view(viewer: Viewer, picture: Picture) -> int:
    """Render it in final quality; the frame is there."""
    revision = viewer.submit(picture, "final")
    viewer.frame(revision)
    return revision


def test_a_reading_of_the_final_picture_holds_what_the_network_says_of_it(
    watched: Desk, sets: PerceptionStore
) -> None:
    viewer = watched.viewer(DISC)
    viewer.watch(factors=True)
    revision = finish_view(viewer, disc(3, 1.5))
    reading = viewer.reading(revision)
    network = sets.factors("disc", CPU)
    with torch.inference_mode():
        now, before = network.measure(image_of(3, 1.5)), network.measure(image_of(3))
    assert [v.name for v in reading.values] == [a.name for a in network.attributes]
    for value in reading.values:
        assert value.value == pytest.approx(float(now.values[value.name]), rel=1e-3, abs=1e-3)
        assert value.before == pytest.approx(float(before.values[value.name]), rel=1e-3, abs=1e-3)
    assert any(abs(v.value - v.before) > 1e-4 for v in reading.values)
    assert reading.ms > 0.0
    assert viewer.sight().title == "Untrained eyes for disc"
    assert viewer.sight().attributes == network.attributes
    assert [c.name for c in reading.chances] == [c.name for c in network.choices]
    assert all(sum(c.chances) == pytest.approx(1.0, abs=1e-5) for c in reading.chances)
    assert viewer.sight().lack is None


def test_without_edits_a_picture_is_its_own_start(watched: Desk) -> None:
    viewer = watched.viewer(DISC)
    viewer.watch(factors=True)
    reading = viewer.reading(finish_view(viewer, disc(5)))
    assert all(value.value == value.before for value in reading.values)


def test_nobody_is_told_anything_without_a_watch(watched: Desk) -> None:
    viewer, other = watched.viewer(DISC), watched.viewer(DISC)
    other.watch(factors=True)
    finish_view(viewer, disc(1, 0.5))
    other.reading(finish_view(other, disc(2)))
    assert viewer.seen == []


def test_a_watch_that_ends_is_over(watched: Desk) -> None:
    viewer, other = watched.viewer(DISC), watched.viewer(DISC)
    viewer.watch(factors=True)
    first = viewer.reading(finish_view(viewer, disc(1)))
    viewer.watch()
    finish_view(viewer, disc(2))
    # Later than the picture above, so whatever that had caused would be there by now.
    other.watch(factors=True)
    other.reading(finish_view(other, disc(3)))
    assert [e for e in viewer.seen if isinstance(e, Reading)] == [first]


def test_the_last_picture_of_a_drag_is_always_measured(watched: Desk) -> None:
    viewer = watched.viewer(DISC)
    viewer.watch(factors=True, overlay="difference")
    revision = 0
    for step in range(40):
        revision = viewer.submit(disc(3, step / 20), "live" if step < 39 else "final")
        viewer.answer(revision)
    assert viewer.reading(revision).revision == revision
    assert viewer.overlay(revision).quality == "final"
    revisions = [e.revision for e in viewer.seen if isinstance(e, Reading)]
    assert revisions == sorted(set(revisions))
    assert len(revisions) < 40


def test_a_held_hand_is_read_too(watched: Desk) -> None:
    viewer = watched.viewer(DISC)
    viewer.watch(factors=True)
    revision = 0
    for step in range(5):
        revision = viewer.submit(disc(3, step / 5), "live")
        viewer.frame(revision)
    assert viewer.reading(revision).revision == revision


def test_the_difference_is_counted_in_eight_bit_steps(watched: Desk) -> None:
    viewer = watched.viewer(DISC)
    viewer.watch(overlay="difference")
    moved = viewer.overlay(finish_view(viewer, disc(3, 1.0, -1.0)))
    start, now = (to_uint8(image)[0].int() for image in (image_of(3), image_of(3, 1.0, -1.0)))
    expected = (now - start).abs().float().mean(-1).round().numpy()
    assert expected.max() > 20
    assert np.abs(samples(moved).astype(int) - expected).max() <= 1
    still = viewer.overlay(finish_view(viewer, disc(3)))
    assert samples(still).max() == 0
    assert not any(isinstance(e, Reading) for e in viewer.seen)


def test_labels_and_lines_are_those_of_the_networks(watched: Desk, sets: PerceptionStore) -> None:
    viewer = watched.viewer(DISC)
    viewer.watch(overlay="labels")
    revision = finish_view(viewer, disc(8))
    labels = viewer.overlay(revision)
    assert viewer.sight().overlays == ("labels", "lines", "difference")
    assert [name for name, _ in viewer.sight().labels] == ["background", "disc"]
    # Another map of the same picture needs no new frame.
    viewer.watch(overlay="lines")
    watched.wait(lambda: any(isinstance(e, OverlayResult) and e.overlay == "lines" for e in viewer.seen))
    lines = viewer.overlay(revision)
    with torch.inference_mode():
        logits = sets.labels("disc", CPU).logits(image_of(8))
        ink = sets.lines("disc", CPU).draw(image_of(8))
    assert (samples(labels) == logits.argmax(1)[0].numpy()).mean() > 0.99
    assert np.abs(samples(lines) - ink[0, 0].numpy() * 255).max() <= 1
    assert len([a for a in viewer.answers if isinstance(a, RenderResult)]) == 1


def test_a_model_that_no_network_knows_is_said_so(watched: Desk) -> None:
    viewer = watched.viewer("tiny")
    viewer.watch(factors=True, overlay="labels")
    viewer.frame(viewer.ask(quality="final"))
    sight = viewer.sight()
    assert sight.lack is not None
    assert "knows the pictures of tiny" in sight.lack[0]
    assert (sight.title, sight.attributes, sight.overlays) == (None, (), ("difference",))
    # What needs no network is still there.
    viewer.watch(overlay="difference")
    assert viewer.overlay(1).size == (16, 16)


def test_a_reader_that_takes_no_frame_is_not_looked_at(watched: Desk) -> None:
    stuck, other = watched.viewer(DISC, acknowledges=False), watched.viewer(DISC)
    stuck.watch(factors=True)
    finish_view(stuck, disc(1))
    other.watch(factors=True)
    other.reading(finish_view(other, disc(2)))
    assert not any(isinstance(e, Reading) for e in stuck.seen)
    watched.engine.delivered(stuck.key)
    stuck.reading(1)


def test_a_forgotten_session_is_told_nothing_more(watched: Desk) -> None:
    viewer, other = watched.viewer(DISC), watched.viewer(DISC)
    viewer.watch(factors=True)
    viewer.reading(finish_view(viewer, disc(1)))
    watched.engine.forget(viewer.key.session)
    before = len(viewer.seen)
    finish_view(viewer, disc(2))
    other.watch(factors=True)
    other.reading(finish_view(other, disc(3)))
    assert len(viewer.seen) == before


def test_networks_that_cannot_be_read_are_said_so_and_pictures_go_on(tmp_path: Path) -> None:
    folder = publish_set(tmp_path / "perception", "disc")
    (folder / "factors.safetensors").write_bytes(b"damaged")
    with thread_desk(tmp_path) as desk:
        viewer = desk.viewer(DISC)
        viewer.watch(factors=True)
        finish_view(viewer, disc(1))
        lack = viewer.sight().lack
        assert lack is not None
        assert "factors.safetensors" in lack[0]
        finish_view(viewer, disc(2))
        # Put right, it is used with the next picture.
        for file in folder.iterdir():
            file.unlink()
        folder.rmdir()
        publish_set(tmp_path / "perception", "disc")
        viewer.reading(finish_view(viewer, disc(3)))
        assert isinstance(viewer.seen[-2], Sight)


def test_a_variant_of_a_world_is_seen_by_the_eyes_of_that_world(tmp_path: Path) -> None:
    publish_set(tmp_path / "perception", "disc")
    with thread_desk(tmp_path) as desk:
        variant = tmp_path / "models" / "disc-dim"
        variant.mkdir()
        text = (ROOT / "models" / "generators" / DISC / "card.toml").read_text()
        text = text.replace(f'id = "{DISC}"', 'id = "disc-dim"').replace('name = "disc"', 'name = "disc-dim"')
        (variant / "card.toml").write_text(text)
        viewer = desk.viewer("disc-dim")
        viewer.watch(factors=True)
        revision = finish_view(viewer, disc(1).model_copy(update={"model": "disc-dim"}))
        assert viewer.reading(revision).values


def test_renders_come_before_looks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # In the order of the device thread: encoder lanes deliver frames in their own time.
    done: list[str] = []
    draw, run_slice = Device.draw, Looker.run_slice

    def drawn(device: Device, batch: Sequence[RenderRequest]) -> list[Drawn | Failed]:
        done.extend("draw" for _ in batch)
        return draw(device, batch)

    def looked(looker: Looker, key: ViewKey) -> None:
        done.append("look")
        run_slice(looker, key)

    monkeypatch.setattr(Device, "draw", drawn)
    monkeypatch.setattr(Looker, "run_slice", looked)
    publish_set(tmp_path / "perception", "disc")
    with thread_desk(tmp_path) as desk:
        viewer, others = desk.viewer(DISC), [desk.viewer(DISC) for _ in range(4)]
        viewer.watch(factors=True, overlay="labels")
        viewer.overlay(finish_view(viewer, disc(1)))
        for _ in range(3):
            # Everybody asks at once; what has been shown is looked at when everybody has been served.
            desk.close_gate()
            done.clear()
            asked = [each.submit(disc(1, 0.5), "final") for each in (viewer, *others)]
            desk.open_gate()
            viewer.overlay(asked[0])
            assert done[:5] == ["draw"] * 5
            assert set(done[5:]) == {"look"}


def test_every_role_is_taken_from_the_set_that_has_it(tmp_path: Path) -> None:
    publish_set(tmp_path / "perception", "disc", roles=("lines",))
    with thread_desk(tmp_path) as desk:
        viewer = desk.viewer(DISC)
        viewer.watch(factors=True, overlay="lines")
        revision = finish_view(viewer, disc(1))
        assert viewer.overlay(revision).overlay == "lines"
        sight = viewer.sight()
        assert sight.overlays == ("lines", "difference")
        assert sight.lack is not None
        assert "tells the factors of" in sight.lack[0]
        assert not any(isinstance(e, Reading) for e in viewer.seen)


def test_without_a_watch_the_device_does_not_look(tmp_path: Path) -> None:
    publish_set(tmp_path / "perception", "disc")
    with thread_desk(tmp_path) as desk:
        viewer = desk.viewer(DISC)
        for seed in range(5):
            finish_view(viewer, disc(seed, 0.5))
    # What was still to be done is done, or dropped, by the end.
    assert desk.engine.status().counters.looks == 0
    assert viewer.seen == []


def sights(viewer: Viewer) -> list[Sight]:
    return [e for e in viewer.seen if isinstance(e, Sight)]


def test_what_can_be_told_is_said_again_to_who_asks_again(watched: Desk) -> None:
    viewer = watched.viewer(DISC)
    viewer.watch(factors=True)
    viewer.reading(finish_view(viewer, disc(1)))
    viewer.reading(finish_view(viewer, disc(2)))
    assert len(sights(viewer)) == 1
    # Another model was chosen and left again before anybody looked at it.
    viewer.watch(factors=True)
    viewer.watch(factors=True)
    viewer.reading(finish_view(viewer, disc(3)))
    assert len(sights(viewer)) == 2
    assert sights(viewer)[0] == sights(viewer)[1]


def test_the_same_watch_again_disturbs_no_look(tmp_path: Path) -> None:
    publish_set(tmp_path / "perception", "disc")
    with thread_desk(tmp_path) as desk:
        viewer = desk.viewer(DISC)
        viewer.watch(factors=True)
        revision = finish_view(viewer, disc(1))
        viewer.reading(revision)
        for _ in range(50):
            viewer.watch(factors=True)
        # Another view's look, asked for after all of these, is done: theirs would be too.
        other = desk.viewer(DISC)
        other.watch(factors=True)
        other.reading(finish_view(other, disc(2)))
        assert len([e for e in viewer.seen if isinstance(e, Reading)]) == 1


def test_of_many_watches_the_newest_is_heard(tmp_path: Path) -> None:
    publish_set(tmp_path / "perception", "disc")
    with thread_desk(tmp_path) as desk:
        viewer = desk.viewer(DISC)
        revision = finish_view(viewer, disc(1, 0.5))
        desk.close_gate()
        for _ in range(200):
            viewer.watch(overlay="labels")
            viewer.watch(factors=True)
        viewer.watch(overlay="difference")
        again = viewer.submit(disc(1, 0.5), "final")
        desk.open_gate()
        viewer.overlay(again)
        assert again == revision + 1
        assert [e.overlay for e in viewer.seen if isinstance(e, OverlayResult)] == ["difference"]
        assert not any(isinstance(e, Reading) for e in viewer.seen)


def count_loads(monkeypatch: pytest.MonkeyPatch, breaks: Callable[[], bool]) -> list[str]:
    """The sets whose factor networks are loaded from now on; each load runs out of memory while it breaks."""
    loads: list[str] = []
    load = PerceptionStore.factors

    def counted(store: PerceptionStore, set_id: str, device: torch.device) -> FactorNetwork:
        loads.append(set_id)
        if breaks():
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")
        return load(store, set_id, device)

    monkeypatch.setattr(PerceptionStore, "factors", counted)
    return loads


def test_where_memory_runs_out_the_eyes_leave_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish_set(tmp_path / "perception", "disc")
    loads = count_loads(monkeypatch, lambda: False)
    with thread_desk(tmp_path) as desk:
        viewer, faulty = desk.viewer(DISC), desk.viewer("faulty")
        viewer.watch(factors=True)
        for seed in range(2):
            viewer.reading(finish_view(viewer, disc(seed)))
        assert loads == ["disc"]
        faulty.frame(faulty.ask())
        (tmp_path / "exhausted-once").touch()
        faulty.frame(faulty.ask(alpha=1.0))
        viewer.reading(finish_view(viewer, disc(3)))
        assert loads == ["disc", "disc"]


def test_a_look_that_runs_out_of_memory_makes_room_and_then_gives_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_set(tmp_path / "perception", "disc")
    is_exhausted = True
    loads = count_loads(monkeypatch, lambda: is_exhausted)
    with thread_desk(tmp_path) as desk:
        viewer, other = desk.viewer(DISC), desk.viewer()
        other.frame(other.ask())
        viewer.watch(factors=True)
        finish_view(viewer, disc(0))
        lack = viewer.sight().lack
        assert lack is not None
        assert "memory" in lack[0]
        finish_view(viewer, disc(1))
        assert desk.engine.status().resident == (DISC,)
        deadline = time.monotonic() + 20.0
        while len(loads) < 2:  # nothing new is said that could be waited for
            assert time.monotonic() < deadline
            time.sleep(0.002)
        # The device was alone with it and did not suffice: no picture is looked at any more.
        for seed in range(2, 6):
            finish_view(viewer, disc(seed))
        other.watch(overlay="difference")
        other.overlay(other.submit(disc(1).model_copy(update={"model": "tiny"}), "final"))
        assert len(loads) == 2
        # Asked for again, it is tried again.
        is_exhausted = False
        viewer.watch(factors=True)
        assert viewer.reading(finish_view(viewer, disc(7))).values


def test_a_saturated_engine_still_reads_now_and_then(tmp_path: Path) -> None:
    publish_set(tmp_path / "perception", "disc")
    with thread_desk(tmp_path) as desk:
        viewer, busy = desk.viewer(DISC), [desk.viewer(DISC) for _ in range(3)]
        viewer.watch(factors=True)
        revision = finish_view(viewer, disc(1))
        deadline = time.monotonic() + 20.0
        while not any(isinstance(e, Reading) for e in viewer.seen):
            assert time.monotonic() < deadline
            for other in busy:
                other.submit(disc(2, time.monotonic() % 1.0), "live")
        assert viewer.reading(revision).values
