"""Distances by name: a set that names the model is what its pictures are compared by, world or none."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from tests.methods.manifold.manifold_bench import manifold_bench
from wend.errors import InvalidParams
from wend.library.perception import PerceptionStore
from wend.methods.distances import named_distance
from wend.perception.distance import PerceptualDistance
from wend.settings import ROOT

SHIPPED = ROOT / "models" / "perception" / "portraits"


def test_networks_that_name_the_model_compare_its_pictures(tmp_path: Path) -> None:
    bench, _ = manifold_bench(tmp_path)
    with pytest.raises(InvalidParams, match="no set names the model"):
        named_distance("perceptual", bench)
    shutil.copytree(SHIPPED, tmp_path / "eyes" / "mine")
    card = tmp_path / "eyes" / "mine" / "card.toml"
    text = card.read_text(encoding="utf-8").replace('id = "portraits"', 'id = "mine"', 1)
    card.write_text(text.replace('world = "portraits"', 'models = ["toy"]', 1), encoding="utf-8")
    own = replace(bench, perception=PerceptionStore([tmp_path / "eyes"]))
    distance = named_distance("perceptual", own)
    assert isinstance(distance, PerceptualDistance)
    images = torch.rand(2, 3, 64, 64, generator=torch.Generator().manual_seed(0)) * 2.0 - 1.0
    assert float(distance.distance(images[:1], images[:1])) == pytest.approx(0.0, abs=1e-6)
    assert float(distance.distance(images[:1], images[1:])) > 0.0
