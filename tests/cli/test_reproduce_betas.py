"""`wend reproduce factors`, experiment betas: what is trained, kept and told; dropped and missing factors."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from tests.formats.real_files import real_file
from wend.cli.reproduce.beta_lines import Found, LinePlan
from wend.cli.reproduce.beta_vaes import PUBLIC, BetasPlan, open_public
from wend.cli.reproduce.betas import reproduce_betas
from wend.errors import InvalidInput
from wend.latents.factor import FactorWalk, MonotoneCurve
from wend.methods.workbench import Workbench
from wend.settings import Settings

TINY = BetasPlan(betas=(1.0, 20.0), seeds=(0,), images=32, pictures=20, codes=3, held_out=8)


def _along_first(bench: Workbench, factor: str, plan: LinePlan) -> Found | str:
    """The first latent for everything but the scale, which nothing is found for."""
    assert plan == LinePlan()
    if factor == "scale":
        return "nothing moved"
    u = torch.eye(bench.generator.spec.z_dim)[0]
    line = FactorWalk.in_z(u, MonotoneCurve.identity(), (-5.0, 5.0))
    return Found(line, tuple(u.tolist()), 7, 2)


def test_vaes_are_trained_steered_and_kept(tmp_path: Path) -> None:
    found = reproduce_betas(Settings(), tmp_path, TINY, None, _along_first)
    rows = found["rows"]
    assert isinstance(rows, list)
    assert [(row["beta"], row["seeds"], row["x found"], row["scale found"]) for row in rows] == [
        (1.0, 1, 0, 0),  # so young a decoder draws nothing white: there is nothing to measure
        (20.0, 1, 0, 0),
    ]
    vaes = found["vaes"]
    assert isinstance(vaes, list)
    assert [(vae["name"], vae["images"]) for vae in vaes] == [("b1-s0", 32), ("b20-s0", 32)]
    assert vaes[0]["factors"]["scale"]["lack"] == "nothing moved"
    assert vaes[0]["factors"]["x"]["kept"] == 7
    assert vaes[0]["factors"]["x"]["traversal"]["lost"] == [3] * 11
    assert len(vaes[0]["use"]["kl"]) == 10
    assert json.loads((tmp_path / "betas.json").read_text())["rows"] == rows
    assert (tmp_path / "betas.csv").read_text().count("\n") == 3
    assert (tmp_path / "betas-places.csv").read_text().count("\n") == 1 + 2 * 2 * 11
    page = (tmp_path / "betas.html").read_text()
    assert "What it costs" in page
    assert not (tmp_path / "betas.svg").exists()  # there is nothing to draw
    assert (tmp_path / "betas.png").stat().st_size > 0
    kept = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.safetensors")}
    assert reproduce_betas(Settings(), tmp_path, TINY, None, _along_first)["rows"] == rows
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.safetensors")} == kept
    with pytest.raises(InvalidInput, match="begun with pictures 20"):
        reproduce_betas(Settings(), tmp_path, replace(TINY, pictures=30), None, _along_first)


def test_plans_are_equal_for_every_beta() -> None:
    assert BetasPlan.of(False, None) == BetasPlan()
    longer = BetasPlan.of(False, 300, 5)
    assert (longer.images, longer.seeds, longer.is_shipped) == (300, (5, 6, 7), False)
    quick = BetasPlan.of(True, None)
    assert (quick.is_shipped, quick.seeds, quick.betas) == (True, (0,), BetasPlan().betas)


def test_public_vaes_are_imported_once(tmp_path: Path) -> None:
    source = real_file("vaes/VAE_dsprites/model.pt").parent.parent
    store = open_public(Settings(), tmp_path, source)
    assert {model.card.id for model in store.list().models} == set(PUBLIC)
    stamps = [model.weights_stamp for model in store.list().models]
    again = open_public(Settings(), tmp_path, source)
    assert [model.weights_stamp for model in again.list().models] == stamps
