"""Edits of a user's own, from files: only where settings allow, one function is enough, faults are told."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from tests.methods.steer_bench import bench_of
from wend.errors import InvalidInput, InvalidParams
from wend.jobs.recipes import find_recipe
from wend.library.perception import PerceptionStore
from wend.library.walk_record import WalkRecord
from wend.methods.edits.catalog import EDITS
from wend.methods.edits.own import find_edit, own_edits
from wend.methods.edits.walk import edit_of, most_of
from wend.methods.steer.job import SteerJob, build_steer
from wend.methods.steer.params import SteerParams
from wend.methods.workbench import Workbench
from wend.perception.trust import Trust
from wend.settings import Settings

DIM = '"""Takes light away."""\nREACH = 0.4\n\n\ndef edit(images, alpha):\n    return images - alpha\n'


def test_ours_need_no_folder() -> None:
    assert find_edit("zoom", None) is EDITS["zoom"]


def test_one_function_is_an_edit(tmp_path: Path) -> None:
    (tmp_path / "dim.py").write_text(DIM)
    own = find_edit("dim", tmp_path)
    assert (own.name, own.title, own.unit, own.summary) == ("dim", "dim", "of range", "Takes light away.")
    assert own.reach_at(64, is_published=False) == 0.4
    assert len(own.source) == 64
    images = torch.zeros(1, 3, 8, 8)
    assert torch.equal(own.along()(images, 0.25)[0], images - 0.25)


def test_files_run_only_where_settings_allow(tmp_path: Path) -> None:
    (tmp_path / "edits").mkdir()
    (tmp_path / "edits" / "dim.py").write_text(DIM)
    assert Trust.of(Settings(data_dir=tmp_path)).edits_dir is None
    allowed = Trust.of(Settings(data_dir=tmp_path, allow_edits=True))
    assert allowed.edits_dir == tmp_path / "edits"

    bench = bench_of("analytic-disc", tmp_path)
    params = SteerParams(model="analytic-disc", edit="dim", place="w", samples=8)
    with pytest.raises(InvalidParams, match="no edit 'dim'"):
        build_steer(params, bench)
    trusting = Workbench(
        bench.model, bench.generator, bench.shelf, PerceptionStore(bench.perception.roots, allowed)
    )
    job = build_steer(params, trusting)
    assert isinstance(job, SteerJob)
    assert (job.task.edit.name, job.task.reach) == ("dim", 0.4)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("REACH = 1.0\n", "a function `edit`"),
        ("def edit(images, alpha):\n    return images\n", "a number `REACH`"),
        ("REACH = 1.0\ndef edit(images, alpha) return images\n", "cannot be run: SyntaxError"),
        ("raise SystemExit(2)\n", "cannot be run: SystemExit"),
        ("raise SystemError('no')\n", "cannot be run: SystemError: no"),
        (DIM + "UNIT = 3\n", "must be words"),
        (DIM.replace("0.4", "-1"), "reach"),
    ],
)
def test_what_is_no_edit_is_told(text: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(text)
    with pytest.raises(InvalidInput, match=reason):
        find_edit("mine", tmp_path)


@pytest.mark.parametrize("name", ["missing", "../dim", "dim.py", ""])
def test_names_lead_nowhere_else(name: str, tmp_path: Path) -> None:
    (tmp_path / "dim.py").write_text(DIM)
    (tmp_path / "edits").mkdir()
    with pytest.raises(InvalidInput, match="no edit"):
        find_edit(name, tmp_path / "edits")


def test_links_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "real.py").write_text(DIM)
    (tmp_path / "dim.py").symlink_to(tmp_path / "real.py")
    with pytest.raises(InvalidInput, match="no small file"):
        find_edit("dim", tmp_path)


def test_the_folder_is_listed_without_running_it(tmp_path: Path) -> None:
    (tmp_path / "dim.py").write_text("raise SystemExit\n")
    (tmp_path / "Dim.py").write_text(DIM)
    (tmp_path / "zoom.py").write_text(DIM)
    (tmp_path / "link.py").symlink_to(tmp_path / "dim.py")
    assert own_edits(tmp_path) == ("dim",)
    assert own_edits(tmp_path / "none") == own_edits(None) == ()
    enum = find_recipe("steer").schema(own_edits(tmp_path))["properties"]
    assert isinstance(enum, dict)
    edit = enum["edit"]
    assert isinstance(edit, dict)
    assert edit["enum"] == [*EDITS, "dim"]


def test_a_walk_is_held_against_its_edit_while_the_file_is_the_same(tmp_path: Path) -> None:
    file = tmp_path / "dim.py"
    file.write_text(DIM)
    source = find_edit("dim", tmp_path).source
    walk = WalkRecord(
        id="steer-dim-0/linear", title="Dim", method="steer", space="w", unit="of range", layers=(0, 1),
        low=-0.4, high=0.4, psi=1.0, strength=0.1, generator_hash="0", vector=torch.ones(1), unit_length=1.0,
        settings={"edit": "dim", "edit_sha256": source},
    )  # fmt: skip
    held = edit_of(walk, tmp_path)
    assert held is not None
    assert torch.allclose(held(torch.zeros(1, 3, 4, 4), 0.25)[0], torch.full((1, 3, 4, 4), -0.25))
    assert most_of(walk, 64, tmp_path) == 1.6
    assert edit_of(walk) is None
    assert most_of(walk, 64) == 1000.0
    file.write_text(DIM + "# changed\n")
    assert edit_of(walk, tmp_path) is None
    # One of our names with a file's hash is that file's, and no file of ours.
    assert edit_of(replace(walk, settings={"edit": "zoom", "edit_sha256": source}), tmp_path) is None
