"""Direction imports: walks that move latents by what the file says, with where they came from."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from tests.formats.conftest import SMALL as LIMITS
from wend.errors import FormatAmbiguous, FormatDamaged, FormatUnsupported
from wend.formats.directions import Target
from wend.formats.sandbox import DirectionReport, Sandbox
from wend.library.direction_imports import import_directions
from wend.library.models import Model, ModelStore
from wend.library.shelf import Shelf


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(LIMITS) as found:
        yield found


@pytest.fixture
def shelf(root: Path, tiny: Model, tmp_path: Path) -> Shelf:
    assert (tiny.card.z_dim, tiny.card.w_dim, tiny.card.num_ws) == (4, 5, 4)
    return Shelf(ModelStore([root]), tmp_path / "shelf")


def test_a_direction_becomes_a_walk(sandbox: Sandbox, shelf: Shelf, tmp_path: Path) -> None:
    path = tmp_path / "smile.npy"
    vector = np.array([3.0, 0.0, 4.0, 0.0, 0.0])
    np.save(path, vector)
    [record] = import_directions(sandbox, path, shelf, "tiny")
    assert record.title == "smile"
    assert shelf.get("tiny", record.id).settings["norm"] == 5.0
    ws = torch.zeros(1, 4, 5)
    moved = shelf.get("tiny", record.id).walk.apply(ws, 2.0)
    assert torch.allclose(moved, 2.0 * torch.tensor(vector).float().expand(1, 4, 5))
    assert record.settings["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert str(record.settings["found_on"]).startswith("unknown")


def test_rows_of_their_own(sandbox: Sandbox, shelf: Shelf, tmp_path: Path) -> None:
    path = tmp_path / "pose.npy"
    rows = np.random.RandomState(0).randn(1, 4, 5).astype(np.float32)
    np.save(path, rows)
    [record] = import_directions(sandbox, path, shelf, "tiny")
    moved = shelf.get("tiny", record.id).walk.apply(torch.zeros(2, 4, 5), 1.0)
    assert torch.allclose(moved, torch.tensor(rows).expand(2, 4, 5), atol=1e-6)


def test_components_count_standard_deviations(sandbox: Sandbox, shelf: Shelf, tmp_path: Path) -> None:
    path = tmp_path / "cache.npz"
    comp = np.eye(5, dtype=np.float32)[:, None] * 2.0
    np.savez(path, lat_comp=comp, lat_stdev=np.arange(5, 0, -1.0), lat_mean=np.ones((1, 5)))
    records = import_directions(sandbox, path, shelf, "tiny", count=3)
    assert len(records) == 3
    assert [record.unit for record in records] == ["sd"] * 3
    moved = shelf.get("tiny", records[1].id).walk.apply(torch.zeros(1, 4, 5), 1.0)
    assert torch.allclose(moved[0, 0], torch.tensor([0.0, 8.0, 0.0, 0.0, 0.0]))


def test_a_file_is_on_the_shelf_once(sandbox: Sandbox, shelf: Shelf, tmp_path: Path) -> None:
    path = tmp_path / "smile.npy"
    np.save(path, np.ones(5))
    first = import_directions(sandbox, path, shelf, "tiny")
    again = import_directions(sandbox, path, shelf, "tiny")
    assert [r.id for r in first] == [r.id for r in again] == [r.id for r in shelf.walks("tiny")]


def test_what_is_open_is_asked(sandbox: Sandbox, shelf: Shelf, tmp_path: Path) -> None:
    path = tmp_path / "x.npy"
    np.save(path, np.eye(4))
    with pytest.raises(FormatAmbiguous) as asked:
        import_directions(sandbox, path, shelf, "tiny")
    assert "--axis" in asked.value.hint
    records = import_directions(sandbox, path, shelf, "tiny", axis="columns")
    assert [record.space for record in records] == ["z"] * 4
    assert shelf.walks("tiny")


class LyingReader(Sandbox):
    """A reader that a file has taken over as far as it goes: the numbers that come back are as it likes."""

    def __init__(self, mean: torch.Tensor) -> None:
        super().__init__(LIMITS)
        self._mean = mean

    def read_directions(
        self, path: Path, target: Target, folder: Path, called: str | None = None
    ) -> tuple[DirectionReport, Path]:
        report = DirectionReport(
            layout="x", names=("a",), space="w", unit="sd", reach=3.0, layers=(0, 4), generator="",
            generator_hash="", notes=(), file=called or path.name, sha256="0" * 64,
        )  # fmt: skip
        numbers = {"vectors": torch.ones(1, 5), "units": torch.ones(1), "mean": self._mean}
        save_file(numbers, folder / "x")
        return report, folder / "x"


@pytest.mark.parametrize(
    "mean", [torch.full((5,), torch.nan), torch.zeros(4)], ids=["no number", "too short"]
)
def test_what_comes_back_is_not_believed(mean: torch.Tensor, shelf: Shelf, tmp_path: Path) -> None:
    with LyingReader(mean) as reader, pytest.raises(FormatDamaged, match="count from"):
        import_directions(reader, tmp_path / "x.npz", shelf, "tiny", sets=True)


def test_components_can_be_set(sandbox: Sandbox, shelf: Shelf, tmp_path: Path) -> None:
    """As their program does it: w + (a - (w - mean) . c / std) std c, whatever the picture has by itself."""
    axes = np.linalg.qr(np.random.RandomState(0).randn(5, 5))[0].astype(np.float32)
    mean, std = np.linspace(-1.0, 1.0, 5, dtype=np.float32), np.arange(5, 0, -1, dtype=np.float32)
    path = tmp_path / "ffhq_pca.npz"
    np.savez(path, mean=mean[None], comp=axes[:, None], std=std)
    added = import_directions(sandbox, path, shelf, "tiny")
    records = import_directions(sandbox, path, shelf, "tiny", sets=True)
    assert added[1].factor is None
    assert not {record.id for record in added} & {record.id for record in records}
    factor = shelf.get("tiny", records[1].id).factor
    assert factor is not None
    w = torch.randn(5, generator=torch.Generator().manual_seed(1))
    ws = w.expand(1, 4, 5)
    own = float(factor.walk.value(ws))
    moved = factor.walk.apply(ws, 1.5 - own)[0, 0]
    c = torch.tensor(axes[1])
    wanted = w + (1.5 - (w - torch.tensor(mean)) @ c / std[1]) * std[1] * c
    assert torch.allclose(moved, wanted, atol=1e-5)
    np.save(tmp_path / "plain.npy", np.ones(5))
    with pytest.raises(FormatUnsupported, match="count from"):
        import_directions(sandbox, tmp_path / "plain.npy", shelf, "tiny", sets=True)
