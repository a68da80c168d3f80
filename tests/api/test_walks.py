"""Walks over HTTP: listed in the unit people count; renamed, hidden, deleted; files of them in and out."""

import asyncio
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx2
import numpy as np
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from PIL import Image

from tests.engine.library import WIDTH, build_library
from tests.formats.conftest import SMALL as LIMITS
from wend.api import problems, walks
from wend.api.body_limit import BodyLimit
from wend.api.outbox import Outboxes
from wend.api.walks import summarize
from wend.formats.sandbox import Sandbox
from wend.library.footprints import Footprint
from wend.library.shelf import Shelf
from wend.library.walk_file import MAX_BYTES, unpack_family
from wend.protocol.messages import WalksChanged
from wend.protocol.resources import WalkList, WalksBrought, WalkSummary

FAMILIES = ("test", "more")
TINY = {"model": "tiny"}
OTHER = {"model": "other"}


def test_a_walk_along_a_factor_is_counted_in_its_unit(tmp_path: Path) -> None:
    store, shelf = build_library(tmp_path)
    plain = shelf.walks("tiny")[0]
    known = replace(plain, settings={"factor": "x", "factor_unit": "of width", "per_sd": 0.07})
    discrete = replace(plain, settings={"factor": "hat", "factor_unit": "choice", "per_sd": 0.0})
    model = store.get("tiny")
    walks = [summarize(record, model, is_shipped=False) for record in (plain, known, discrete)]
    shown = [(walk.unit, walk.shown_unit, walk.shown_per_alpha) for walk in walks]
    assert shown[0] == shown[2] == ("sd", "sd", 1.0)
    assert shown[1][:2] == ("sd", "of width")
    assert shown[1][2] == pytest.approx(0.07)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    """A learned walk of 'tiny', beside those every model has."""
    _, shelf = build_library(tmp_path)
    record = replace(
        shelf.get("tiny", "test/0"),
        id="steer-x-0a1b2c/x",
        title="Shift x",
        method="steer",
        unit="px",
        trained=(-4.0, 4.0),
        settings={"loss": "l2", "updates": 100, "rounded": False},
    )
    shelf.save(record.generator_hash, record.family, [record])
    return shelf


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(LIMITS) as found:
        yield found


@pytest.fixture
def heard() -> list[str]:
    """Models whose walks were said to have changed."""
    return []


@pytest.fixture
def client(shelf: Shelf, heard: list[str], sandbox: Sandbox) -> Iterator[TestClient]:
    """The walks' routes alone, and a browser that hears of changes."""

    class Listening(Outboxes):
        def broadcast(self, message: object) -> None:
            asyncio.get_running_loop()  # raises elsewhere than on the loop
            assert isinstance(message, WalksChanged)
            heard.append(message.model)

    app = FastAPI()
    problems.install(app, {})
    app.include_router(walks.routes(shelf, FAMILIES, Listening(), sandbox))
    app.add_middleware(BodyLimit, limit_bytes=1024, larger={("POST", "/api/walks"): MAX_BYTES})
    with TestClient(app) as client:
        yield client


def listed(client: TestClient, model: dict[str, str] = TINY) -> dict[str, WalkSummary]:
    found = WalkList.model_validate(client.get("/api/walks", params=model).json())
    return {walk.id: walk for walk in found.walks}


