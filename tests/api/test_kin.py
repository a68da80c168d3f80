"""GET /api/models/{id}/kin, and the walks that kin have in common."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.api.conftest import LOCAL, MODEL
from tests.api.fake_engine import FakeEngineBuilder
from tests.engine.library import publish_tiny
from tests.pictures.children import publish_child
from wend.app import create_app
from wend.library.models import ModelStore
from wend.library.shelf import Shelf
from wend.protocol.kin import KinList
from wend.settings import Settings


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    """A server with a parent, its child 'bent' and a stranger; it draws nothing."""
    models = tmp_path / "models"
    for seed, name in enumerate((MODEL, "stranger")):
        publish_tiny(models, name, seed)
    shelf = Shelf(ModelStore([models]), tmp_path / "data" / "shelf")
    publish_child(shelf, MODEL, "bent")
    settings = Settings(models_dir=models, data_dir=tmp_path / "data", frontend_dir=tmp_path)
    return TestClient(create_app(settings, build_engine=FakeEngineBuilder()), base_url=LOCAL)


def test_kin_and_why_strangers_do_not_fit(client: TestClient) -> None:
    found = KinList.model_validate(client.get("/api/models/bent/kin").json())
    assert found.parent == MODEL
    told = [(kin.model, kin.relation, kin.has_one_synthesis, kin.why_not_weights) for kin in found.kin]
    assert told == [(MODEL, "parent", True, ""), ("stranger", "stranger", False, "")]
    assert found.kin[1].why_not_w == "their synthesis networks differ"
    assert KinList.model_validate(client.get(f"/api/models/{MODEL}/kin").json()).kin[0].relation == "child"


def test_walks_of_a_stranger_are_not_taken(client: TestClient) -> None:
    assert client.post(f"/api/models/bent/kin/{MODEL}/walks").json() == {"model": "bent", "taken": 0}
    refused = client.post("/api/models/bent/kin/stranger/walks")
    assert (refused.status_code, refused.json()["code"]) == (422, "walk_invalid")


def test_a_model_tells_what_it_was_taught_by(client: TestClient, tmp_path: Path) -> None:
    folder = tmp_path / "models" / "bent"
    for name in ("sketch-02.png", "sketch-01.png", "sketch-x.png", "samples.png"):
        (folder / name).write_bytes(name.encode())
    listed = {each["id"]: each for each in client.get("/api/models").json()["models"]}
    assert listed[MODEL]["taught"] is None
    # What its card does not say is not told.
    nothing = {"updates": None, "match": None, "match_before": None, "drawn_by": ""}
    assert listed["bent"]["taught"] == {"parent": MODEL, "drawings": 2, **nothing}
    assert client.get("/api/models/bent/drawings/1").content == b"sketch-01.png"
    for path in ("bent/drawings/0", "bent/drawings/3", f"{MODEL}/drawings/1"):
        assert client.get(f"/api/models/{path}").json()["code"] == "asset_not_found"


def test_an_unknown_model_has_no_kin(client: TestClient) -> None:
    assert client.get("/api/models/nobody/kin").status_code == 404
