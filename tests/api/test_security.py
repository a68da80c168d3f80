"""The guard: whoever has no business here is refused before a route sees the request."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient
from starlette.testclient import WebSocketDenialResponse

from tests.api.fake_engine import FakeEngineBuilder
from wend.app import create_app
from wend.protocol.schema import subprotocol
from wend.settings import Settings

TOKEN = "a-token-for-tests"
SOCKET = "ws://127.0.0.1:8000/ws"
PUBLIC = "http://192.168.1.5:8000"
PUBLIC_SOCKET = "ws://192.168.1.5:8000/ws"


@pytest.fixture(scope="module")
def public_settings(settings: Settings) -> Settings:
    """A server that listens on every address."""
    changed = {
        "host": "0.0.0.0",
        "token": TOKEN,
        "allowed_hosts": ("Wend.Lab.Example",),
        "allowed_origins": ("https://lab.example",),
    }
    return settings.model_copy(update=changed)


@pytest.fixture
def public(public_settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(public_settings, FakeEngineBuilder()), base_url=PUBLIC) as client:
        yield client


def bearer(token: str = TOKEN) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:1", "LOCALHOST.", "[::1]:8000"])
def test_loopback_hosts_are_answered(client: TestClient, host: str) -> None:
    assert client.get("/api/health", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "127.0.0.1.evil.example", "192.168.1.5:8000", "", "[::1", "localhost@evil.example"],
)
def test_strange_hosts_are_refused(client: TestClient, host: str) -> None:
    answer = client.get("/api/health", headers={"Host": host})
    assert (answer.status_code, answer.json()["code"]) == (403, "host_not_allowed")


@pytest.mark.parametrize(
    "origin",
    ["http://evil.example", "null", "http://127.0.0.1:9999", "http://127.0.0.1.evil.example:8000", "file://"],
)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_other_origins_are_refused(client: TestClient, origin: str, method: str) -> None:
    answer = client.request(method, "/api/render", headers={"Origin": origin})
    assert (answer.status_code, answer.json()["code"]) == (403, "origin_not_allowed")
    assert "access-control-allow-origin" not in answer.headers


def test_its_own_origin_is_answered(client: TestClient) -> None:
    assert client.get("/api/health", headers={"Origin": "http://127.0.0.1:8000"}).status_code == 200


def test_a_default_port_is_the_same_written_or_not(client: TestClient) -> None:
    headers = {"Host": "localhost", "Origin": "http://localhost:80"}
    assert client.get("/api/health", headers=headers).status_code == 200


@pytest.mark.parametrize("headers", [{"Origin": "http://evil.example"}, {"Host": "evil.example"}])
def test_a_socket_of_another_site_is_refused_before_it_opens(
    client: TestClient, headers: dict[str, str]
) -> None:
    with (
        pytest.raises(WebSocketDenialResponse) as refused,
        client.websocket_connect(SOCKET, [subprotocol()], headers=headers),
    ):
        pass
    assert refused.value.status_code == 403
    assert refused.value.json()["code"] in ("origin_not_allowed", "host_not_allowed")


@pytest.mark.parametrize("path", ["/", "/api/health", "/docs", "/openapi.json", "/metrics", "/assets/x.js"])
def test_without_the_token_nothing_is_answered(public: TestClient, path: str) -> None:
    answer = public.get(path)
    assert (answer.status_code, answer.json()["code"]) == (401, "token_required")
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_socket_without_the_token_is_refused_before_it_opens(public: TestClient) -> None:
    with (
        pytest.raises(WebSocketDenialResponse) as refused,
        public.websocket_connect(PUBLIC_SOCKET, [subprotocol()]),
    ):
        pass
    assert refused.value.status_code == 401


@pytest.mark.parametrize("token", ["", "a-token-for-test", TOKEN + "s", "ä", "a-token-for-tests "])
def test_a_wrong_token_is_refused(public: TestClient, token: str) -> None:
    assert public.get("/", params={"token": token}).status_code == 401
    public.cookies.set("wend_token_8000", quote(token), domain="192.168.1.5")
    assert public.get("/").status_code == 401


def test_a_script_shows_its_token_in_a_header(public: TestClient) -> None:
    assert public.get("/api/health", headers=bearer()).status_code == 200
    assert public.get("/api/health", headers=bearer("no")).status_code == 401
    with public.websocket_connect(PUBLIC_SOCKET, [subprotocol()], headers=bearer()) as socket:
        assert socket.receive_json()["type"] == "hello"


def test_the_token_moves_from_the_address_into_a_cookie(public: TestClient) -> None:
    answer = public.get(f"/?a=1&token={TOKEN}&b=%C3%A4", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "./?a=1&b=%C3%A4")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert public.get("/api/health").status_code == 200
    with public.websocket_connect(PUBLIC_SOCKET, [subprotocol()]) as socket:
        assert socket.receive_json()["type"] == "hello"


@pytest.mark.parametrize("path", ["//evil.example/", "/\\evil.example"])
def test_the_redirect_stays_here(public: TestClient, path: str) -> None:
    answer = public.request("GET", f"{PUBLIC}{path}?token={TOKEN}", follow_redirects=False)
    location = answer.headers["location"]
    assert re.fullmatch(r"\./[^/\\:]*", location)


def test_behind_a_wildcard_names_must_be_known_but_any_address_is_right(public: TestClient) -> None:
    for host, status in (
        ("10.1.2.3:8000", 200),
        ("[fe80::1]:8000", 200),
        ("wend.lab.example", 200),
        ("evil.example", 403),
    ):
        assert public.get("/api/health", headers={**bearer(), "Host": host}).status_code == status


def test_an_allowed_origin_is_answered(public: TestClient) -> None:
    for origin, status in (
        ("https://lab.example", 200),
        ("https://lab.example:443", 200),
        ("http://lab.example", 403),
    ):
        assert public.get("/api/health", headers={**bearer(), "Origin": origin}).status_code == status


@pytest.mark.parametrize("path", ["/", "/api/health", "/api/nothing", "/docs"])
def test_every_answer_has_the_security_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "script-src" not in policy  # so scripts fall back to 'self': none inline, none from elsewhere
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "server" not in headers


def test_a_body_over_the_limit_is_refused(client: TestClient) -> None:
    for content in (b"x" * 2_000_000, iter([b"x" * 500_000] * 4)):
        answer = client.post("/api/render", content=content)
        assert (answer.status_code, answer.json()["code"]) == (413, "message_too_large")


@pytest.mark.parametrize("length", ["-1", "1e9", "9" * 400, "abc"])
def test_a_nonsense_length_is_refused(client: TestClient, length: str) -> None:
    answer = client.post("/api/render", content=b"{}", headers={"Content-Length": length})
    assert answer.status_code == 413


def test_a_page_that_is_not_built_says_so(settings: Settings, tmp_path: Path) -> None:
    without = settings.model_copy(update={"frontend_dir": tmp_path / "none"})
    with TestClient(create_app(without, FakeEngineBuilder()), base_url="http://localhost") as client:
        answer = client.get("/")
        assert answer.status_code == 503
        assert "make build" in answer.text
        assert client.get("/assets/x.js").status_code == 404


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/jobs"),
        ("POST", "/api/jobs"),
        ("GET", "/api/jobs/ffffffffffff/artifacts/preview.jpg"),
        ("DELETE", "/api/jobs/ffffffffffff"),
        ("POST", "/api/jobs/ffffffffffff/pause"),
        ("GET", "/api/recipes"),
    ],
)
def test_jobs_are_guarded_too(client: TestClient, public: TestClient, method: str, path: str) -> None:
    for headers, code in (
        ({"Host": "evil.example"}, "host_not_allowed"),
        ({"Origin": "http://evil.example"}, "origin_not_allowed"),
    ):
        answer = client.request(method, path, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, code)
    assert public.request(method, path).status_code == 401
    assert public.request(method, path, headers=bearer()).status_code not in (401, 403)