def refusal(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, str(answer.json()["code"])


WALK = "/api/walks/steer-x-0a1b2c/x"


def test_a_learned_walk_is_listed_with_all_that_is_known(client: TestClient) -> None:
    walk = listed(client)["steer-x-0a1b2c/x"]
    assert (walk.unit, walk.shown_unit, walk.shown_per_alpha) == ("px", "px", 1.0)
    assert walk.trained is not None
    assert (walk.trained.low, walk.trained.high) == (-4.0, 4.0)
    assert (walk.reachable, walk.saturated, walk.class_index) == (None, None, None)
    assert (walk.is_linear, walk.is_foreign, walk.is_shipped) == (True, False, False)
    assert walk.settings == {"loss": "l2", "updates": 100, "rounded": False}


def test_what_was_measured_of_a_walk_comes_with_it(client: TestClient, shelf: Shelf) -> None:
    walk = shelf.get("tiny", "test/0")
    assert listed(client)["test/0"].footprint is None
    where = np.full((4, 4), 255, np.uint8)
    shelf.footprints.save(walk.generator_hash, walk, Footprint(8, 3.5, (1.0, 0.5), 20.0, where, (-1.0, 2.0)))
    found = listed(client)["test/0"].footprint
    assert found is not None
    assert (found.pictures, found.change, found.layers, found.most) == (8, 3.5, (1.0, 0.5), 20.0)
    assert found.usable is not None
    assert (found.usable.low, found.usable.high) == (-1.0, 2.0)
    answer = client.get(f"/api/walks/footprints/{found.where}", params=TINY)
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["cache-control"] == "private, no-cache", "another model may have this id tomorrow"
    assert np.asarray(Image.open(io.BytesIO(answer.content))).tolist() == where.tolist()
    unknown = client.get(f"/api/walks/footprints/{found.where}", params=OTHER)
    assert refusal(unknown) == (404, "asset_not_found")


def test_groups(client: TestClient) -> None:
    assert client.patch(WALK, params=TINY, json={"group": " My   own "}).status_code == 200
    assert listed(client)["steer-x-0a1b2c/x"].group == "My own"
    assert client.patch(WALK, params=TINY, json={"pinned": True}).json()["group"] == "My own"
    assert client.patch(WALK, params=TINY, json={"group": ""}).json()["group"] is None
    assert client.patch(WALK, params=TINY, json={"group": "x" * 61}).status_code == 422


def test_rename_hide_and_pin(client: TestClient, heard: list[str]) -> None:
    answer = client.patch(WALK, params=TINY, json={"title": "  To the\n right ", "pinned": True})
    assert answer.status_code == 200
    assert WalkSummary.model_validate(answer.json()).title == "To the right"
    assert client.patch(WALK, params=TINY, json={"hidden": True}).status_code == 200
    walk = listed(client)["steer-x-0a1b2c/x"]
    assert (walk.title, walk.is_pinned, walk.is_hidden) == ("To the right", True, True)
    assert client.patch(WALK, params=TINY, json={"title": ""}).json()["title"] == "Shift x"
    assert heard == ["tiny"] * 3


@pytest.mark.parametrize("body", [{"title": "x" * 121}, {"hidden": "perhaps"}, {"unit": "km"}, []])
def test_patches_that_make_no_sense(client: TestClient, heard: list[str], body: object) -> None:
    assert refusal(client.patch(WALK, params=TINY, json=body)) == (422, "invalid_message")
    assert heard == []


@pytest.mark.parametrize("method", ["PATCH", "DELETE", "GET"])
def test_walks_that_are_not_there(client: TestClient, heard: list[str], method: str) -> None:
    suffix = "/file" if method == "GET" else ""
    for path, model, code in (
        ("/api/walks/test/9", "tiny", "walk_not_found"),
        ("/api/walks/..x/1", "tiny", "walk_not_found"),
        ("/api/walks/test/0", "gone", "model_not_found"),
    ):
        answer = client.request(method, path + suffix, params={"model": model}, json={})
        assert refusal(answer) == (404, code)
    assert heard == []


def test_delete_and_bring_back(client: TestClient, heard: list[str]) -> None:
    file = client.get(f"{WALK}/file", params=TINY)
    assert file.headers["content-disposition"] == 'attachment; filename="tiny-steer-x-0a1b2c-x.safetensors"'
    assert [record.title for record in unpack_family(file.content, "x").records] == ["Shift x"]
    assert client.delete(WALK, params=TINY).status_code == 204
    assert refusal(client.delete(WALK, params=TINY)) == (404, "walk_not_found")
    assert "steer-x-0a1b2c/x" not in listed(client)
    answer = client.post("/api/walks", params=TINY, content=file.content)
    assert answer.status_code == 201
    brought = WalksBrought.model_validate(answer.json())
    assert [walk.id for walk in brought.walks] == ["steer-x-0a1b2c/x"]
    assert listed(client)["steer-x-0a1b2c/x"] == brought.walks[0]
    assert heard == ["tiny", "tiny"]


def test_a_walk_for_another_generator_is_told_as_foreign(client: TestClient) -> None:
    file = client.get(f"{WALK}/file", params=TINY)
    brought = WalksBrought.model_validate(
        client.post("/api/walks", params=OTHER, content=file.content).json()
    )
    assert brought.walks[0].is_foreign
    assert brought.walks[0].id in listed(client, OTHER)
    assert not any(walk.is_foreign for walk in listed(client).values())


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "format_unknown"),
        (b"x" * 5000, "format_unknown"),
        (b"\x60" + b"\0" * 7 + b'{"__metadata__": {"walks": "", "generator_hash": ""}}', "walk_invalid"),
    ],
    ids=len,
)
def test_files_that_are_no_walks(client: TestClient, heard: list[str], body: bytes, code: str) -> None:
    assert refusal(client.post("/api/walks", params=TINY, content=body)) == (422, code)
    assert heard == []


