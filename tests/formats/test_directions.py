"""Direction files: space, shape and length are the file's own, and what is open is asked, never guessed."""

import io
import pickle
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file

from tests.formats.real_files import real_file
from wend.errors import (
    FormatAxisUnknown,
    FormatRefused,
    FormatSpaceUnknown,
    FormatUnknown,
    FormatUnsafe,
    FormatUnsupported,
)
from wend.formats.directions import Axis, Target
from wend.formats.sandbox import DirectionReport, Sandbox

FFHQ = Target(512, 512, 18, ("w", "z"))
SMALL = Target(6, 5, 4, ("w", "z"))


def _read(
    sandbox: Sandbox, path: Path, folder: Path, target: Target
) -> tuple[DirectionReport, np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    out = folder / f"out-{path.name}"
    out.mkdir()
    report, numbers = sandbox.read_directions(path, target, out)
    arrays = load_file(numbers)
    return report, arrays["vectors"], arrays["units"]


def _npy(path: Path, array: np.ndarray[Any, Any]) -> Path:
    np.save(path, array)
    return path


# ------------------------------------------------------------------ real files


@pytest.mark.parametrize(
    ("name", "space", "count", "unit"),
    [
        ("interfacegan_stylegan_ffhq_smile_w_boundary.npy", "w", 1, "of file"),
        ("ganspace_cat.npz", "w", 512, "sd"),
        ("e4e_ffhq_pca.pt", "w", 80, "sd"),
    ],
)
def test_real_files(name: str, space: str, count: int, unit: str, sandbox: Sandbox, tmp_path: Path) -> None:
    report, vectors, units = _read(sandbox, real_file(f"directions/{name}"), tmp_path, FFHQ)
    assert (report.space, report.unit, vectors.shape) == (space, unit, (count, 512))
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-4)
    if unit == "sd":
        assert units[0] == units.max()


def test_real_numbers_are_the_files_own(sandbox: Sandbox, tmp_path: Path) -> None:
    path = real_file("directions/e4e_ffhq_pca.pt")
    stored = torch.load(path, weights_only=True, map_location="cpu")
    _, vectors, units = _read(sandbox, path, tmp_path, FFHQ)
    assert stored["comp"].stride() == (1, 80, 80)
    assert np.array_equal(vectors, stored["comp"][:, 0].numpy())
    assert np.array_equal(units, stored["std"].double().numpy())


def test_what_a_real_file_leaves_open_is_asked(sandbox: Sandbox, tmp_path: Path) -> None:
    smile = real_file("directions/e4e_smile.pt")
    with pytest.raises(FormatSpaceUnknown, match="z or w"):
        _read(sandbox, smile, tmp_path, FFHQ)
    (tmp_path / "again").mkdir()
    report, vectors, units = _read(sandbox, smile, tmp_path / "again", replace(FFHQ, space="w"))
    assert (report.space, vectors.shape) == ("w", (1, 512))
    assert float(units[0]) == pytest.approx(1.0, abs=1e-4)
    age = real_file("directions/interfacegan_pggan_celebahq_age_c_gender_boundary.npy")
    report, _, _ = _read(sandbox, age, tmp_path, FFHQ)
    assert report.space == "z"


# ------------------------------------------------------------------ shapes


@pytest.mark.parametrize(
    ("shape", "kept", "space"),
    [
        ((5,), (1, 5), "w"),
        ((6,), (1, 6), "z"),
        ((1, 6), (1, 6), "z"),
        ((3, 5), (3, 5), "w"),
        ((5, 3), (3, 5), "w"),
        ((6, 9), (9, 6), "z"),
        ((7, 1, 5), (7, 5), "w"),
        ((4, 5), (1, 4, 5), "w"),
        ((1, 4, 5), (1, 4, 5), "w"),
        ((1, 1, 4, 5), (1, 4, 5), "w"),
        ((3, 4, 5), (3, 4, 5), "w"),
    ],
)
def test_axes(
    shape: tuple[int, ...], kept: tuple[int, ...], space: str, sandbox: Sandbox, tmp_path: Path
) -> None:
    array = np.random.RandomState(0).randn(*shape).astype(np.float32)
    report, vectors, units = _read(sandbox, _npy(tmp_path / "smile.npy", array), tmp_path, SMALL)
    assert (vectors.shape, report.space) == (kept, space)
    # Lengths are kept: alpha 1 adds what the file has.
    assert np.allclose(
        units, np.sqrt(np.square(vectors.astype(np.float64)).reshape(len(vectors), -1).sum(axis=1))
    )
    flat = array.T if shape in ((5, 3), (6, 9)) else array
    assert np.array_equal(vectors.reshape(-1), flat.reshape(-1))


def test_a_square_is_asked_about(sandbox: Sandbox, tmp_path: Path) -> None:
    array = np.arange(36, dtype=np.float32).reshape(6, 6) + 1.0
    path = _npy(tmp_path / "x.npy", array)
    with pytest.raises(FormatAxisUnknown, match="square"):
        _read(sandbox, path, tmp_path, SMALL)
    answers: tuple[tuple[Axis, np.ndarray[Any, Any]], ...] = (("rows", array), ("columns", array.T))
    for axis, wanted in answers:
        folder = tmp_path / axis
        folder.mkdir()
        answered = replace(SMALL, axis=axis, space="z")
        assert np.array_equal(_read(sandbox, path, folder, answered)[1], wanted)


