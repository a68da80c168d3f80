"""`wend measure model`: one object on stdout, files where asked for, refusals in a sentence."""

import csv
import json
import shutil
from pathlib import Path

import pytest
import torch
from typer.testing import CliRunner

from tests.measure.blind_set import publish_blind_set
from wend.cli.measure import measure_app
from wend.cli.measure.eyes import open_eye
from wend.errors import InvalidInput, PerceptionNotFound
from wend.library.card import read_card_as, write_card
from wend.library.perception_card import PerceptionCard
from wend.library.publish import publish_world
from wend.measure.eyes import EyeSets
from wend.settings import Settings
from wend.worlds.cast import PortraitsCast
from wend.worlds.disc import Disc
from wend.worlds.portraits import Portraits

runner = CliRunner(env={"COLUMNS": "200", "OMP_NUM_THREADS": "1"})
N = "50"


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`models` holds portraits of 32 px; `data` an untrained set for that world."""
    root = tmp_path_factory.mktemp("measure")
    publish_world(root / "models" / "small", "portraits", 32)
    publish_blind_set(root / "data" / "perception", Portraits())
    return root


def _arguments(folders: Path, *more: str) -> list[str]:
    return [
        "model", "small", "--models", str(folders / "models"), "--data", str(folders / "data"), *more,
    ]  # fmt: skip


def test_a_model_is_measured_and_its_world_is_kept(folders: Path) -> None:
    page, table = folders / "out" / "page.html", folders / "out" / "table.csv"
    asked = _arguments(folders, "--json", "--n", N, "--report", str(page), "--csv", str(table))
    first = runner.invoke(measure_app, asked)
    assert first.exit_code == 0, first.output
    answer = json.loads(first.stdout)
    for key in ("device", "threads", "model", "torch", "version", "seed", "n", "features", "resolution"):
        assert key in answer, key
    assert (answer["model"], answer["n"], answer["resolution"], answer["features"]) == (
        "small",
        50,
        32,
        "portraits",
    )
    assert (answer["factors_from"], answer["labels_from"]) == ("portraits", "portraits")
    assert min(answer["pixel_frechet"], answer["pixel_noise_floor"]) > 0.0
    assert answer["laws_changed"] == []
    assert answer["noise_floor"] > 0.0
    assert set(answer["labels"]) == set(Portraits().labels)
    assert set(answer["coverage"]) == {factor.name for factor in Portraits().factors}
    assert "small beside its world" in page.read_text(encoding="utf-8")
    rows = dict(list(csv.reader(table.read_text(encoding="utf-8").splitlines()))[1:])
    assert float(rows["frechet"]) == answer["frechet"]
    assert "portraits: 100 pictures" in first.stderr

    again = runner.invoke(measure_app, _arguments(folders, "--json", "--n", N))
    assert json.loads(again.stdout) == answer
    assert "portraits: 100 pictures" not in again.stderr


def test_no_networks_no_measure(folders: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEND_PERCEPTION_DIR", str(tmp_path / "none"))
    arguments = ["model", "small", "--models", str(folders / "models"), "--data", str(tmp_path)]
    refused = runner.invoke(measure_app, arguments)
    assert isinstance(refused.exception, PerceptionNotFound)
    assert refused.exception.sentence.startswith("There is no perception set 'portraits' that tells")
    assert "wend train perception" in refused.exception.hint
    assert refused.stdout == ""


def test_a_model_without_a_world(folders: Path, tmp_path: Path) -> None:
    card = folders / "models" / "small" / "card.toml"
    text = card.read_text(encoding="utf-8")
    other = tmp_path / "small"
    other.mkdir()
    (other / "card.toml").write_text(text[: text.index("[world]")], encoding="utf-8")
    arguments = ["model", "small", "--models", str(tmp_path), "--data", str(folders / "data")]
    refused = runner.invoke(measure_app, arguments)
    assert isinstance(refused.exception, InvalidInput)
    assert "names no world" in refused.exception.sentence


def test_worlds_of_one_painter_share_an_eye(tmp_path: Path) -> None:
    publish_blind_set(tmp_path / "perception", Portraits())
    settings = Settings(data_dir=tmp_path, perception_dir=tmp_path / "none")
    cpu = torch.device("cpu")
    every = EyeSets("portraits", "portraits", "portraits")
    assert open_eye(settings, PortraitsCast(), None, cpu)[0] == every
    with pytest.raises(PerceptionNotFound, match="'disc'"):
        open_eye(settings, Disc(), None, cpu)
    assert open_eye(settings, Disc(), "portraits", cpu)[0] == every


def test_a_role_comes_from_the_set_named_for_it(tmp_path: Path) -> None:
    publish_blind_set(tmp_path / "perception", Portraits())
    whole = tmp_path / "perception" / "portraits"
    for name, role in (("judge", "labels"), ("lens", "features")):
        folder = tmp_path / "perception" / name
        shutil.copytree(whole, folder)
        card = read_card_as(PerceptionCard, folder / "card.toml")
        alone = tuple(n for n in card.networks if n.role == role)
        write_card(folder / "card.toml", card.model_copy(update={"id": name, "networks": alone}))
    settings = Settings(data_dir=tmp_path, perception_dir=tmp_path / "none")
    cpu = torch.device("cpu")
    sets, _ = open_eye(settings, Portraits(), None, cpu, labels="judge")
    assert sets == EyeSets("portraits", "portraits", "judge")
    sets, _ = open_eye(settings, Portraits(), None, cpu, features="lens")
    assert sets == EyeSets("lens", "portraits", "portraits")
    # All named, none is looked for: a world that no set knows can be looked at.
    sets, _ = open_eye(settings, Disc(), None, cpu, "lens", "portraits", "judge")
    assert sets == EyeSets("lens", "portraits", "judge")
    with pytest.raises(PerceptionNotFound, match="factors"):
        open_eye(settings, Portraits(), "lens", cpu)
