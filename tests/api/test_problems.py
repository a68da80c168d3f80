"""Every error of the tree leaves as a problem document with its code, and none is forgotten."""

import inspect
import json

import pytest
from fastapi.testclient import TestClient

from wend import errors
from wend.api import problems
from wend.errors import WendError, all_errors

SAMPLES: dict[str, str | float | int] = {
    "limit_bytes": 64,
    "timeout_s": 2.5,
    "value": 0.9,
    "low": -0.5,
    "high": 0.5,
}


def sample(cls: type[WendError]) -> WendError:
    """An instance with an argument for every parameter."""
    parameters = inspect.signature(cls.__init__).parameters.values()
    plain = [p for p in parameters if p.name != "self" and p.kind is not p.VAR_KEYWORD]
    return cls(*(SAMPLES.get(p.name, p.name) for p in plain))  # type: ignore[arg-type]  # each class has its own


def test_every_error_has_a_status() -> None:
    assert set(problems.STATUS) == set(all_errors())


def test_codes_are_unique() -> None:
    codes = [cls.code for cls in all_errors()]
    assert len(set(codes)) == len(codes)


@pytest.mark.parametrize("cls", all_errors(), ids=lambda cls: cls.code)
def test_an_error_becomes_a_problem_document(cls: type[WendError]) -> None:
    error = sample(cls)
    answer = problems.response(error)
    body = json.loads(bytes(answer.body))
    assert answer.status_code == body["status"] == problems.STATUS[cls]
    assert answer.headers["content-type"] == "application/problem+json"
    assert body["code"] == cls.code
    assert body["type"] == f"urn:wend:problem:{cls.code}"
    assert body["detail"] == str(error)
    assert body["hint"] == cls.hint
    assert body["title"]


@pytest.mark.parametrize("cls", all_errors(), ids=lambda cls: cls.code)
def test_an_error_becomes_a_socket_message(cls: type[WendError]) -> None:
    problem = problems.message(sample(cls), view=2, revision=7)
    assert (problem.type, problem.code, problem.view, problem.revision) == ("error", cls.code, 2, 7)
    assert problem.sentence
    assert problem.hint


def test_a_browser_gets_a_page() -> None:
    answer = problems.response(errors.HostNotAllowed("<script>"), accept="text/html,application/xhtml+xml")
    text = bytes(answer.body).decode()
    assert answer.media_type == "text/html"
    assert "&lt;script&gt;" in text
    assert "<script>" not in text


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/nothing", 404, "not_found"),
        ("GET", "/..%2f..%2fetc/passwd", 404, "not_found"),
        ("GET", "/api/models/unknown", 404, "model_not_found"),
        ("GET", "/api/models/unknown/preview", 404, "model_not_found"),
        ("GET", "/api/models/tiny/preview", 404, "asset_not_found"),
        ("GET", "/api/models/damaged", 500, "card_invalid"),
        ("GET", "/api/walks", 422, "invalid_message"),
        ("GET", "/api/walks?model=unknown", 404, "model_not_found"),
        ("GET", "/api/render", 405, "method_not_allowed"),
        ("PUT", "/api/models", 405, "method_not_allowed"),
        ("POST", "/", 405, "method_not_allowed"),
    ],
)
def test_a_failed_request_is_a_problem(
    client: TestClient, method: str, path: str, status: int, code: str
) -> None:
    answer = client.request(method, path)
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["hint"]
