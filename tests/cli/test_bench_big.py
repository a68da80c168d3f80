"""`wend bench big`: the file it writes is read as NVIDIA's, parts are kept, each is measured alone."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.formats.conftest import SMALL as LIMITS
from tests.formats.opening import opened
from tests.generators.conftest import SMALL
from wend.cli.bench.big import PARTS, measure_big
from wend.cli.bench.big_jobs import JOB_PARAMS
from wend.cli.bench.big_parts import (
    CONFIG_F_1024,
    MODEL,
    add_components,
    import_model,
    open_bench,
    write_file,
)
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


def test_every_kind_of_job_has_a_part() -> None:
    assert set(JOB_PARAMS) == set(RECIPES)
    for kind, params in JOB_PARAMS.items():
        RECIPES[kind].parse(params)
    assert CONFIG_F_1024.num_ws == 18
