"""`wend steer`, `wend limits`, `wend widen` and `wend jobs`: the very jobs of the page, by command."""

import inspect
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from tests.jobs.test_local import run
from tests.jobs.toy import TOYS, ToyParams
from wend.cli.job_progress import news_of
from wend.cli.jobs import jobs_app
from wend.cli.plain_words import in_plain_words
from wend.cli.presets import preset_named
from wend.cli.recipe_command import command_of, run_recipe
from wend.engine.request import WorkProgress
from wend.errors import InvalidParams, JobNotFound, ModelNotFound, WendError
from wend.jobs.recipes import RECIPES

runner = CliRunner(env={"COLUMNS": "200"})
COMMON = {"preset", "set_", "anew", "data", "models", "device", "threads", "json_"}


@pytest.mark.parametrize("kind", [kind for kind in RECIPES if kind != "survey"])  # it has words of its own
def test_every_parameter_has_an_option(kind: str) -> None:
    first = next(iter(RECIPES[kind].params.model_fields))
    made = command_of(RECIPES[kind], (first,), lambda *_: None)
    options = inspect.signature(made).parameters
    assert set(RECIPES[kind].params.model_fields) | COMMON == set(options)
    # Nothing is said by an option that was not given: presets and defaults stand.
    assert options[first].default is inspect.Parameter.empty
    assert all(options[name].default is None for name in options.keys() - COMMON - {first})


def taken(*given: tuple[str, object], **common: object) -> dict[str, object]:
    """The parameters that a command of the toy takes from these."""
    seen: list[dict[str, object]] = []
    made = command_of(TOYS["toy"], ("model",), lambda recipe, params, rest: seen.append(dict(params)))
    values: dict[str, object] = dict.fromkeys((*ToyParams.model_fields, *COMMON))
    made(**(values | {"model": "analytic-disc", "anew": False, "json_": False} | dict(given) | common))
    return seen[0]


def test_options_win_over_the_preset() -> None:
    assert taken(preset="short") == {"model": "analytic-disc", "updates": 6}
    assert taken(("updates", 9), preset="short") == {"model": "analytic-disc", "updates": 9}
    assert taken(set_=["crash_at=null", "model=other"]) == {"model": "other", "crash_at": None}


def test_presets_are_found_by_their_words() -> None:
    steer = RECIPES["steer"]
    found = preset_named(steer, "as published biggan, shift_x", None)
    assert (found["edit"], found["batch"]) == ("shift_x", 4)
    assert preset_named(steer, "published stylegan ffhq, zoom", None)["edit"] == "zoom"
    with pytest.raises(InvalidParams, match="FFHQ"):
        preset_named(steer, "as published", "zoom")
    with pytest.raises(InvalidParams, match=r"parameter --preset .* none of"):
        preset_named(steer, "tea", None)


@pytest.mark.parametrize("words", [["--preset", "?"], ["analytic-disc", "shift_x", "--preset", " ? "]])
def test_presets_are_listed_whatever_else_is_given(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        run_recipe("steer", ("model", "edit"), words, "wend steer")
    assert ended.value.code == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines[:-1] if not line.startswith(" ")] == list(RECIPES["steer"].presets)
    assert "defaults" in lines[-1]
    made = command_of(RECIPES["export"], (), lambda *_: None)
    metadata = inspect.signature(made).parameters["preset"].annotation.__metadata__
    with pytest.raises(typer.Exit):
        metadata[0].callback("?")
    assert capsys.readouterr().out.startswith("It has no presets")


