"""The benches: what they print is one JSON object with the promised keys, measured on a real server."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.engine.eyes_library import publish_set
from wend.cli.bench import bench_app
from wend.cli.bench.client import DragReport
from wend.cli.bench.interference import _wait_for_updates
from wend.cli.bench.server import RunningServer
from wend.cli.bench.statistics import percentiles
from wend.cli.bench.stream import summarize

TIMES = {"p50", "p95"}
SHORT_ROUND = ["job-interference", "--json", "--quick", "--rounds", "1"]


def test_percentiles_of_known_times() -> None:
    assert percentiles([float(n) for n in range(1, 101)]) == {"p50": 50.5, "p95": 95.05}


def test_fairness_is_the_slowest_over_the_fastest() -> None:
    reports = [DragReport(fps=40.0, edits_sent=12, frames_received=10), DragReport(fps=50.0)]
    summary = summarize(reports)
    assert summary["fairness"] == 0.8
    assert summary["dropped_edits"] == 2
    assert summary["fps_per_client"] == [40.0, 50.0]


@pytest.fixture
def runner(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> CliRunner:
    """The smallest bundled model, and networks that look at it."""
    monkeypatch.setenv("WEND_DEFAULT_MODEL", "analytic-disc")
    publish_set(tmp_path / "perception", "disc")
    monkeypatch.setenv("WEND_PERCEPTION_DIR", str(tmp_path / "perception"))
    return CliRunner()


def test_render_rows_cover_precisions_batches_and_reuse(runner: CliRunner) -> None:
    result = runner.invoke(bench_app, ["render", "--json", "--quick"], catch_exceptions=False)
    measured = json.loads(result.stdout)
    assert measured["model"] == "analytic-disc"
    assert {"device", "threads", "torch", "version", "seed"} <= measured.keys()
    keys = {"precision", "compiled", "batch", "reuse_from", "ms", "images_per_s", "max_abs_error"}
    keys.add("share_of_full")
    assert all(row.keys() == keys and row["ms"].keys() == TIMES for row in measured["rows"])
    full = [row for row in measured["rows"] if row["precision"] == "float32" and row["batch"] == 1]
    assert [row["max_abs_error"] for row in full] == [0.0]


def test_stream_measures_one_four_and_a_stuck_reader(runner: CliRunner) -> None:
    result = runner.invoke(
        bench_app, ["stream", "--json", "--quick", "--seconds", "0.4"], catch_exceptions=False
    )
    measured = json.loads(result.stdout)
    for part in (measured, measured["multi"], measured["stuck_reader"]):
        assert part["end_to_end_ms"]["p50"] > 0
        assert part["input_to_frame_ms"]["p50"] > 0
        assert 0 < part["fairness"] <= 1
        assert part["dropped_edits"] >= 0
    assert measured["forward_ms"].keys() == TIMES
    assert measured["encode_ms"].keys() == TIMES
    assert len(measured["multi"]["fps_per_client"]) == 4
    assert measured["stuck_reader"]["stuck_edits_sent"] > 0
    assert measured["stuck_reader"]["over_multi"] > 0
    assert measured["readouts"]["readings"] > 0
    assert measured["readouts"]["maps"] > 0
    assert measured["readouts"]["over_off"] > 0
    readouts = measured["readouts"]
    p95_ratio = readouts["end_to_end_ms"]["p95"] / readouts["off_end_to_end_ms"]["p95"]
    assert readouts["over_off_p95"] == pytest.approx(p95_ratio, rel=0.05)
    assert measured["readouts"]["off_end_to_end_ms"].keys() == TIMES
    forward, whole = measured["forward_ms"]["p50"], measured["end_to_end_ms"]["p50"]
    assert measured["over_forward"] == pytest.approx((whole - 5.0) / forward, abs=0.1)


class LongJob(RunningServer):
    """Answers for a job whose history is as long as it gets; every look finds it seven updates further."""

    looks = 0

    def get(self, path: str) -> dict[str, object]:
        LongJob.looks += 1
        last = {"updates": 10_000 + 7 * LongJob.looks, "seconds": 1.0}
        return {"job": {"failure": None, "state": "running"}, "history": [{"updates": 1}, last]}


def test_a_long_job_is_seen_to_go_on() -> None:
    _wait_for_updates(LongJob("http://localhost"), "0123456789ab")
    assert LongJob.looks == 2


def test_job_interference_measures_both_sides(runner: CliRunner) -> None:
    result = runner.invoke(bench_app, SHORT_ROUND, catch_exceptions=False)
    measured = json.loads(result.stdout)
    assert {"device", "threads", "torch", "version", "seed"} <= measured.keys()
    for key in ("idle_end_to_end_ms", "busy_end_to_end_ms", "slice_ms"):
        assert measured[key].keys() == TIMES
        assert 0 < measured[key]["p50"] <= measured[key]["p95"]
    assert measured["job_speed_idle"] > 0
    assert measured["job_speed_busy"] > 0
    p95 = {key: measured[key]["p95"] for key in ("busy_end_to_end_ms", "idle_end_to_end_ms", "slice_ms")}
    over = p95["busy_end_to_end_ms"] - p95["idle_end_to_end_ms"] - p95["slice_ms"] - 10.0
    assert measured["over_allowed_ms"] == pytest.approx(over, abs=0.02)
