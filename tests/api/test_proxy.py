"""Behind a proxy: base paths that are stripped or not, and headers that only trusted addresses may write."""

import json
from collections.abc import Iterator, Mapping

import pytest
from fastapi.testclient import TestClient
from starlette.testclient import WebSocketDenialResponse
from starlette.types import Scope

from tests.api.fake_engine import FakeEngineBuilder
from wend.api.proxy import Proxy
from wend.app import create_app
from wend.protocol.schema import subprotocol
from wend.settings import Settings

BASE = "/lab/wend"
TOKEN = "a-token-for-tests"
NEAR, FAR = ("10.1.2.3", 4711), ("192.168.7.7", 4711)
FORWARDED = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "lab.example"}
NONE: Mapping[str, str] = {}
HERE = "http://127.0.0.1:8000"


def client_of(settings: Settings, peer: tuple[str, int]) -> Iterator[TestClient]:
    changed = {"root_path": BASE, "trusted_proxies": ("10.1.0.0/16",), "allowed_hosts": ("lab.example",)}
    app = create_app(settings.model_copy(update={**changed, "token": TOKEN}), FakeEngineBuilder())
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with TestClient(app, base_url=HERE, client=peer, headers=headers) as client:
        yield client


@pytest.fixture(scope="module")
def near(settings: Settings) -> Iterator[TestClient]:
    """What comes through the proxy."""
    yield from client_of(settings, NEAR)


@pytest.fixture(scope="module")
def far(settings: Settings) -> Iterator[TestClient]:
    """What comes from anybody else."""
    yield from client_of(settings, FAR)


def scope(
    path: str, peer: tuple[str, int] | None = NEAR, kind: str = "http", headers: Mapping[str, str] = NONE
) -> Scope:
    sent = [(b"host", b"127.0.0.1:8000")]
    sent += [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    scheme = "ws" if kind == "websocket" else "http"
    return {
        "type": kind,
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "scheme": scheme,
        "client": peer,
        "headers": sent,
    }


def proxy(base: str = BASE) -> Proxy:
    return Proxy(Settings(root_path=base, trusted_proxies=("10.1.2.0/24", "::1", "fd00::/8")))


@pytest.mark.parametrize("path", ["/api/health", f"{BASE}/api/health"])
def test_a_stripped_path_and_a_whole_one_are_the_same_request(path: str) -> None:
    undone = proxy().undo(scope(path))
    assert (undone["root_path"], undone["path"], undone["raw_path"]) == (
        BASE,
        f"{BASE}/api/health",
        f"{BASE}/api/health".encode(),
    )


def test_nobody_else_is_under_the_base_path_without_naming_it() -> None:
    assert proxy().undo(scope("/api/health", FAR))["root_path"] == ""
    assert proxy().undo(scope(f"{BASE}er/api", FAR))["root_path"] == ""
    assert proxy().undo(scope(f"{BASE}/api/health", FAR))["root_path"] == BASE


def test_without_a_base_path_nothing_changes() -> None:
    request = scope("/api/health", FAR)
    assert proxy("").undo(request) is request
    assert not proxy("").lacks_slash(request)


@pytest.mark.parametrize("peer", ["10.1.2.3", "::ffff:10.1.2.3", "::1", "fd00::7"])
def test_a_trusted_address_says_what_the_request_was(peer: str) -> None:
    request = scope("/", (peer, 1), headers=FORWARDED)
    undone = proxy("").undo(request)
    assert (undone["scheme"], undone["headers"][0]) == ("https", (b"host", b"lab.example"))
    assert (request["scheme"], request["headers"][0]) == ("http", (b"host", b"127.0.0.1:8000"))
    socket = scope("/ws", (peer, 1), "websocket", FORWARDED)
    assert proxy("").undo(socket)["scheme"] == "wss"


@pytest.mark.parametrize("peer", [("10.1.3.3", 1), ("192.168.7.7", 1), ("unix:", 1), None])
def test_of_anybody_else_nothing_is_believed(peer: tuple[str, int] | None) -> None:
    request = scope("/", peer, headers=FORWARDED)
    assert proxy("").undo(request) is request


def test_what_was_written_before_the_nearest_proxy_counts_for_nothing() -> None:
    headers = {"X-Forwarded-Proto": "https, http", "X-Forwarded-Host": "evil.example, lab.example"}
    undone = proxy().undo(scope("/", headers=headers))
    assert (undone["scheme"], undone["headers"][0][1]) == ("http", b"lab.example")
    assert proxy().undo(scope("/", headers={"X-Forwarded-Proto": "gopher"}))["scheme"] == "http"


def test_the_page_and_its_files_answer_under_the_base_path(near: TestClient) -> None:
    for path in ("/", "/assets/index-abc123.js", "/api/health", "/docs", "/openapi.json"):
        for asked in (path, BASE + path):
            assert near.get(asked).status_code == 200, asked
    answer = near.get(BASE, params={"a": "1"}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "./wend/?a=1")
    assert near.get(f"{BASE}/api/nothing").json()["code"] == "not_found"


def test_no_address_in_the_documentation_leaves_the_base_path(near: TestClient) -> None:
    for path in ("/docs", "/docs/start.js"):
        text = near.get(BASE + path).text
        assert not any(f"{quote}/" in text for quote in ('="', 'url: "'))
    assert json.loads(near.get(f"{BASE}/openapi.json").text)["servers"] == [{"url": "."}]


def test_host_and_origin_are_those_of_the_proxy_only_where_it_is_trusted(
    near: TestClient, far: TestClient
) -> None:
    own = {**FORWARDED, "Origin": "https://lab.example"}
    assert near.get(f"{BASE}/api/health", headers=own).status_code == 200
    with near.websocket_connect(f"{BASE}/ws", [subprotocol()], headers=own) as socket:
        assert socket.receive_json()["type"] == "hello"

    refused = far.get(f"{BASE}/api/health", headers=own)
    assert (refused.status_code, refused.json()["code"]) == (403, "origin_not_allowed")
    with (
        pytest.raises(WebSocketDenialResponse),
        far.websocket_connect(f"{BASE}/ws", [subprotocol()], headers=own),
    ):
        pass

    strange = near.get("/api/health", headers={"X-Forwarded-Host": "evil.example"})
    assert (strange.status_code, strange.json()["code"]) == (403, "host_not_allowed")


def test_the_token_cookie_is_secure_and_goes_nowhere_else(near: TestClient, far: TestClient) -> None:
    answer = near.get(f"/?token={TOKEN}", headers=FORWARDED, follow_redirects=False)
    cookie = answer.headers["set-cookie"].lower()
    assert f"path={BASE}/;" in cookie
    assert "secure" in cookie
    assert answer.headers["location"] == "./"
    plain = far.get(f"/?token={TOKEN}", headers=FORWARDED, follow_redirects=False).headers["set-cookie"]
    assert "path=/;" in plain.lower()
    assert "secure" not in plain.lower()


def test_the_limit_of_a_route_that_takes_files_holds_under_the_base_path(near: TestClient) -> None:
    big = b"x" * 2_000_000
    assert near.post(f"{BASE}/api/render", content=big).status_code == 413
    assert near.post(f"{BASE}/api/images?kind=photo", content=big).status_code == 422
