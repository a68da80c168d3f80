"""Discovery: fills every family in slices, drops what shows nothing or repeats, can be broken off."""

from dataclasses import asdict, replace
from pathlib import Path

import pytest
import torch

from tests.engine.eyes_library import publish_set
from wend.generators.generator import Generator, synthesize
from wend.generators.stylegan2 import StyleGAN2Config, StyleGAN2Generator
from wend.latents.seed import z_of_seeds
from wend.latents.truncation import truncate
from wend.library.card import WorldSection
from wend.library.models import ModelStore
from wend.library.perception import PerceptionStore
from wend.library.publish import CardText, publish_model
from wend.library.shelf import Shelf
from wend.library.walk_record import WalkFamily, WalkRecord
from wend.measure.slices import finish
from wend.methods.discover import job as discover
from wend.methods.discover.candidate import candidates
from wend.methods.discover.ganspace import WSample
from wend.methods.discover.job import FAMILIES, DiscoverWalks, number_anew

CPU = torch.device("cpu")
SHIPPED = Path(__file__).parents[3] / "models" / "generators"
CONFIG = StyleGAN2Config(resolution=16, z_dim=8, w_dim=8, mapping_layers=2, channel_base=64, channel_max=8)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """The shelf of a small network that answers to its styles."""
    _publish(tmp_path / "models" / "small", 5)
    return Shelf(ModelStore([tmp_path / "models", SHIPPED]), tmp_path / "shelf")


def _publish(folder: Path, seed: int, size: int = 16, world: WorldSection | None = None) -> str:
    """The hash of the network published."""
    shape = replace(CONFIG, resolution=size)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        generator = StyleGAN2Generator(shape)
    for index in range(3):
        # A fresh network paints faintly; a trained one fills the pixel range.
        generator.synthesis.block(index).torgb.weight.data *= 0.5
    config = {name: value for name, value in asdict(shape).items() if value is not None}
    text = CardText(
        title="x", summary="x", licence="MIT", kind="stylegan2", config=config, psi=0.9, world=world
    )
    return publish_model(folder, text, generator.state_dict(), None, None, None).card.hash


def _finish(work: DiscoverWalks) -> list[float]:
    fractions = [work.fraction]
    for _ in range(20_000):
        if work.run_slice():
            return [*fractions, work.fraction]
        fractions.append(work.fraction)
    raise AssertionError("discovery does not end")


def _pictures(generator: Generator, shelf: Shelf, walk_id: str, alpha: float) -> torch.Tensor:
    record = shelf.get("small", walk_id)
    ws = generator.mapping(z_of_seeds([0, 1, 2, 3, 4], 8))[:, None].expand(-1, 6, -1)
    ws = truncate(ws, generator.w_avg, record.psi, None)
    return synthesize(generator, record.walk.apply(ws, alpha), None).clamp(-1.0, 1.0)


def test_fills_every_family_of_a_trained_model(shelf: Shelf) -> None:
    generator = shelf.store.load("small", CPU)
    work = DiscoverWalks("small", generator, shelf)
    assert (work.name, work.model, work.fraction) == ("discover:small", "small", 0.0)
    fractions = _finish(work)
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert all(shelf.has("small", family) for family in FAMILIES)
    walks = shelf.walks("small")
    assert {"pca-w", "pca-w-coarse", "sefa-all", "sefa-fine"} <= {record.family for record in walks}
    for record in walks:
        assert -6.0 <= record.low <= 0.0 <= record.high <= 6.0
        assert record.low < record.high
        assert record.strength >= 2.0 / 255.0
        assert record.psi == 0.9
        assert record.unit == "sd"
        assert float(record.vector.norm()) == pytest.approx(1.0, abs=1e-5)
    for a in walks:
        for b in walks:
            if a.id != b.id and a.layers == b.layers:
                assert abs(float(a.vector @ b.vector)) <= 0.98, (a.id, b.id)
    # What the record says of a walk's ends is what its pictures do (noise aside).
    record = max(walks, key=lambda walk: walk.strength)
    start = _pictures(generator, shelf, record.id, 0.0)
    end = _pictures(generator, shelf, record.id, record.high)
    assert float((end - start).abs().mean()) / 2.0 > record.strength / 4.0


def test_walks_follow_the_weights_they_were_measured_on(shelf: Shelf) -> None:
    folder = shelf.store.get("small").folder
    generator = shelf.store.load("small", CPU)
    measured = shelf.store.get("small").card.hash
    published = _publish(folder, 6)
    work = DiscoverWalks("small", generator, shelf)
    while not (shelf.folder.exists() and any(shelf.folder.iterdir())):
        assert not work.run_slice()
    assert [path.name for path in shelf.folder.iterdir()] == [measured]
    assert published != measured
    assert shelf.walks("small") == ()