def test_help_names_arguments_as_they_are_typed_and_the_usual_options_first(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    with pytest.raises(SystemExit):
        run_recipe("sketch", ("model", "sketches"), ["--help"], "wend sketch")
    text = capsys.readouterr().out
    usage = next(line for line in text.splitlines() if "Usage" in line)
    assert "MODEL" in usage.partition("DRAWINGS")[0]
    assert "sketches" not in usage
    places = [
        text.index(f" {flag} ") for flag in ("--name", "--minutes", "--iterations", "--batch", "--network")
    ]
    assert places == sorted(places)
    boxes = [text.index(title) for title in ("More options", "Options of every job")]
    assert places[3] < boxes[0] < places[4] < boxes[1] < text.index("--preset")


def test_what_is_wrong_is_called_as_it_was_typed(tmp_path: Path) -> None:
    for words, told in (
        (["nobody", "shift_x"], ModelNotFound),
        (["analytic-disc", "shift_x", "--batch", "0"], "The option --batch cannot be used"),
        (["analytic-disc", "tea"], "The argument EDIT cannot be used"),
    ):
        with pytest.raises(WendError) as refused:
            run_recipe("steer", ("model", "edit"), [*words, "--data", str(tmp_path)], "wend steer")
        sentence, _ = in_plain_words(refused.value)
        if isinstance(told, str):
            assert sentence.startswith(told)
        else:
            assert isinstance(refused.value, told)


def test_a_walk_is_learned_by_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = [
        "analytic-disc",
        "shift_x",
        "--samples",
        "64",
        "--threads",
        "1",
        "--data",
        str(tmp_path),
        "--json",
    ]
    with pytest.raises(SystemExit) as ended:
        run_recipe("steer", ("model", "edit"), words, "wend steer")
    assert ended.value.code == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["done"]
    assert answer["params"]["samples"] == 64
    assert (answer["model"], answer["seed"], answer["threads"]) == ("analytic-disc", 0, 1)
    assert len(answer["walks"]) == 1
    assert (tmp_path / "jobs" / answer["id"] / "outcome.json").is_file()
    shown = runner.invoke(
        jobs_app, ["show", answer["id"][:8], "--data", str(tmp_path)], catch_exceptions=False
    )
    assert answer["walks"][0] in shown.stdout


def test_bad_input_is_said_before_anything_is_made(tmp_path: Path) -> None:
    for words in (
        ["analytic-disc", "shift_x", "--batch", "0"],
        ["analytic-disc", "shift_x", "--set", "tea=1"],
    ):
        with pytest.raises(InvalidParams):
            run_recipe("steer", ("model", "edit"), [*words, "--data", str(tmp_path)], "wend steer")
    assert list(tmp_path.iterdir()) == []


def test_jobs_are_listed_and_shown(tmp_path: Path) -> None:
    data = str(tmp_path / "data")
    assert json.loads(runner.invoke(jobs_app, ["list", "--data", data, "--json"]).stdout) == {"jobs": []}
    assert not (tmp_path / "data").exists()
    done = run(tmp_path, updates=5, seed=4)
    (listed,) = json.loads(runner.invoke(jobs_app, ["list", "--data", data, "--json"]).stdout)["jobs"]
    assert (listed["id"], listed["state"], listed["updates"]) == (done.id, "done", 5)
    assert "5 updates" in runner.invoke(jobs_app, ["list", "--data", data]).stdout
    detail = json.loads(runner.invoke(jobs_app, ["show", done.id, "--data", data, "--json"]).stdout)
    assert (detail["seed"], detail["params"]["updates"]) == (4, 5)
    shown = runner.invoke(jobs_app, ["show", done.id[:6], "--data", data]).stdout
    for text in (done.id, "seed 4", '"updates": 5', "vector.json", "Done"):
        assert text in shown


def test_a_job_repeated_is_a_job_of_its_own(tmp_path: Path) -> None:
    words = ["analytic-disc", "zoom", "--samples", "16", "--threads", "1", "--data", str(tmp_path), "--json"]
    with pytest.raises(SystemExit):
        run_recipe("steer", ("model", "edit"), words, "wend steer")
    (first,) = tmp_path.glob("jobs/*/outcome.json")
    before = {path: path.stat().st_mtime_ns for path in first.parent.rglob("*") if path.is_file()}
    where = ["--data", str(tmp_path), "--json"]
    repeated = runner.invoke(jobs_app, ["repeat", first.parent.name, *where], catch_exceptions=False)
    again = json.loads(repeated.stdout[repeated.stdout.index("{") :])
    assert again["done"]
    assert again["id"] != first.parent.name
    assert {path: path.stat().st_mtime_ns for path in before} == before
    jobs = json.loads(runner.invoke(jobs_app, ["list", *where]).stdout)["jobs"]
    assert {(job["id"], job["state"]) for job in jobs} == {(again["id"], "done"), (first.parent.name, "done")}
    assert jobs[0]["losses"] == jobs[1]["losses"] != {}


def test_a_job_is_deleted_with_its_files(tmp_path: Path) -> None:
    kept, gone = run(tmp_path, updates=2), run(tmp_path, updates=3)
    where = ["--data", str(tmp_path / "data")]
    refused = runner.invoke(jobs_app, ["delete", gone.id, *where], input="n\n")
    assert refused.exit_code == 1
    assert gone.folder.is_dir()
    deleted = runner.invoke(jobs_app, ["delete", gone.id[:8], "--yes", *where], catch_exceptions=False)
    assert deleted.stdout == f"Deleted {gone.id}.\n"
    assert not gone.folder.exists()
    assert kept.folder.is_dir()
    jobs = json.loads(runner.invoke(jobs_app, ["list", *where, "--json"]).stdout)["jobs"]
    assert [job["id"] for job in jobs] == [kept.id]
    with pytest.raises(JobNotFound):
        runner.invoke(jobs_app, ["delete", gone.id, "--yes", *where], catch_exceptions=False)


def test_a_job_nobody_knows(tmp_path: Path) -> None:
    run(tmp_path, updates=2)
    for data in (tmp_path / "data", tmp_path / "nowhere"):
        with pytest.raises(JobNotFound):
            runner.invoke(jobs_app, ["show", "zz", "--data", str(data)], catch_exceptions=False)


def test_news_are_short() -> None:
    report = WorkProgress("job:1", "tiny", "x", 0.5, 75.4, updates=3, losses=(("total", 0.12345678),))
    assert news_of(report) == "3 updates  total 0.1235  0:01:15 left"
    assert news_of(WorkProgress("job:1", "tiny", "x", 0.0, None)) == ""


def test_ctrl_c_keeps_the_state_and_the_same_command_goes_on(tmp_path: Path) -> None:
    words = ["steer", "analytic-disc", "zoom", "--samples", "4000", "--batch", "4", "--threads", "1"]
    command = [
        sys.executable,
        "-m",
        "wend",
        *words,
        "--set",
        "patience=null",
        "--data",
        str(tmp_path),
        "--json",
    ]
    first = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    _wait_for(lambda: list(tmp_path.glob("jobs/*/preview.jpg")), first)
    first.send_signal(signal.SIGINT)
    stdout, stderr = first.communicate(timeout=120)
    assert first.returncode == 130
    assert "run the same command again to go on" in stderr
    stopped = json.loads(stdout)
    assert not stopped["done"]
    second = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    _wait_for(lambda: _updates(tmp_path) > stopped["updates"], second)
    os.kill(second.pid, signal.SIGINT)
    again = json.loads(second.communicate(timeout=120)[0])
    assert again["id"] == stopped["id"]
    assert again["updates"] > stopped["updates"]


def _updates(data: Path) -> int:
    jobs = runner.invoke(jobs_app, ["list", "--data", str(data), "--json"], catch_exceptions=False).stdout
    return int(json.loads(jobs)["jobs"][0]["updates"])


def _wait_for(is_there: Callable[[], object], process: subprocess.Popen[str]) -> None:

    deadline = time.monotonic() + 120
    while not is_there():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.05)
