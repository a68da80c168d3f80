"""Owner of what a watched view is told: of the very picture it was shown, by the world's own networks."""

import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from tests.engine.desk import Desk, Viewer
from tests.engine.eyes_library import DISC, build_watched_library, publish_set
from tests.engine.watching import disc, finish_view, thread_desk
from tests.methods.factors_by_hand import LIT, X, put_on_shelf
from wend.api.engine_port import EnginePort
from wend.engine.engine import Engine
from wend.engine.process import ProcessEngine
from wend.engine.request import (
    EngineEvent,
    OverlayResult,
    Reading,
    RenderResult,
    Sight,
)
from wend.engine.settings import EngineSettings
from wend.generators.analytic import AnalyticGenerator
from wend.generators.generator import synthesize
from wend.imaging.pixels import to_uint8
from wend.latents.seed import z_of_seed
from wend.library.perception import PerceptionStore
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


@pytest.fixture
def sets(watched: Desk) -> PerceptionStore:
    """The same networks, in the test's own hands."""
    return PerceptionStore([watched.folder / "perception"])


def image_of(seed: int = 3, *alphas: float) -> torch.Tensor:
    """The picture drawn here, float32 [1, 3, 32, 32]: z of the disc is its factors."""
    z = z_of_seed(seed, 4)
    for index, alpha in enumerate(alphas):
        z[0, index] += alpha
    return synthesize(AnalyticGenerator(Disc()), z[:, None], None)


def samples(result: OverlayResult) -> NDArray[np.uint8]:
    return np.frombuffer(zlib.decompress(result.payload), np.uint8).reshape(result.size)


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
        assert sights(viewer)[-1].lack is None


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


def test_a_factor_is_told_as_predicted_and_as_it_is_seen(tmp_path: Path) -> None:
    """Light is read off the pixels; nothing tells the disc's place."""
    with thread_desk(tmp_path) as desk:
        put_on_shelf(desk.shelf)
        viewer = desk.viewer(DISC)
        viewer.watch(factors=True)
        reading = viewer.reading(finish_view(viewer, disc(3, 1.5)))
    told = {factor.walk: factor for factor in reading.factors}
    assert told[X.id].measured is None
    assert told[LIT.id].measured == pytest.approx(float(image_of(3, 1.5).mean()), abs=1e-4)
    assert told[LIT.id].measured != pytest.approx(told[LIT.id].value, abs=1e-4)
