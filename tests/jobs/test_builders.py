"""Owner of what makes a job's work: it crosses to another process, and refuses what it cannot build."""

import pickle
from pathlib import Path

import pytest
from pydantic import JsonValue

from tests.jobs.toy import TOYS
from wend.errors import InvalidParams, RecipeNotFound
from wend.jobs.recipes import RECIPES
from wend.jobs.work import BuildJob, JobSpec, job_builder

MODEL = "analytic-disc"
PICTURE: dict[str, JsonValue] = {"model": MODEL, "latent": {"kind": "seed", "seed": 1}}
LEAST: dict[str, JsonValue] = {
    "model": MODEL,
    "models": [MODEL],
    "walk": "factors/radius",
    "picture": PICTURE,
    "photo": "0" * 64,
    "sketches": "0" * 12,
    "targets": [
        {"walk": "factor-byhand/shift_x", "distribution": {"kind": "uniform", "low": 0.0, "high": 1.0}}
    ],
    "document": {"version": 2, "picture": PICTURE, "timeline": {"keyframes": [{"picture": PICTURE}] * 2}},
}
"""Whatever a recipe must be told."""
BESIDE: dict[str, dict[str, JsonValue]] = {"manifold": {"rectangle": [2, 8, 2, 8]}}
"""What one kind needs of several."""


@pytest.mark.parametrize("kind", ["toy", *(kind for kind in RECIPES if RECIPES[kind].runs == "device")])
def test_builders_cross_to_another_process(tmp_path: Path, kind: str) -> None:
    recipes = {**RECIPES, **TOYS}
    fields = recipes[kind].params.model_fields.items()
    params = {name: LEAST[name] for name, field in fields if field.is_required()}
    params |= BESIDE.get(kind, {})
    build = job_builder(JobSpec("0123456789ab", kind, params, tmp_path, MODEL, 0), recipes)
    again = pickle.loads(pickle.dumps(build))  # noqa: S301 - our own bytes
    assert isinstance(again, BuildJob)
    assert again == build


def test_a_builder_wants_a_recipe_and_its_parameters(tmp_path: Path) -> None:
    with pytest.raises(RecipeNotFound):
        job_builder(JobSpec("0123456789ab", "tea", {}, tmp_path, None, 0), TOYS)
    with pytest.raises(InvalidParams, match="updates"):
        job_builder(JobSpec("0123456789ab", "toy", {"updates": 0}, tmp_path, None, 0), TOYS)