def test_a_direction_goes_out_and_comes_in_again(client: TestClient, heard: list[str]) -> None:
    """Through both formats of other programs; the bare array has to be told its space."""
    path = "/api/walks/test/0/file"
    array = np.load(io.BytesIO(client.get(path, params={**TINY, "format": "npy"}).content))
    assert array.shape[-1] == WIDTH
    spoken = client.get(path, params={**TINY, "format": "safetensors"})
    assert spoken.headers["content-disposition"] == 'attachment; filename="tiny-test-0.safetensors"'
    brought = WalksBrought.model_validate(
        client.post("/api/walks", params={**TINY, "name": "smile.safetensors"}, content=spoken.content).json()
    )
    # It says its own name.
    assert [(walk.space, walk.title, walk.method) for walk in brought.walks] == [("w", "test 0", "import")]
    bare = io.BytesIO()
    np.save(bare, array[:1])
    query = {**TINY, "name": "smile.npy"}
    asked = client.post("/api/walks", params=query, content=bare.getvalue())
    assert refusal(asked) == (422, "format_space_unknown")
    assert "smile.npy" in asked.json()["detail"]
    told = client.post("/api/walks", params={**query, "space": "z"}, content=bare.getvalue())
    assert WalksBrought.model_validate(told.json()).walks[0].space == "z"
    assert heard == ["tiny", "tiny"]


def test_files_that_are_too_large(client: TestClient) -> None:
    sizes = {"Content-Length": str(MAX_BYTES + 1)}
    answer = client.post("/api/walks", params=TINY, content=b"", headers=sizes)
    assert refusal(answer) == (413, "message_too_large")
    # The larger limit is that of files alone.
    assert refusal(client.patch(WALK, params=TINY, content=b" " * 1025)) == (413, "message_too_large")


def test_a_shipped_walk_stays_and_can_be_hidden(client: TestClient, shelf: Shelf) -> None:
    model = shelf.store.get("tiny")
    (model.folder / "walks").mkdir()
    here = shelf.folder / model.card.hash / "steer-x-0a1b2c.safetensors"
    here.replace(model.folder / "walks" / here.name)
    assert listed(client)["steer-x-0a1b2c/x"].is_shipped
    assert refusal(client.delete(WALK, params=TINY)) == (409, "walk_shipped")
    assert client.patch(WALK, params=TINY, json={"hidden": True}).json()["is_hidden"]
