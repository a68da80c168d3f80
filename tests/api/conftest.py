"""One server's worth of settings, a tiny model of our own, and clients that speak to it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.engine.library import publish_tiny
from wend.app import create_app
from wend.settings import Settings

LOCAL = "http://127.0.0.1:8000"
MODEL = "tiny"


@pytest.fixture(scope="session")
def models_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real generator of 16 px, and one that is damaged."""
    folder = tmp_path_factory.mktemp("models")
    publish_tiny(folder, MODEL, 1)
    publish_tiny(folder, "damaged", 2)
    (folder / "damaged" / "card.toml").write_text("id = 'damaged'\n")
    return folder


@pytest.fixture(scope="session")
def settings(models_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    page = tmp_path_factory.mktemp("page")
    (page / "assets").mkdir()
    (page / "index.html").write_text("<!doctype html><title>Wend</title>")
    (page / "assets" / "index-abc123.js").write_text("export {};\n")
    return Settings(
        models_dir=models_dir,
        data_dir=tmp_path_factory.mktemp("data"),
        frontend_dir=page,
        device="cpu",
        threads=1,
        render_timeout_s=30.0,
    )


@pytest.fixture(scope="session")
def client(settings: Settings) -> Iterator[TestClient]:
    """A browser at the address the server prints, with a real engine behind it."""
    with TestClient(create_app(settings), base_url=LOCAL) as client:
        yield client