@pytest.mark.parametrize("shape", [(7,), (2, 7), (3, 9, 5), ()])
def test_other_shapes_are_refused(shape: tuple[int, ...], sandbox: Sandbox, tmp_path: Path) -> None:
    with pytest.raises(FormatUnsupported, match="fits no latent"):
        _read(sandbox, _npy(tmp_path / "x.npy", np.ones(shape, np.float32)), tmp_path, SMALL)


def test_a_table_of_measurements_is_no_set_of_directions(sandbox: Sandbox, tmp_path: Path) -> None:
    path = _npy(tmp_path / "fs3.npy", np.ones((513, 5), np.float32))
    with pytest.raises(FormatUnsupported, match="StyleCLIP"):
        _read(sandbox, path, tmp_path, SMALL)


def test_a_direction_of_no_length_or_of_another_space_is_refused(sandbox: Sandbox, tmp_path: Path) -> None:
    with pytest.raises(FormatRefused, match="no length"):
        _read(sandbox, _npy(tmp_path / "x.npy", np.zeros(5, np.float32)), tmp_path, SMALL)
    path = _npy(tmp_path / "y.npy", np.ones((4, 6), np.float32))
    with pytest.raises(FormatUnsupported, match="has not"):
        _read(sandbox, path, tmp_path, Target(6, 6, 1, ("z",), space="w"))


# ------------------------------------------------------------------ programs


def _saved(path: Path, value: object) -> Path:
    file = io.BytesIO()
    torch.save(value, file)
    path.write_bytes(file.getvalue())
    return path


def test_sefa_factors_are_columns(sandbox: Sandbox, tmp_path: Path) -> None:
    vectors = torch.linalg.qr(torch.randn(5, 5, generator=torch.Generator().manual_seed(0)))[0]
    path = _saved(tmp_path / "factor.pt", {"ckpt": "/home/me/stylegan2-ffhq.pt", "eigvec": vectors})
    report, found, _ = _read(sandbox, path, tmp_path, SMALL)
    assert np.array_equal(found, vectors.T.numpy())
    assert (report.generator, report.space) == ("stylegan2-ffhq.pt", "w")


def test_tl_gan_directions_are_columns_with_names(sandbox: Sandbox, tmp_path: Path) -> None:
    columns = np.random.RandomState(0).randn(6, 3).astype(np.float32)
    path = tmp_path / "feature_direction.pkl"
    path.write_bytes(pickle.dumps({"direction": columns, "name": np.array(["Male", "Hat", "Smiling"])}))
    report, found, _ = _read(sandbox, path, tmp_path, SMALL)
    assert np.array_equal(found, columns.T)
    assert (report.names, report.space) == (("Male", "Hat", "Smiling"), "z")


def test_anycost_boundaries_have_names(sandbox: Sandbox, tmp_path: Path) -> None:
    path = _saved(
        tmp_path / "b.pt", {"31_Smiling": torch.ones(1, 1, 5), "20_Male": torch.zeros(1, 1, 5) + 2.0}
    )
    report, found, units = _read(sandbox, path, tmp_path, SMALL)
    assert report.names == ("31_Smiling", "20_Male")
    assert found.shape == (2, 5)
    assert units.tolist() == pytest.approx([5.0**0.5, 2.0 * 5.0**0.5])


def test_a_ganspace_edit_keeps_its_rows_and_range(sandbox: Sandbox, tmp_path: Path) -> None:
    value = {
        "name": "Rotate", "sigma_range": 2.0, "component_index": 1, "lat_comp": np.ones((1, 5), np.float32),
        "lat_stdev": np.float32(3.0), "latent_space": "W", "edit_type": "latent",
        "edit_start": 1, "edit_end": 3,
        "model_name": "StyleGAN2", "output_class": "car", "decomposition": {"layer": "style"},
    }  # fmt: skip
    path = tmp_path / "edit.pkl"
    path.write_bytes(pickle.dumps(value))
    report, _, units = _read(sandbox, path, tmp_path, SMALL)
    assert (report.names, report.layers, report.reach) == (("Rotate",), (1, 3), 2.0)
    assert (report.generator, units.tolist()) == ("StyleGAN2 car", [3.0])


def test_components_of_z_are_told_from_their_deviations(sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "cache.npz"
    rng = np.random.RandomState(0)
    mean = np.zeros((1, 6), np.float32) + 0.01
    np.savez(path, lat_comp=rng.randn(4, 1, 6), lat_stdev=np.full(4, 1.02), lat_mean=mean)
    report, _, _ = _read(sandbox, path, tmp_path, SMALL)
    assert (report.space, report.names[0]) == ("z", "Component 1")


def test_strangers_are_refused(sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "edit.pkl"
    path.write_bytes(b"\x80\x04cos\nsystem\n(X\x04\x00\x00\x00truetR.")
    with pytest.raises(FormatUnsafe, match=r"os\.system"):
        _read(sandbox, path, tmp_path, SMALL)
    (tmp_path / "more").mkdir()
    with pytest.raises(FormatUnknown):
        _read(
            sandbox,
            _saved(tmp_path / "x.pt", {"a": torch.ones(3), "b": torch.ones(4)}),
            tmp_path / "more",
            SMALL,
        )