def test_finished_families_are_not_looked_for_again(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    generator = shelf.store.load("small", CPU)
    generator_hash = shelf.store.get("small").card.hash
    for family in FAMILIES:
        if family not in ("pca-w", "sefa-all"):
            shelf.save(generator_hash, family, [])
    work = DiscoverWalks("small", generator, shelf)
    while not shelf.has("small", "pca-w"):
        assert not work.run_slice()
    first = (shelf.folder / generator_hash / "pca-w.safetensors").stat().st_mtime_ns
    again = DiscoverWalks("small", generator, shelf)
    _finish(again)
    path = shelf.folder / generator_hash / "pca-w.safetensors"
    assert path.stat().st_mtime_ns == first
    assert shelf.has("small", "sefa-all")
    monkeypatch.setattr(discover, "WSample", None)
    assert DiscoverWalks("small", generator, shelf).run_slice()


def test_running_leaves_no_global_state(shelf: Shelf) -> None:
    before = torch.random.get_rng_state()
    _finish(DiscoverWalks("analytic-disc", shelf.store.load("analytic-disc", CPU), shelf))
    assert torch.equal(torch.random.get_rng_state(), before)
    assert torch.is_grad_enabled()


def test_an_analytic_model_gets_its_factors(shelf: Shelf) -> None:
    _finish(DiscoverWalks("analytic-disc", shelf.store.load("analytic-disc", CPU), shelf))
    assert all(shelf.has("analytic-disc", family) for family in FAMILIES)
    walks = {record.id: record for record in shelf.walks("analytic-disc")}
    assert set(walks) == {"factors/x", "factors/y", "factors/size", "factors/brightness"}
    x = walks["factors/x"]
    assert (x.title, x.method, x.unit, x.layers) == ("x", "factor", "sd", (0, 1))
    # The range 0.21 of the width is three standard deviations of 0.07.
    assert x.low == pytest.approx(-3.0)
    assert x.high == pytest.approx(3.0)
    assert x.settings["per_sd"] == pytest.approx(0.07)
    assert x.vector.tolist() == [1.0, 0.0, 0.0, 0.0]
    assert x.strength > 0.01


def test_what_is_done_to_walks_before_they_get_their_numbers_stays(shelf: Shelf) -> None:
    own = shelf.store.get("small").card.hash
    found = [_walk(own, key, title, 0.1 * key) for key, title in enumerate(("Smile", "Smile (2)", "Age"))]
    shelf.save(own, "sefa-all", found)
    shelf.delete("small", "sefa-all/2")
    shelf.bring("small", WalkFamily(own, (_walk(own, 5, "Mine", 0.0),)))
    number_anew(shelf, found, ["Smile (3)"])
    assert {walk.id: walk.title for walk in shelf.walks("small")} == {
        "sefa-all/0": "Smile (2)", "sefa-all/1": "Smile", "sefa-all/5": "Mine",
    }  # fmt: skip


def test_a_family_that_is_gone_gets_no_numbers(shelf: Shelf) -> None:
    own = shelf.store.get("small").card.hash
    number_anew(shelf, [_walk(own, key, "Smile", 0.0) for key in range(2)], [])
    assert shelf.walks("small") == ()


def _walk(generator_hash: str, key: int, title: str, lead: float) -> WalkRecord:
    return WalkRecord(
        f"sefa-all/{key}", title, "sefa", "w", "sd", (0, 6), -1.0, 1.0, 0.9, 0.1, generator_hash,
        torch.eye(8)[key], 1.0, {"lead": lead},
    )  # fmt: skip


@pytest.mark.parametrize("is_damaged", [False, True])
def test_walks_are_called_after_what_they_move(tmp_path: Path, is_damaged: bool) -> None:
    """Networks that have learned nothing read something all the same."""
    world = WorldSection(name="portraits", biases="None.", laws={})
    generator_hash = _publish(tmp_path / "models" / "seen", 5, size=32, world=world)
    folder = publish_set(tmp_path / "perception", "portraits", ("factors",))
    if is_damaged:
        next(folder.glob("*.safetensors")).write_bytes(b"x")
    shelf = Shelf(ModelStore([tmp_path / "models"]), tmp_path / "shelf")
    for family in FAMILIES:
        if family != "sefa-all":
            shelf.save(generator_hash, family, [])
    perception = PerceptionStore([tmp_path / "perception"])
    _finish(DiscoverWalks("seen", shelf.store.load("seen", CPU), shelf, perception))
    walks = shelf.walks("seen")
    assert walks
    named = [walk for walk in walks if "moves" in walk.settings]
    assert len({walk.title for walk in walks}) == len(walks)
    if is_damaged:
        assert named == []
        assert walks[0].title == "Style 1"
    else:
        assert named
        assert all(str(walk.settings["found_as"]).startswith("Style ") for walk in named)
        assert not any(walk.title.startswith("Style ") for walk in named)
        assert all(walk.settings["led_by"] for walk in named)
        leads = {walk.title: float(walk.settings["lead"]) for walk in named}
        assert all(0.0 <= lead <= 1.0 for lead in leads.values())
        # A number is for the less clear of a name.
        assert all(leads.get(title.partition(" (")[0], 1.0) >= lead for title, lead in leads.items())
    # What is read names a walk and does not turn it: a link means the same wherever it is opened.
    generator = shelf.store.load("seen", CPU)
    sample = WSample(generator)
    with torch.no_grad():
        finish(sample.gather())
        plain = {each.id: each.direction.vector for each in candidates("sefa-all", generator, sample)}
    assert all(torch.equal(walk.vector, plain[walk.id]) for walk in walks)
