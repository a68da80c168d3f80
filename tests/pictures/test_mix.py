"""Owner of style mixing: which rows come from which latent, as they reach synthesis."""

import pytest
import torch

from tests.engine.conftest import Library
from tests.engine.library import CLASSY, ROWS
from tests.pictures.test_blends import alone, resident
from wend.errors import InvalidPicture
from wend.pictures.resolve import Resolver


def rows(seed: int, start: int, end: int) -> dict[str, object]:
    return {"latent": {"seed": seed}, "layers": {"start": start, "end": end}}


def test_rows_are_those_of_the_other_seed_truncated_and_moved_alike(library: Library) -> None:
    tiny, resolver = resident(library), Resolver(library[1])
    given = {
        "psi": 0.6,
        "psi_cutoff": 4,
        "edits": [{"walk": "test/1", "alpha": 0.5}, {"walk": "test/0", "alpha": 2.0}],
    }
    own, other, third = (resolver.resolve(alone(seed, **given), tiny).ws for seed in (3, 7, 9))
    mixed = resolver.resolve(alone(3, mix=[rows(7, 0, 2), rows(9, 5, ROWS)], **given), tiny).ws
    assert torch.equal(mixed, torch.cat([other[:, :2], own[:, 2:5], third[:, 5:]], dim=1))


def test_all_rows_of_another_seed_are_that_seed(library: Library) -> None:
    tiny, resolver = resident(library), Resolver(library[1])
    mixed = resolver.resolve(alone(3, mix=[rows(7, 0, ROWS)]), tiny).ws
    assert torch.equal(mixed, resolver.resolve(alone(7), tiny).ws)


def test_rows_of_another_class(library: Library) -> None:
    classy, resolver = resident(library, CLASSY), Resolver(library[1])
    part = {"kind": "blend", "parts": [{"seed": 7, "weight": 1.0, "class_index": 2}]}
    mix = [{"latent": part, "layers": {"start": 1, "end": 3}}]
    mixed = resolver.resolve(alone(3, model=CLASSY, class_index=0, mix=mix), classy).ws
    other = resolver.resolve(alone(7, model=CLASSY, class_index=2), classy).ws
    assert torch.allclose(mixed[:, 1:3], other[:, 1:3], atol=1e-6)


def test_refuses_rows_that_the_model_does_not_have(library: Library) -> None:
    tiny, resolver = resident(library), Resolver(library[1])
    with pytest.raises(InvalidPicture, match="style rows"):
        resolver.resolve(alone(3, mix=[rows(7, 0, ROWS + 1)]), tiny)
    part = {"kind": "blend", "parts": [{"seed": 7, "weight": 1.0, "class_index": 2}]}
    with pytest.raises(InvalidPicture, match="none of the model's 0 classes"):
        resolver.resolve(alone(3, mix=[{"latent": part, "layers": {"start": 0, "end": 1}}]), tiny)


@pytest.mark.parametrize(
    "mix",
    [[rows(7, 2, 4), rows(8, 0, 1)], [rows(7, 0, 3), rows(8, 2, 4)], [rows(7, 2, 2)]],
    ids=["order", "overlap", "none"],
)
def test_rows_stand_in_order_and_once(mix: list[dict[str, object]]) -> None:
    with pytest.raises(ValueError, match="not in order"):
        alone(3, mix=mix)
