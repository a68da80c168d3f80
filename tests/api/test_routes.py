"""The HTTP routes: models, walks, renders, health, metrics, documentation and the page."""

import io
import time

import pytest
from fastapi.testclient import TestClient
from PIL import Image

from tests.api.conftest import LOCAL, MODEL
from tests.api.fake_engine import FakeEngineBuilder
from wend import __version__
from wend.api import openapi
from wend.api.security import HEADERS
from wend.app import create_app
from wend.methods.discover.job import FAMILIES
from wend.protocol.resources import Health, ModelList, WalkList
from wend.settings import Settings

PICTURE = {"model": MODEL, "latent": {"kind": "seed", "seed": 3}}
PATIENCE_S = 60.0


def test_health(client: TestClient) -> None:
    health = Health.model_validate(client.get("/api/health").json())
    assert health.version == __version__
    assert "cpu" in health.device
    assert health.uptime_s >= 0.0


def test_models_are_listed_with_what_is_refused(client: TestClient) -> None:
    listing = ModelList.model_validate(client.get("/api/models").json())
    assert listing.default == MODEL
    assert [(m.id, m.resolution, m.num_ws) for m in listing.models] == [(MODEL, 16, 6)]
    assert [(r.id, r.code) for r in listing.refused] == [("damaged", "card_invalid")]
    assert client.get(f"/api/models/{MODEL}").json() == listing.models[0].model_dump(mode="json")


def test_walks_appear_by_themselves(client: TestClient) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while True:
        walks = WalkList.model_validate(client.get("/api/walks", params={"model": MODEL}).json())
        if walks.is_complete:
            break
        assert time.monotonic() < deadline, "the walks of the default model were never found"
        time.sleep(0.1)
    assert walks.walks
    assert all(walk.low < 0.0 < walk.high for walk in walks.walks)
    assert {walk.id.partition("/")[0] for walk in walks.walks} <= set(FAMILIES)


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp"])
def test_render_gives_a_picture_and_the_same_bytes_twice(client: TestClient, kind: str) -> None:
    answers = [client.post("/api/render", json={"picture": PICTURE, "format": kind}) for _ in range(2)]
    assert answers[0].status_code == 200, answers[0].text
    assert answers[0].headers["content-type"] == f"image/{kind}"
    assert answers[0].content == answers[1].content
    image = Image.open(io.BytesIO(answers[0].content))
    assert (image.format, image.size) == (kind.upper(), (16, 16))


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("{", 422, "invalid_message"),
        ("[]", 422, "invalid_message"),
        ("", 422, "invalid_message"),
        ('{"picture": {"model": "tiny", "latent": {"seed": "3"}}}', 422, "invalid_message"),
        ('{"picture": {"model": "tiny", "latent": {"seed": 3}, "psi": NaN}}', 422, "invalid_message"),
        ('{"picture": {"model": "tiny", "latent": {"seed": 3}, "psi": 1e999}}', 422, "invalid_message"),
        ('{"picture": {"model": "tiny", "latent": {"seed": 3}}, "format": "bmp"}', 422, "invalid_message"),
        ('{"picture": {"model": "../tiny", "latent": {"seed": 3}}}', 422, "invalid_message"),
        ('{"picture": {"model": "none", "latent": {"seed": 3}}}', 404, "model_not_found"),
        (
            '{"picture": {"model": "tiny", "latent": {"seed": 3}, "edits": [{"walk": "no/1", "alpha": 1}]}}',
            404,
            "walk_not_found",
        ),
        (
            '{"picture": {"model": "tiny", "latent": {"seed": 3}, "class_index": 1}}',
            422,
            "invalid_picture",
        ),
    ],
)
def test_a_render_that_cannot_be_is_a_problem(client: TestClient, body: str, status: int, code: str) -> None:
    answer = client.post("/api/render", content=body)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_render_that_takes_too_long_is_a_problem(settings: Settings) -> None:
    builder = FakeEngineBuilder(is_silent=True)
    impatient = settings.model_copy(update={"render_timeout_s": 0.05})
    with TestClient(create_app(impatient, builder), base_url=LOCAL) as client:
        answer = client.post("/api/render", json={"picture": PICTURE})
        assert (answer.status_code, answer.json()["code"]) == (504, "render_timeout")
    assert builder.engine.forgotten == [r.key.session for r in builder.engine.submitted]


def test_metrics_count(client: TestClient) -> None:
    def count(name: str) -> float:
        lines = client.get("/metrics").text.splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(name))

    before = (
        count('wend_frames_total{quality="final"}'),
        count('wend_render_failures_total{code="model_not_found"}'),
    )
    client.post("/api/render", json={"picture": PICTURE})
    client.post("/api/render", json={"picture": {**PICTURE, "model": "none"}})
    after = (
        count('wend_frames_total{quality="final"}'),
        count('wend_render_failures_total{code="model_not_found"}'),
    )
    assert after == (before[0] + 1, before[1] + 1)
    assert count('wend_frame_seconds_count{quality="final"}') == after[0]


def test_one_document_describes_routes_and_socket(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    assert document["openapi"] == "3.1.0"
    assert {"/api/health", "/api/models", "/api/walks", "/api/render", "/metrics"} <= set(document["paths"])
    assert {"ClientMessage", "ServerMessage", "FrameLayout", "ErrorCode"} <= set(
        document["components"]["schemas"]
    )
    references = set(_references(document))
    assert references
    for reference in references:
        assert reference.removeprefix("#/components/schemas/") in document["components"]["schemas"]


def test_the_document_is_built_once(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    first = client.get("/openapi.json").content
    monkeypatch.setattr(openapi, "describe", None)
    assert client.get("/openapi.json").content == first


def test_a_bug_is_answered_with_the_security_headers(settings: Settings) -> None:
    app = create_app(settings, FakeEngineBuilder())

    def break_down() -> None:
        raise RuntimeError("a bug")

    app.add_api_route("/api/bug", break_down)
    with TestClient(app, base_url=LOCAL, raise_server_exceptions=False) as client:
        answer = client.get("/api/bug")
    assert (answer.status_code, answer.json()["code"]) == (500, "wend_error")
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS


def _references(value: object) -> list[str]:
    if isinstance(value, dict):
        own = [value["$ref"]] if isinstance(value.get("$ref"), str) else []
        return own + [found for item in value.values() for found in _references(item)]
    if isinstance(value, list):
        return [found for item in value for found in _references(item)]
    return []


def test_the_documentation_needs_no_other_host(client: TestClient) -> None:
    page = client.get("/docs").text
    assert "//" not in page.replace("<!doctype html>", "")
    assert "SwaggerUIBundle" in client.get("/docs/start.js").text


def test_the_page_is_asked_for_anew_and_its_hashed_files_never(client: TestClient) -> None:
    assert client.get("/").headers["cache-control"] == "no-cache"
    asset = client.get("/assets/index-abc123.js")
    assert "immutable" in asset.headers["cache-control"]
    assert asset.headers["content-type"].startswith("text/javascript")
