"""Owner of equal rights: networks of other programs' files sample, have classes, and move."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from tests.engine.test_regions import Studio
from wend.documents.picture import Edit, Picture, SeedLatent
from wend.engine.precision import LiveMode
from wend.engine.render import LiveFrame, render_live
from wend.engine.request import ViewKey
from wend.engine.residency import Resident
from wend.engine.states import StateCache
from wend.generators.build import Config, build_generator
from wend.library.models import ModelStore
from wend.library.publish import CardText, publish_model
from wend.library.shelf import Shelf
from wend.methods.discover.job import DiscoverWalks
from wend.pictures.final import draw_final
from wend.pictures.resolve import Resolved, Resolver

Z = 48
KINDS: dict[str, Config] = {
    "progressive": {"z_dim": Z, "widths": "8,8"},
    "biggan-original": {"c_dim": 3, "widths": "8,8", "z_dim": Z, "embed_dim": 4, "attention": "8"},
    "residual": {"z_dim": Z, "widths": "8,8"},
    "dense": {"resolution": 16, "z_dim": Z, "widths": "16,32", "c_dim": 3, "embed_dim": 2, "slope": 0.2},
    "deconvolution": {"z_dim": Z, "widths": "8", "c_dim": 3, "embed_dim": 3, "has_last_bias": True},
}
CPU = torch.device("cpu")


def publish(root: Path, kind: str) -> None:
    """A random network of 8 or 16 px whose every part shows."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        generator = build_generator(kind, KINDS[kind])
        assert isinstance(generator, nn.Module)
        for name, parameter in generator.named_parameters():
            if name.endswith(("scale.weight", "offset.weight", "gamma")):
                parameter.data.normal_(std=0.4)
            elif kind == "deconvolution" and parameter.ndim == 4:
                parameter.data.normal_(std=0.15)
    config = {key: value for key, value in KINDS[kind].items() if isinstance(value, bool | int | float | str)}
    text = CardText("x", "x", "MIT", kind, config, generator.spec.classes, 1.0)
    publish_model(root / kind, text, generator.state_dict(), None, None, None)


class Family:
    """One kind from disk, its shelf, and pictures of it."""

    def __init__(self, kind: str, folder: Path) -> None:
        publish(folder / "models", kind)
        self.store = ModelStore([folder / "models"])
        self.shelf = Shelf(self.store, folder / "shelf")
        self.kind, self.card = kind, self.store.get(kind).card
        self.exact = self.store.load(kind, CPU)
        mode = LiveMode("float32", 0.0, 1.0, 1.0, "")
        self.resident = Resident(kind, self.card.hash, self.exact, self.exact, mode, self.exact.size_bytes)

    def resolved(
        self, seed: int = 3, class_index: int = 1, psi: float = 1.0, edits: tuple[Edit, ...] = ()
    ) -> Resolved:
        picture = Picture(
            model=self.kind,
            latent=SeedLatent(seed=seed),
            psi=psi,
            noise_seed=None,
            class_index=class_index if self.card.classes else None,
            edits=edits,
        )
        return Resolver(self.shelf).resolve(picture, self.resident)

    def draw(self, resolved: Resolved) -> bytes:
        return draw_final(self.exact, resolved).pixels.tobytes()


@pytest.fixture(scope="module", params=KINDS)
def family(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Family:
    return Family(request.param, tmp_path_factory.mktemp("family"))


def test_seeds_and_classes_draw_different_pictures(family: Family) -> None:
    classes = range(3) if family.card.classes else range(1)
    drawn = {family.draw(family.resolved(seed, k)) for seed in range(3) for k in classes}
    assert len(drawn) == 3 * len(classes)


def test_live_goes_on_from_where_it_was(family: Family) -> None:
    """The same picture is not drawn again, and another one is what a whole run draws, bit for bit."""
    states, view = StateCache(50_000_000), ViewKey("a", 0)
    first, second = family.resolved(0), family.resolved(1)
    render_live(family.resident, [LiveFrame(view, first)], states)
    _, reused = render_live(family.resident, [LiveFrame(view, first)], states)
    assert reused == 1
    drawn, _ = render_live(family.resident, [LiveFrame(view, second)], states)
    assert np.ascontiguousarray(drawn[0].pixels).tobytes() == family.draw(second)


def test_truncation_is_as_the_family_has_it(family: Family) -> None:
    """A code pulled all the way is the class's own picture; what brings every code to one length has none."""
    pulled = {family.draw(family.resolved(seed, 0, psi=0.0)) for seed in range(2)}
    assert len(pulled) == 1
    halves = family.draw(family.resolved(0, 0, psi=0.5)), family.draw(family.resolved(0, 0))
    assert (halves[0] == halves[1]) == (family.kind == "progressive")


@pytest.mark.parametrize("kind", ["residual", "dense"])
def test_its_components_are_sliders(kind: str, tmp_path: Path) -> None:
    """Of a chain, in z, and of a network that is told a class, in w."""
    family = Family(kind, tmp_path)
    work = DiscoverWalks(kind, family.exact, family.shelf)
    while not family.shelf.walks(kind):
        assert not work.run_slice()
    work.stop()
    walk = next(walk for walk in family.shelf.walks(kind) if not walk.hidden)
    assert walk.space == family.exact.spec.spaces[0]
    moved = family.resolved(edits=(Edit(walk=walk.id, alpha=walk.high or walk.low),))
    assert family.draw(moved) != family.draw(family.resolved())


@pytest.mark.parametrize("kind", ["residual", "dense"])
def test_a_painted_mask_makes_sliders(kind: str, tmp_path: Path) -> None:
    """Of a chain whose first row alone is read, and of a network that is told a class."""
    publish(tmp_path / "models", kind)
    studio = Studio(tmp_path)
    told = 0 if "c_dim" in KINDS[kind] else None
    wanted = Picture(model=kind, latent=SeedLatent(seed=3), psi=0.8, noise_seed=None, class_index=told)
    studio.find(1, studio.mask(slice(0, 6)), wanted)
    last = studio.reports(1)[-1]
    assert last.lack is None
    edit = Edit(walk=last.sliders[0].walk, alpha=last.sliders[0].high or last.sliders[0].low)
    plain, moved = studio.draw(wanted, 1), studio.draw(wanted.model_copy(update={"edits": (edit,)}), 2)
    studio.engine.stop()
    assert plain.payload != moved.payload
