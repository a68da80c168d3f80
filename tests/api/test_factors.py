"""POST /api/factors/set: the engine's answer, or its error, in the words of the wire."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from tests.api.conftest import LOCAL
from tests.api.fake_engine import FakeEngineBuilder
from wend.app import create_app
from wend.documents.picture import Edit
from wend.methods.setting.picture import Note, SetFactors
from wend.settings import Settings

PICTURE = {"model": "tiny", "latent": {"kind": "seed", "seed": 1}}
WALK = "factor-shift_x-0123ab/shift_x"
TARGET = {"walk": WALK, "value": 0.1}
BODY = {"picture": PICTURE, "targets": [TARGET]}


@pytest.fixture(scope="module")
def builder() -> FakeEngineBuilder:
    return FakeEngineBuilder()


@pytest.fixture(scope="module")
def browser(settings: Settings, builder: FakeEngineBuilder) -> Iterator[TestClient]:
    with TestClient(create_app(settings, builder), base_url=LOCAL) as client:
        yield client


def test_an_answer_names_edits_and_what_was_measured(browser: TestClient, builder: FakeEngineBuilder) -> None:
    note = Note("open_loop", "Nothing measures it.", WALK)
    edit = Edit(walk=WALK, alpha=0.25)
    found = SetFactors((edit,), (0.1,), (None,), (-0.15,), 0, is_closed=False, notes=(note,))
    builder.engine.answer = found, None
    answer = browser.post("/api/factors/set", json=BODY)
    assert answer.status_code == 200
    body = answer.json()
    assert body["edits"] == [{"walk": WALK, "alpha": 0.25, "layers": None, "is_locked": False}]
    assert (body["measured"], body["predicted"], body["is_closed"]) == ([None], [0.1], False)
    assert body["notes"][0]["code"] == "open_loop"
    asked = builder.engine.asked[-1]
    assert (asked.targets, asked.loop) == (((WALK, 0.1),), "closed")


def test_what_cannot_be_set_is_a_problem(browser: TestClient, builder: FakeEngineBuilder) -> None:
    sentence = "This factor reaches from 0 to 1, not 2."
    builder.engine.answer = None, ("factor_out_of_reach", sentence, "Choose another.")
    answer = browser.post("/api/factors/set", json={**BODY, "loop": "open"})
    assert (answer.status_code, answer.json()["code"]) == (422, "factor_out_of_reach")
    assert answer.json()["detail"] == sentence
    assert builder.engine.asked[-1].loop == "open"


@pytest.mark.parametrize(
    "wrong",
    [{"targets": []}, {"targets": [TARGET] * 5}, {"loop": "both"}, {"targets": [{"walk": "x"}]}, {"more": 1}],
)
def test_a_bad_question_is_refused(browser: TestClient, wrong: dict[str, object]) -> None:
    answer = browser.post("/api/factors/set", json={**BODY, **wrong})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_message")
