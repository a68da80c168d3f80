"""Walks and latents out by command, and latents in again."""

import json
from pathlib import Path

import numpy as np
from typer.testing import CliRunner

from tests.engine.library import ROWS, WIDTH, build_library
from wend.cli import app
from wend.library.direction_file import direction_array


def run(*words: str) -> str:
    result = CliRunner().invoke(app, ["models", *words], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_a_walk_and_a_latent_go_out_and_in(tmp_path: Path) -> None:
    _, shelf = build_library(tmp_path)
    place = ("--models", str(tmp_path / "models"), "--data", str(tmp_path))
    walk, latent, picture = tmp_path / "walk.npy", tmp_path / "w.npz", tmp_path / "picture.json"
    run("walk-file", "tiny", "test/0", str(walk), *place)
    assert np.array_equal(np.load(walk), direction_array(shelf.get("tiny", "test/0"), ROWS))
    picture.write_text(json.dumps({"model": "tiny", "latent": {"seed": 3}}))
    run("latent-file", str(picture), str(latent), *place)
    ws = np.load(latent)["w"]
    assert ws.shape == (1, ROWS, WIDTH)
    code, space, title = run("latents", "tiny", str(latent), *place).split()
    assert (space, title) == ("w", "w")
    assert np.array_equal(shelf.codes.get(code).values, ws[0, 0])
    assert run("codes", "tiny", *place).splitlines()[0].startswith(f"{code}  w  ")
    run("codes", "--delete", code, *place)
    assert run("codes", *place) == "0 kept, 0.0 MiB\n"
