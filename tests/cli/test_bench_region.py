"""`wend bench region` on random weights: a model like any other, and searches that came to no end."""

from pathlib import Path

import torch

from wend.cli.bench.region import RANDOM, Search, publish_random, summary
from wend.generators.generator import synthesize
from wend.library.models import ModelStore


def test_random_weights_are_a_model_that_draws(tmp_path: Path) -> None:
    publish_random(tmp_path, 64)
    generator = ModelStore([tmp_path]).load(RANDOM, torch.device("cpu"))
    with torch.no_grad():
        w = generator.mapping(torch.zeros(1, generator.spec.z_dim))
        image = synthesize(generator, w[:, None].repeat(1, generator.spec.num_ws, 1), None)
    assert image.shape == (1, 3, 64, 64)
    assert bool(torch.isfinite(image).all())


def test_a_search_that_ran_out_of_time_is_told_as_one() -> None:
    told = summary([Search("middle", 0, 1.5, None, None, None, None)], "m")
    assert told["first_slider_ms"] == {"p50": 1500.0, "p95": 1500.0}
    assert told["refined_ms"] is None
    assert told["searches"] == [
        {
            "region": "middle", "seed": 0, "first_ms": 1500, "all_ms": None, "refined_ms": None,
            "sliders": 0, "best_leakage": None, "refined_leakage": None,
        }
    ]  # fmt: skip
