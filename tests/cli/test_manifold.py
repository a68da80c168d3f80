"""`wend manifold`, `wend measure manifold`, `wend reproduce manifolds`: chains by command."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from typer.testing import CliRunner

from wend.cli import app
from wend.cli.manifold import read_picture
from wend.cli.measure import measure_app
from wend.cli.reproduce.bench import open_bench
from wend.cli.reproduce.chains import Plan, medians, render_chains, run_chains
from wend.errors import InvalidParams
from wend.library.models import ModelStore
from wend.settings import Settings

SEED = {"model": "portraits-64", "latent": {"kind": "seed", "seed": 3}}


def test_a_picture_is_a_file_a_document_json_or_a_seed(tmp_path: Path) -> None:
    assert read_picture("portraits-64:3") == SEED
    assert read_picture(json.dumps(SEED)) == SEED
    file = tmp_path / "picture.json"
    file.write_text(json.dumps(SEED))
    assert read_picture(str(file)) == SEED
    file.write_text(json.dumps({"version": 2, "picture": SEED, "timeline": None}))
    assert read_picture(str(file)) == SEED
    for text in ("nowhere.json", "{", str(tmp_path)):
        with pytest.raises(InvalidParams, match="picture"):
            read_picture(text)


def test_a_painted_file_becomes_a_chain(tmp_path: Path) -> None:
    painted = np.zeros((64, 64), dtype=np.uint8)
    painted[38:48, 20:44] = 255
    Image.fromarray(painted).save(tmp_path / "mouth.png")
    words = [
        "manifold", "portraits-64:3", "--mask", str(tmp_path / "mouth.png"), "--frames", "2", "--calls", "1",
        "--loss", "l2", "--data", str(tmp_path / "data"), "--json",
    ]  # fmt: skip
    result = CliRunner().invoke(app, words, catch_exceptions=False)
    answer = json.loads(result.stdout)
    assert answer["done"]
    assert answer["walks"][0].startswith("manifold-")
    assert answer["params"]["mask"] != str(tmp_path / "mouth.png")
    names = {path.name for path in (Path(answer["folder"]) / "artifacts").iterdir()}
    assert names >= {"chain.npz", "frames.zip", "animation.webp", "filmstrip.png", "path-pca.svg"}


def test_what_cannot_be_is_told_in_a_sentence(tmp_path: Path) -> None:
    words = ["manifold", "portraits-64:3", "--rectangle", "5", "5", "0", "9", "--data", str(tmp_path)]
    with pytest.raises(InvalidParams, match="rectangle is empty"):
        CliRunner().invoke(app, words, catch_exceptions=False)


def test_ours_and_the_published_loop_share_an_energy(tmp_path: Path) -> None:
    words = ["manifold", "--frames", "3", "--calls", "1", "--json", "--data", str(tmp_path)]
    words += ["--csv", str(tmp_path / "frames.csv")]
    result = CliRunner().invoke(measure_app, words, catch_exceptions=False)
    answer = json.loads(result.stdout)
    assert {
        "energy_before", "energy_after", "reference_energy", "inside", "outside", "spacing", "seconds",
        "reference_seconds", "device", "threads", "model", "torch", "version", "seed",
    } <= set(answer)  # fmt: skip
    assert set(answer["spacing"]) == {"mean", "sd"}
    assert answer["energy_after"] < answer["energy_before"]
    # One call, eight iterations, settles the springs of three frames, but the rest of the picture goes along.
    assert answer["reference_leakage"] > 2.0 * answer["leakage"]
    assert answer["near_c"] == 1.0
    assert answer["leakage"] < 0.5
    assert (tmp_path / "frames.csv").read_text().count("\n") == 4


def test_chains_are_found_added_and_carried_over() -> None:
    settings = Settings()
    store = ModelStore(settings.model_roots)
    bench = open_bench(settings, store, "portraits-64", torch.device("cpu"))
    found = run_chains(bench, Plan(faces=(3,), parts=("mouth",), frames=2, others=1), seed=0)
    kinds = [row.kind for row in found.rows]
    assert kinds in (["found", "transfer", "sum"], ["found", "sum"])
    alone, total = found.rows[0], found.rows[-1]
    # The sum of one chain is that chain, and on its own face it does what it did.
    assert total.pixels_inside == pytest.approx(alone.pixels_inside, rel=1e-3)
    assert total.leakage == pytest.approx(alone.leakage, rel=1e-2)
    assert medians(found.rows)["found"]["leakage"] == alone.leakage
    page = render_chains(found, {"seed": 0})
    assert "Chains of masks" in page
    assert page.count("<img") == 1
