"""Overlaps over HTTP: what the page shows beside every slider while some are in use or locked."""

import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.engine.library import ROWS, WIDTH, build_library
from wend.api import overlaps, problems
from wend.protocol.overlaps import OverlapList, WalkOverlap

A, B = torch.eye(WIDTH)[:2]


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    """The model 'tiny' with three more straight walks, one of them in other layers, and a curved one."""
    _, shelf = build_library(tmp_path)
    plain = shelf.get("tiny", "test/0")
    half, rest = (0, ROWS // 2), (ROWS // 2, ROWS)
    shelf.save(
        plain.generator_hash,
        "line",
        [
            replace(plain, id="line/a", vector=A.clone(), layers=half),
            replace(plain, id="line/ab", vector=(A + B) / math.sqrt(2.0), layers=half),
            replace(plain, id="line/late", vector=A.clone(), layers=rest),
        ],
    )
    app = FastAPI()
    problems.install(app, {})
    app.include_router(overlaps.routes(shelf))
    with TestClient(app) as client:
        yield client


def ask(client: TestClient, *edits: dict[str, object]) -> dict[str, WalkOverlap]:
    answer = client.post("/api/overlaps", json={"model": "tiny", "edits": list(edits)})
    assert answer.status_code == 200, answer.text
    return {walk.walk: walk for walk in OverlapList.model_validate_json(answer.text).walks}


def test_says_what_a_lock_leaves_and_what_it_cannot_hold(client: TestClient) -> None:
    found = ask(client, {"walk": "line/a", "alpha": 0.0, "is_locked": True})
    assert found["line/ab"].strength == pytest.approx(math.sqrt(0.5))
    assert found["line/ab"].locks == 1
    assert (found["line/a"].strength, found["line/a"].locks, found["line/a"].loose) == (1.0, 0, ())
    assert [(loose.walk, loose.why) for loose in found["line/late"].loose] == [("line/a", "layers")]
    assert [loose.why for loose in found["test/1"].loose] == ["space"]
    assert found["line/late"].strength == 1.0
    assert all(walk.cosines == () for walk in found.values())  # a lock alone moves nothing


def test_says_what_goes_the_same_way_as_those_in_use(client: TestClient) -> None:
    found = ask(client, {"walk": "line/a", "alpha": 1.5}, {"walk": "gone/0", "alpha": 1.0})
    [alike] = found["line/ab"].cosines
    assert alike.walk == "line/a"
    assert alike.cosine == pytest.approx(math.sqrt(0.5))
    assert found["line/late"].cosines[0].cosine == 0.0
    assert found["line/a"].cosines == found["test/1"].cosines == ()


def test_an_edit_may_give_a_walk_other_layers(client: TestClient) -> None:
    layers = {"start": ROWS // 2, "end": ROWS}
    found = ask(client, {"walk": "line/a", "alpha": 1.5, "layers": layers})
    assert found["line/late"].cosines[0].cosine == pytest.approx(1.0)


def test_a_model_that_is_gone(client: TestClient) -> None:
    answer = client.post("/api/overlaps", json={"model": "gone", "edits": []})
    assert answer.status_code == 404


@pytest.mark.parametrize(("start", "end"), [(0, 64), (2, 1), (1, 1)])
def test_layers_that_the_model_does_not_have(client: TestClient, start: int, end: int) -> None:
    edit = {"walk": "line/a", "alpha": 1.5, "layers": {"start": start, "end": end}}
    answer = client.post("/api/overlaps", json={"model": "tiny", "edits": [edit]})
    assert answer.status_code == 422
