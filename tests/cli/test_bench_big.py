"""`wend bench big`: the file it writes is read as NVIDIA's, rows are kept, each part is measured alone."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.cli.bench_parts import counts, dies, grows
from tests.formats.conftest import SMALL as LIMITS
from tests.formats.opening import opened
from tests.generators.conftest import SMALL
from wend.cli.bench.big import PARTS, measure_big, part_of
from wend.cli.bench.big_jobs import JOB_PARAMS, JobPart
from wend.cli.bench.big_parts import (
    CONFIG_F_1024,
    MODEL,
    add_components,
    import_model,
    open_bench,
    write_file,
)
from wend.cli.bench.big_process import Bounds, Row, Telling, run_part
from wend.errors import WalkNotFound
from wend.formats.sandbox import Sandbox
from wend.jobs.recipes import RECIPES

TINY = replace(SMALL, conv_clamp=4.0)


def test_the_file_is_nvidias(tmp_path: Path) -> None:
    told = write_file(tmp_path, TINY)
    data = (tmp_path / f"{MODEL}.pkl").read_bytes()
    assert told["bytes"] == len(data)
    assert b"torch_utils.persistence" in data
    with Sandbox(LIMITS) as sandbox:
        found = opened(sandbox, tmp_path / "x.pkl", data)
    assert found.report.layout == "NVIDIA StyleGAN2-ADA"
    assert found.report.config["conv_clamp"] == 4.0


def test_its_components_lie_on_the_shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEND_THREADS", "1")
    write_file(tmp_path, TINY)
    assert import_model(tmp_path)["resolution"] == TINY.resolution
    add_components(tmp_path)
    shelf = open_bench(tmp_path).shelf
    first, last = shelf.get(MODEL, "pca-bench/0"), shelf.get(MODEL, "pca-bench/4")
    assert first.unit_length > last.unit_length
    with pytest.raises(WalkNotFound):
        shelf.get(MODEL, "pca-bench/99")


def test_a_part_that_is_kept_is_not_run_again(tmp_path: Path) -> None:
    (tmp_path / "results").mkdir()
    for name in PARTS:
        (tmp_path / "results" / f"{name}.json").write_text(json.dumps({"seconds": 1.0, "name": name}))
    parts = measure_big(tmp_path)["parts"]
    assert isinstance(parts, dict)
    assert [part["name"] for part in parts.values()] == list(PARTS)


def test_a_kind_of_job_names_its_part() -> None:
    assert part_of("steer") == part_of("job steer") == "job steer"
    assert part_of("pca") == "pca"
    assert part_of("tea") is None


def test_rows_are_told_on_the_way_and_a_part_has_its_end(tmp_path: Path) -> None:
    rows: list[Row] = []
    run_part(counts, tmp_path, Bounds(), rows.append)
    assert [(row["seen"], row.get("stopped")) for row in rows] == [(1, "it was broken off"), (2, None)]
    assert all(float(str(row["peak_gib"])) > 0.0 for row in rows)


def test_a_part_that_takes_too_much_is_ended_and_keeps_what_it_told(tmp_path: Path) -> None:
    rows: list[Row] = []
    run_part(grows, tmp_path, Bounds(memory_bytes=0.7e9), rows.append)
    assert rows[-1]["too_large"] == "more than 0.7 GB"
    assert rows[-1]["seen"] == 1


def test_what_who_measures_has_held_is_not_counted(tmp_path: Path) -> None:
    """A process begins with the peak of the one that started it, as the system's sums have it."""
    held = b"1" * 300_000_000
    rows: list[Row] = []
    run_part(counts, tmp_path, Bounds(), rows.append)
    assert float(str(rows[-1]["peak_gib"])) < len(held) / 2**30


def test_a_process_that_dies_is_told_of(tmp_path: Path) -> None:
    rows: list[Row] = []
    run_part(dies, tmp_path, Bounds(), rows.append)
    assert rows == [{"stopped": "its process died"}]


def test_a_job_makes_its_five_updates_and_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEND_THREADS", "1")
    monkeypatch.setenv("WEND_DEVICE", "cpu")
    write_file(tmp_path, TINY)
    import_model(tmp_path)
    rows: list[Row] = []
    row = JobPart("steer")(tmp_path, Telling(Bounds(), rows.append))
    # Of a small model there are more: updates are told a few times a second at most.
    assert int(str(row["updates"])) >= 5
    assert "stopped" not in row
    assert "refused" not in row
    again = JobPart("steer")(tmp_path, Telling(Bounds(minutes=0.0), rows.append))
    assert again["stopped"] == "time was up; it goes on"
    assert JobPart("export")(tmp_path, Telling(Bounds(), rows.append))["facts"]


def test_every_kind_of_job_has_a_part() -> None:
    assert set(JOB_PARAMS) == set(RECIPES)
    for kind, params in JOB_PARAMS.items():
        RECIPES[kind].parse(params)
    assert CONFIG_F_1024.num_ws == 18
