"""Jobs on generators of other programs' kinds: they learn, find a photo and make animations as any does."""

import numpy as np
import pytest
from pydantic import JsonValue

from tests.engine.test_families import publish
from wend.imaging.codec import encode
from wend.jobs.local import run_local
from wend.library.images import IMAGES_FOLDER, ImageStore
from wend.settings import Settings

MOST_SLICES = 60


@pytest.fixture(scope="module", params=["residual", "dense"])
def model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Settings]:
    """Of a chain, and of a network that is told a class."""
    folder = tmp_path_factory.mktemp("foreign")
    publish(folder / "models", request.param)
    return request.param, Settings.load({"WEND_THREADS": "1", "WEND_DEVICE": "cpu"}, {"data_dir": folder})


def _picture(name: str, seed: int) -> dict[str, JsonValue]:
    found: dict[str, JsonValue] = {"model": name, "latent": {"kind": "seed", "seed": seed}, "psi": 0.7}
    return {**found, "noise_seed": None, **({"class_index": 0} if name == "dense" else {})}


@pytest.mark.parametrize("kind", ["steer", "invert", "export"])
def test_a_job_runs(model: tuple[str, Settings], kind: str) -> None:
    name, settings = model
    keyframes: list[JsonValue] = [{"picture": _picture(name, seed), "duration": 0.1} for seed in (0, 1)]
    photo = np.random.RandomState(0).randint(0, 256, (16, 16, 3), np.uint8)
    images = ImageStore(settings.data_dir / IMAGES_FOLDER)
    params: dict[str, dict[str, JsonValue]] = {
        "steer": {"model": name, "edit": "shift_x", "batch": 1, "held_out": 2, "check_every": 0},
        "invert": {
            "model": name, "photo": images.put(encode(photo, "png"), "photo").id, "place": "z", "tries": 8,
            "generations": 0, "updates": 2,
        },
        "export": {
            "document": {"version": 2, "picture": _picture(name, 0), "timeline": {"keyframes": keyframes}},
            "fps": 10, "format": "gif",
        },
    }  # fmt: skip
    updates: list[int] = []
    slices = iter(range(MOST_SLICES))
    run = run_local(
        kind,
        params[kind],
        settings,
        lambda report: updates.append(report.updates),
        lambda: (kind == "steer" and bool(updates) and updates[-1] > 0) or next(slices, None) is None,
    )
    if kind == "steer":
        assert updates[-1] > 0
    else:
        assert run.outcome is not None
