"""`wend models pull`, whole: from a server of our own to a model, and what it says when it cannot."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.formats.real_files import real_file
from tests.library.test_download import Site, served
from wend.cli import app
from wend.errors import DownloadFailed, FormatDamaged, FormatUnknown
from wend.library.card import read_card

ENTRY = """[faces]
title = "Faces"
url = "{url}"
file = "faces.pt"
licence = "MIT"
page = "https://example.org"
"""


def registry(folder: Path, site: Site, more: str = "") -> str:
    path = folder / "list.toml"
    path.write_text(ENTRY.format(url=site.url) + more)
    return str(path)


def test_it_becomes_a_model_and_is_pinned(tmp_path: Path) -> None:
    site = Site()
    site.data = real_file("vaes/betaH_dsprites/model.pt").read_bytes()
    site.cuts = [5000]
    data = tmp_path / "data"
    with served(site):
        listed = registry(tmp_path, site)
        arguments = ["models", "pull", "faces", "--registry", listed, "--data", str(data)]
        result = CliRunner().invoke(app, arguments, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        assert "Nobody here knows the hash" in result.stderr
        assert read_card(data / "models" / "faces" / "card.toml").kind == "vae"
        assert not (data / "downloads" / "faces").exists()
        # Another file in its place later on is not taken for it.
        site.data = site.data[:-1] + b"!"
        with pytest.raises(FormatDamaged, match="at its first download"):
            CliRunner().invoke(app, arguments, catch_exceptions=False)


def test_what_does_not_open_is_neither_pinned_nor_kept(tmp_path: Path) -> None:
    """A portal that wants a password first answers 200, with a page of its own."""
    site = Site()
    site.data = b"<!doctype html><title>Welcome</title>"
    data = tmp_path / "data"
    with served(site):
        listed = registry(tmp_path, site)
        arguments = ["models", "pull", "faces", "--registry", listed, "--data", str(data)]
        refused = CliRunner().invoke(app, arguments)
        assert isinstance(refused.exception, FormatUnknown)
        assert not (data / "pins.json").exists()
        assert list((data / "downloads" / "faces").iterdir()) == []
        known = registry(tmp_path, site, "size_bytes = 5000\n")
        short = CliRunner().invoke(app, [*arguments[:4], known, *arguments[5:]])
        assert isinstance(short.exception, FormatDamaged)
        assert len(site.ranges) == 2


def test_offline_it_says_what_to_do_by_hand(tmp_path: Path) -> None:
    with served(Site()) as site:
        pass
    listed = registry(tmp_path, site)
    arguments = ["models", "pull", "faces", "--registry", listed, "--data", str(tmp_path)]
    # Narrower, a long path of a folder would be broken in the middle of a word.
    result = CliRunner().invoke(app, arguments, env={"COLUMNS": "400"})
    assert isinstance(result.exception, DownloadFailed)
    said = " ".join(result.stderr.split())
    assert f"download {site.url} into" in said
    assert "inbox" in said


def test_the_list_names_licences() -> None:
    result = CliRunner().invoke(app, ["models", "pull", "--list"], env={"COLUMNS": "200"})
    assert "biggan-deep-128" in result.output
    assert "non-commercial" in result.output
