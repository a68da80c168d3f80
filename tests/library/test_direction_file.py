"""Direction files out and in again: the same move, with its length, rows and space."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.formats.conftest import SMALL as LIMITS
from wend.errors import WalkNotLinear
from wend.formats.sandbox import Sandbox
from wend.latents.chain import ChainWalk
from wend.library.direction_file import DirectionFormat, direction_array, pack_direction
from wend.library.direction_imports import import_directions
from wend.library.models import Model, ModelStore
from wend.library.shelf import Shelf, is_foreign
from wend.library.walk_record import WalkRecord

ROWS, WIDTH = 4, 5


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(LIMITS) as found:
        yield found


@pytest.fixture
def shelf(root: Path, tiny: Model, tmp_path: Path) -> Shelf:
    assert (tiny.card.w_dim, tiny.card.num_ws) == (WIDTH, ROWS)
    return Shelf(ModelStore([root]), tmp_path / "shelf")


def record(layers: tuple[int, int], *shape: int) -> WalkRecord:
    vector = torch.randn(*shape, generator=torch.Generator().manual_seed(2))
    return WalkRecord(
        id="pca-w/1", title="Smile", method="pca", space="w", unit="sd", layers=layers, low=-3.0, high=4.5,
        psi=0.7, strength=0.1, generator_hash="a" * 64, vector=vector / vector.norm(), unit_length=2.5,
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["npy", "safetensors"])
@pytest.mark.parametrize(("layers", "shape"), [((0, 4), (5,)), ((1, 3), (5,)), ((0, 4), (4, 5))])
def test_a_walk_goes_round(
    sandbox: Sandbox,
    shelf: Shelf,
    tmp_path: Path,
    kind: DirectionFormat,
    layers: tuple[int, int],
    shape: tuple[int, ...],
) -> None:
    out = record(layers, *shape)
    path = tmp_path / f"smile.{kind}"
    path.write_bytes(pack_direction(out, ROWS, kind))
    (back,) = import_directions(sandbox, path, shelf, "tiny", "w")
    ws = torch.zeros(1, ROWS, WIDTH)
    assert torch.allclose(back.walk.apply(ws, 1.5), out.walk.apply(ws, 1.5), atol=1e-5)
    # Numbers alone say no more.
    says = kind == "safetensors"
    assert (back.title, back.high) == (("Smile", 4.5) if says else ("smile", 3.0))
    assert is_foreign(back, shelf.store.get("tiny")) == says
    assert str(back.settings["found_on"]).startswith("other weights, aaaa" if says else "unknown")


def test_what_was_found_here_is_at_home(sandbox: Sandbox, shelf: Shelf, tmp_path: Path) -> None:
    model = shelf.store.get("tiny")
    own = replace(record((0, 4), 5), generator_hash=model.card.hash)
    (tmp_path / "x").write_bytes(pack_direction(own, ROWS, "safetensors"))
    (back,) = import_directions(sandbox, tmp_path / "x", shelf, "tiny")
    assert not is_foreign(back, model)
    assert back.settings["found_on"] == "these weights"
    assert [walk.id for walk in shelf.walks("tiny")] == [back.id]


def test_a_plain_array_is_what_alpha_1_adds(tmp_path: Path) -> None:
    path = tmp_path / "a.npy"
    path.write_bytes(pack_direction(record((0, 4), 5), ROWS, "npy"))
    array = np.load(path, allow_pickle=False)
    assert array.shape == (1, WIDTH)
    assert np.linalg.norm(array) == pytest.approx(2.5)


def test_a_curve_is_refused() -> None:
    chain = ChainWalk(torch.zeros(3, ROWS, WIDTH), (0, ROWS))
    with pytest.raises(WalkNotLinear):
        direction_array(replace(record((0, 4), 5), chain=chain), ROWS)
