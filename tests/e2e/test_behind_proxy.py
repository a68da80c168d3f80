"""Behind nginx and below a base path, as docs/deployment.md has it: the page draws, and stays there."""

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.e2e.served import PATIENCE_S, Served
from tests.e2e.wend_page import WendPage
from wend.settings import ROOT

BASE = "/wend/"
TOKEN = "a-token-for-tests"
LOOK_S = 0.05

# Two pictures, one a second.
_EXPORT = """(picture) => fetch('api/jobs', {
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify({ kind: 'export', title: 'Two pictures', params: {
    format: 'png', fps: 1, document: { version: 2, picture, timeline: { keyframes: [
      { picture, duration: 1 }, { picture, duration: 1 } ] } },
  } }),
}).then((answer) => answer.status)"""


@dataclass(frozen=True)
class Behind:
    """A server, and the address at which nginx shows its page."""

    server: Served
    url: str


def find_nginx() -> str:
    """The program. Without it the test is skipped, never in CI: `make test` unpacks it there."""
    places = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", str(ROOT / ".venv/nginx/usr/sbin")))
    found = shutil.which("nginx", path=places)
    if found is None:
        assert "CI" not in os.environ, "make nginx did not find one"
        pytest.skip("there is no nginx; `make nginx` says how to have it")
    return found


def configuration(folder: Path, port: int, server: int) -> str:
    """The one in the documentation, on other ports, for nginx as whoever runs the test."""
    (documented,) = re.findall(
        r"```nginx\n(.*?)```", (ROOT / "docs" / "deployment.md").read_text(), re.DOTALL
    )
    assert documented.count("listen 80;") == documented.count("http://127.0.0.1:8000;") == 1
    shown = documented.replace("listen 80;", f"listen 127.0.0.1:{port};").replace(":8000;", f":{server};")
    kept = "".join(
        f"{name}_temp_path {folder}/{name};\n"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return f"daemon off; pid {folder}/pid; events {{}} http {{ access_log off; {kept} {shown} }}"


def answers(port: int) -> bool:
    with socket.socket() as trial:
        return trial.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Behind]:
    nginx = find_nginx()
    options = (f"--root-path={BASE}", "--trust-proxy=127.0.0.1")
    server = Served(tmp_path_factory.mktemp("behind"), model="analytic-disc", token=TOKEN, options=options)
    server.start()
    folder = tmp_path_factory.mktemp("nginx")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    (folder / "conf").write_text(configuration(folder, port, server.port))
    process = subprocess.Popen([nginx, "-p", folder, "-e", folder / "log", "-c", folder / "conf"])
    deadline = time.monotonic() + PATIENCE_S
    while not answers(port):
        assert process.poll() is None, (folder / "log").read_text()
        assert time.monotonic() < deadline
        time.sleep(LOOK_S)
    yield Behind(server, f"http://127.0.0.1:{port}{BASE}")
    process.terminate()
    process.wait()
    server.stop()


def ask(url: str, path: str, **headers: str) -> tuple[int, str]:
    """Status and body of an answer; nginx is asked as a program asks it, which may lie about names."""
    parts = urlsplit(url)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=PATIENCE_S)
    connection.request("GET", path, headers={"Authorization": f"Bearer {TOKEN}", **headers})
    answer = connection.getresponse()
    told = answer.status, answer.read().decode()
    connection.close()
    return told


def test_a_drag_below_a_base_path_behind_nginx(
    behind: Behind, context: BrowserContext, tmp_path: Path
) -> None:
    # Without its last slash, and with the token, which both have to lead back below the path.
    wend = WendPage(context, f"{behind.url.rstrip('/')}?token={TOKEN}")
    wend.wait_for_picture()
    page = wend.page
    assert page.url.startswith(behind.url)
    assert "token" not in page.url
    (cookie,) = context.cookies(behind.url)
    assert (cookie.get("path"), cookie.get("httpOnly")) == (BASE, True)

    before = wend.pixels
    with wend.change():
        wend.drag(wend.slider("x"), 0.5, 0.9, moves=10)
    assert "live" in [message.get("quality") for message in wend.sent]
    assert wend.pixels == wend.expected_pixels != before

    with page.expect_download() as download:
        page.keyboard.press("d")
    assert download.value.suggested_filename.endswith(".png")
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_text("Link copied.")).to_be_visible()
    assert str(page.evaluate("navigator.clipboard.readText()")).startswith(f"{behind.url}#p=")

    assert page.evaluate(_EXPORT, wend.document["picture"]) == 201
    page.keyboard.press("j")
    drawer = page.get_by_role("region", name="Jobs", exact=True)
    drawer.get_by_role("listitem").filter(has_text="Two pictures").get_by_role("button").first.click()
    link = drawer.get_by_role("link", name="animation.zip")
    with page.expect_download() as download:
        link.click()
    download.value.save_as(tmp_path / "animation.zip")
    assert (tmp_path / "animation.zip").read_bytes().startswith(b"PK")
    assert download.value.url.startswith(behind.url)

    page.goto(f"{behind.url}docs")
    expect(page.get_by_text("/api/health").first).to_be_visible()
    strange = [url for url in wend.requested if not url.startswith((behind.url, "blob:", "data:"))]
    assert strange == [behind.url.rstrip("/") + f"?token={TOKEN}"]
    wend.close()


def test_names_and_origins_are_still_looked_at(behind: Behind) -> None:
    host = urlsplit(behind.url).netloc
    assert ask(behind.url, f"{BASE}api/health")[0] == 200
    assert ask(behind.url, f"{BASE}api/health", Origin=f"http://{host}")[0] == 200
    for headers, code in (
        ({"Host": "evil.example"}, "host_not_allowed"),
        ({"Origin": "http://evil.example"}, "origin_not_allowed"),
    ):
        status, body = ask(behind.url, f"{BASE}api/health", **headers)
        assert status == 403
        assert code in body
