"""`wend train gan` as a user runs it: killed in the middle, started again, published."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch

from tests.cli.command import wend
from wend.library.models import ModelStore
from wend.optim.checkpoint import load_checkpoint
from wend.training.publish import publish_run
from wend.training.run import TrainingRun
from wend.training.student_recipe import StudentRecipe
from wend.worlds.registry import open_world

TIMEOUT_S = 120.0


def _words(data_dir: Path, *options: str) -> list[str]:
    tiny = ["--resolution", "16", "--batch", "4", "--pictures", "100", "--images", "80", "--interval", "1"]
    line = ["train", "gan", "--name", "tiny", "--threads", "1"]
    return [*line, *tiny, "--data-dir", str(data_dir), *options]


def _command(data_dir: Path, *options: str) -> list[str]:
    return [sys.executable, "-m", "wend", *_words(data_dir, *options)]


def test_a_killed_training_goes_on_from_its_checkpoint(tmp_path: Path) -> None:
    checkpoint = tmp_path / "runs" / "tiny" / "checkpoint.safetensors"
    # Long enough that the kill always comes in the middle.
    first = subprocess.Popen([*_command(tmp_path), "--images", "100000"], stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + TIMEOUT_S
    while not checkpoint.exists():
        assert first.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.05)
    os.kill(first.pid, signal.SIGKILL)
    first.wait()
    seen = load_checkpoint(checkpoint)["images_seen"]
    assert isinstance(seen, int)
    assert seen > 0

    again = subprocess.run(
        [*_command(tmp_path), "--images", str(seen + 8)],
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    # The recipe's coarse phase is not over yet, which is said in words; what matters is where it went on.
    assert again.returncode == 1
    assert f"has seen {seen + 8} images" in again.stderr
    assert not ModelStore([tmp_path / "models"]).list().models


def test_a_run_is_not_changed_by_other_options(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = tmp_path / "runs" / "tiny"
    run.mkdir(parents=True)
    from wend.training.recipe import GanRecipe, write_recipe

    write_recipe(run / "recipe.json", GanRecipe(batch=32))
    refused = wend(capsys, *_words(tmp_path))
    assert refused.status == 1
    assert "was begun with" in refused.stderr


def test_variety_needs_a_judge(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    refused = wend(capsys, *_words(tmp_path, "--variety"))
    assert refused.status == 1
    assert "--judge" in refused.stderr


def test_a_student_goes_on_with_the_pictures_that_are_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    world = open_world("disc")
    tiny = StudentRecipe(
        data="disc", resolution=16, batch=4, total_images=4, pictures=8, z_dim=16, w_dim=16, lessons=0,
        channel_base=128, channel_max=8, precision="float32",
    )  # fmt: skip
    run = TrainingRun(tmp_path / "run", tiny, torch.device("cpu"))
    run.prepare(world, None, lambda n, m: None)
    run.train(lambda report: None, lambda: False)
    publish_run(run, world, tmp_path / "models" / "taught")
    words = [*_words(tmp_path, "--architecture", "student", "--from", "taught"), "--images", "4"]
    assert wend(capsys, *words, "--data", "disc").status == 0
    known = json.loads((tmp_path / "runs" / "tiny" / "recipe.json").read_text())
    assert (known["data"], known["keeps_latents"], known["lessons"]) == ("disc", True, 0)
