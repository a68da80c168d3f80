"""Owner of locks in pictures: what stays where it is, in pixels, while other sliders move."""

from pathlib import Path

import pytest
import torch
from torch import Tensor

from tests.engine.conftest import Library
from tests.methods.factors_by_hand import FAMILY, X_SD, put_on_shelf
from tests.pictures.test_blends import alone, resident
from tests.pictures.test_resolve import learned, step_net
from wend.documents.picture import Edit, Picture, SeedLatent
from wend.engine.precision import LiveMode
from wend.engine.residency import Resident
from wend.errors import InvalidPicture
from wend.latents.steps import StepWeights
from wend.library.models import ModelStore
from wend.library.shelf import Shelf
from wend.library.walk_record import WalkRecord
from wend.pictures.factors import factor_values
from wend.pictures.final import draw_final
from wend.pictures.resolve import Resolver

MODELS = Path(__file__).parents[2] / "models" / "generators"
DISC = "analytic-disc"
RANGE = 0.42  # of y in the disc's world, as a share of the picture's side
SD = 0.07  # of x and y
X, Y, SIZE = torch.eye(4)[:3]


def shelf_of_discs(folder: Path) -> tuple[Shelf, Resident]:
    """Walks of the disc: y itself, and one that moves x, y and the size at once."""
    shelf = Shelf(ModelStore([MODELS]), folder)
    generator = shelf.store.load(DISC, torch.device("cpu"))
    own = shelf.store.get(DISC).card.hash
    vectors = {"y": Y, "mixed": (X + Y - SIZE) / 3**0.5, "z-y": Y, "z-mixed": (X + Y) / 2**0.5}
    records = [
        WalkRecord(
            f"disc/{name}", name, "factor", "z" if name.startswith("z-") else "w", "sd", (0, 1), -3.0, 3.0,
            1.0, 0.1, own, vector.clone(), 1.0,
        )
        for name, vector in vectors.items()
    ]  # fmt: skip
    shelf.save(own, "disc", records)
    return shelf, Resident(DISC, own, generator, generator, LiveMode("float32", 0, 1, 1, ""), 0)


def middle(pixels: Tensor) -> tuple[float, float]:
    """Where the disc is, by its pixels: (x, y) from the middle of the picture, in shares of its side."""
    ink = (pixels[:, :, 0].float() / 255.0 - 0.2).clamp_min(0.0)
    axis = (torch.arange(len(ink)) + 0.5) / len(ink) - 0.5
    return float((ink.sum(0) * axis).sum() / ink.sum()), float((ink.sum(1) * axis).sum() / ink.sum())


@pytest.mark.parametrize("space", ["", "z-"])
def test_with_y_locked_a_mixed_slider_leaves_y_where_it_is(tmp_path: Path, space: str) -> None:
    shelf, disc = shelf_of_discs(tmp_path)
    resolver = Resolver(shelf)

    def place(is_locked: bool, alpha: float) -> tuple[float, float]:
        edits = (
            Edit(walk=f"disc/{space}mixed", alpha=alpha),
            Edit(walk=f"disc/{space}y", alpha=0.5, is_locked=is_locked),
        )
        picture = Picture(model=DISC, latent=SeedLatent(seed=4), psi=1.0, edits=edits)
        return middle(torch.from_numpy(draw_final(disc.exact, resolver.resolve(picture, disc)).pixels))

    start = place(True, 0.0)
    for alpha in (-1.5, -0.7, 0.7, 1.5):
        locked, free = place(True, alpha), place(False, alpha)
        assert abs(locked[1] - start[1]) < 0.02 * RANGE
        # Without the lock it moves, and with it the slider still does what is left of it.
        assert abs(free[1] - start[1]) > 0.05 * RANGE
        share = 3.0**-0.5 if space == "" else 2.0**-0.5
        assert locked[0] - start[0] == pytest.approx(alpha * share * SD, abs=0.02 * RANGE)


@pytest.mark.parametrize("moved", [f"{FAMILY}/slanted", "disc/z-mixed"])
def test_a_locked_factor_keeps_its_value_and_one_beside_it_comes_to_its_own(
    tmp_path: Path, moved: str
) -> None:
    shelf, disc = shelf_of_discs(tmp_path)
    put_on_shelf(shelf)
    resolver = Resolver(shelf)

    def draw(alpha: float, is_locked: bool = True) -> tuple[tuple[float, float], dict[str, float]]:
        edits = (
            Edit(walk=moved, alpha=alpha),
            Edit(walk=f"{FAMILY}/shift_y", alpha=0.03, is_locked=is_locked),
        )
        picture = Picture(model=DISC, latent=SeedLatent(seed=4), psi=1.0, edits=edits)
        told = factor_values(picture, shelf.walks(DISC), resolver, disc)
        pixels = draw_final(disc.exact, resolver.resolve(picture, disc)).pixels
        return middle(torch.from_numpy(pixels)), {each.walk: each.value for each in told}

    (x, y), before = draw(0.0)
    alpha = 0.08 if moved == f"{FAMILY}/slanted" else 1.0
    place, after = draw(alpha)
    assert abs(place[1] - y) < 0.02 * RANGE
    assert after[f"{FAMILY}/shift_y"] == pytest.approx(before[f"{FAMILY}/shift_y"], abs=1e-6)
    assert abs(draw(alpha, is_locked=False)[0][1] - y) > 0.05 * RANGE
    if moved == f"{FAMILY}/slanted":
        assert after[moved] - before[moved] == pytest.approx(alpha, abs=1e-6)
        # All of it is now made by x, of which it has 0.6.
        assert place[0] - x == pytest.approx(alpha / 0.6, abs=0.02 * RANGE)
    else:
        assert place[0] - x == pytest.approx(X_SD / 2**0.5, abs=0.02 * RANGE)


def test_a_locked_slider_moves_by_its_own_hand(tmp_path: Path) -> None:
    shelf, disc = shelf_of_discs(tmp_path)
    resolver = Resolver(shelf)
    ws = [
        resolver.resolve(
            Picture(
                model=DISC,
                latent=SeedLatent(seed=4),
                psi=1.0,
                edits=(Edit(walk="disc/y", alpha=alpha, is_locked=True),),
            ),
            disc,
        ).ws
        for alpha in (0.0, 2.0)
    ]
    assert torch.allclose(ws[1] - ws[0], (2.0 * Y).expand(1, 1, 4), atol=1e-6)


def test_a_picture_says_the_same_whatever_was_resolved_before(own_library: Library) -> None:
    tiny, kept = resident(own_library), Resolver(own_library[1])
    moved = learned(own_library, vector=torch.nn.functional.normalize(torch.arange(16.0), dim=0)).id
    for is_locked, layers in ((True, None), (False, None), (True, {"start": 0, "end": 2}), (True, None)):
        lock = {"walk": "test/0", "alpha": 0.0, "is_locked": is_locked, "layers": layers}
        picture = alone(3, edits=[lock, {"walk": moved, "alpha": 1.5}])
        fresh = Resolver(own_library[1]).resolve(picture, tiny).ws
        assert torch.equal(kept.resolve(picture, tiny).ws, fresh)


def test_refuses_to_lock_what_is_no_straight_line(own_library: Library) -> None:
    steps = StepWeights(step_net(1), step_net(2), 10.0, (0, 6))
    curved = learned(own_library, vector=torch.zeros(0), unit_length=0.0, steps=steps).id
    edits = [{"walk": curved, "alpha": 1.0, "is_locked": True}]
    with pytest.raises(InvalidPicture, match="no straight line"):
        Resolver(own_library[1]).resolve(alone(3, edits=edits), resident(own_library))
