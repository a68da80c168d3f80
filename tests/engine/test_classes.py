"""Owner of class-conditional rendering: pictures of several classes share batches and states."""

from pathlib import Path

import numpy as np
import pytest
import torch

from wend.documents.picture import Edit, Picture, SeedLatent
from wend.engine.precision import LiveMode, choose_live
from wend.engine.render import LiveFrame, render_live
from wend.engine.request import ViewKey
from wend.engine.residency import Resident
from wend.engine.states import StateCache
from wend.errors import InvalidPicture
from wend.generators.biggan import BigGANConfig, BigGANGenerator
from wend.library.models import ModelStore
from wend.library.publish import CardText, publish_model
from wend.library.shelf import Shelf
from wend.library.walk_record import WalkRecord
from wend.pictures.final import Pixels, draw_final
from wend.pictures.resolve import Resolved, Resolver

NAMES = ("round", "square", "star")
ROWS = 5
CONFIG: dict[str, bool | int | float | str] = {
    "widths": "4,2,1", "channel_width": 8, "z_dim": 6, "embed_dim": 4, "c_dim": 3,
    "attention_resolution": 8, "reduction": 2,
}  # fmt: skip
A, B, C = (ViewKey(name, 0) for name in "abc")


@pytest.fixture(scope="module")
def resident(tmp_path_factory: pytest.TempPathFactory) -> Resident:
    """A random BigGAN of 16 px from disk."""
    return _resident(tmp_path_factory.mktemp("models"))[0]


def _resident(root: Path) -> tuple[Resident, Resolver]:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        generator = BigGANGenerator(BigGANConfig(**CONFIG), NAMES)  # type: ignore[arg-type]  # plain settings
        for name, parameter in generator.named_parameters():
            if name.endswith(("scale.weight", "offset.weight", "gamma")):
                parameter.data.normal_(std=0.4)
    text = CardText("shapes", "Random shapes.", "MIT", "biggan", CONFIG, NAMES)
    publish_model(root / "shapes", text, generator.state_dict(), None, None, None)
    store = ModelStore([root])
    exact = store.load("shapes", torch.device("cpu"))
    mode = LiveMode("float32", 0.0, 1.0, 1.0, "")
    shelf = Shelf(store, root / "shelf")
    card = store.get("shapes").card
    vector = torch.zeros(10)
    vector[0] = 1.0
    walk = WalkRecord(
        "test/0", "test", "test", "w", "sd", (0, ROWS), -3.0, 3.0, 0.8, 0.1, card.hash, vector, 1.0, {}
    )
    shelf.save(card.hash, "test", [walk])
    return Resident("shapes", card.hash, exact, exact, mode, exact.size_bytes), Resolver(shelf)


@pytest.fixture
def resolver(tmp_path: Path) -> Resolver:
    return _resident(tmp_path)[1]


def picture(class_index: int | None, seed: int = 0, psi: float = 0.7, alpha: float = 0.0) -> Picture:
    edits = (Edit(walk="test/0", alpha=alpha),) if alpha else ()
    return Picture(
        model="shapes", latent=SeedLatent(seed=seed), psi=psi, class_index=class_index, edits=edits
    )


def _final(resident: Resident, resolved: Resolved) -> Pixels:
    return draw_final(resident.exact, resolved).pixels


def test_truncation_leaves_the_class_alone(resident: Resident, resolver: Resolver) -> None:
    generator = resident.exact
    assert isinstance(generator, BigGANGenerator)
    ws = resolver.resolve(picture(2, psi=0.0), resident).ws
    assert torch.equal(ws[0, :, :6], torch.zeros(ROWS, 6))
    assert torch.allclose(ws[0, :, 6:], generator.embeddings.weight[:, 2].expand(ROWS, -1))
    centers = [resolver.resolve(picture(k, psi=0.0), resident) for k in range(3)]
    assert len({_final(resident, center).tobytes() for center in centers}) == 3


@pytest.mark.parametrize("class_index", [None, 3])
def test_a_class_that_is_not_there_is_refused(
    resident: Resident, resolver: Resolver, class_index: int | None
) -> None:
    with pytest.raises(InvalidPicture, match="from 0 to 2"):
        resolver.resolve(picture(class_index), resident)


def test_one_batch_of_several_classes_draws_each_as_alone(resident: Resident, resolver: Resolver) -> None:
    pictures = [resolver.resolve(picture(k, seed=k), resident) for k in range(3)]
    frames = [LiveFrame(view, p) for view, p in zip((A, B, C), pictures, strict=True)]
    together, _ = render_live(resident, frames, StateCache(50_000_000))
    for drawn, alone in zip(together, pictures, strict=True):
        apart = drawn.pixels.astype(int) - _final(resident, alone).astype(int)
        assert int(np.abs(apart).max()) <= 1


def test_another_class_resumes_nothing_and_the_same_class_does(
    resident: Resident, resolver: Resolver
) -> None:
    states = StateCache(50_000_000)
    render_live(resident, [LiveFrame(A, resolver.resolve(picture(0), resident))], states)
    drawn, reused = render_live(resident, [LiveFrame(A, resolver.resolve(picture(1), resident))], states)
    assert reused == 0
    assert np.array_equal(drawn[0].pixels, _final(resident, resolver.resolve(picture(1), resident)))
    _, reused = render_live(resident, [LiveFrame(A, resolver.resolve(picture(1), resident))], states)
    assert reused == 1


@pytest.mark.parametrize("start", range(1, ROWS))
def test_an_edit_of_late_rows_resumes_bit_for_bit(resident: Resident, resolver: Resolver, start: int) -> None:
    states = StateCache(50_000_000)
    before = resolver.resolve(picture(1), resident)
    render_live(resident, [LiveFrame(A, before)], states)
    edit = Edit.model_validate({"walk": "test/0", "alpha": 1.5, "layers": {"start": start, "end": ROWS}})
    after = resolver.resolve(picture(1).model_copy(update={"edits": (edit,)}), resident)
    drawn, reused = render_live(resident, [LiveFrame(A, after)], states)
    assert reused == 1
    assert np.array_equal(drawn[0].pixels, _final(resident, after))
    assert not np.array_equal(drawn[0].pixels, _final(resident, before))


def test_live_in_half_precision_is_close(resident: Resident) -> None:
    live, mode = choose_live(resident.exact)
    assert live.spec == resident.exact.spec
    assert "bfloat16" in mode.tried
    assert "not possible" not in mode.tried
