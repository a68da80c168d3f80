"""Downloads from a server of our own: gone on with after a cut, refused in words, never half a file."""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx2
import pytest

from wend.errors import CheckpointUnknown, DownloadFailed, FormatDamaged, FormatTooLarge
from wend.library.checkpoints import Pins, find_checkpoint, read_registry
from wend.library.download import PAUSES_S, check_hash, download, open_client

DATA = bytes(range(256)) * 64
SHA = hashlib.sha256(DATA).hexdigest()
LIMIT = 2**20
ELSEWHERE = "http://checkpoints.invalid"


class Site:
    """One file at /file, and how it is served. cuts: bytes sent before the line breaks, the next times."""

    def __init__(self) -> None:
        self.data = DATA
        self.stamp = '"one"'
        self.changed = ""
        self.cuts: list[int] = []
        self.ranges: list[str | None] = []
        self.url = ""


@contextmanager
def served(site: Site) -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            # Who asks a proxy names the whole address.
            if self.path not in ("/file", f"{ELSEWHERE}/file"):
                self.send_error(404)
                return
            wanted = self.headers.get("Range")
            site.ranges.append(wanted)
            start = 0
            if wanted is not None and self.headers.get("If-Range") == (site.changed or site.stamp):
                start = int(wanted.removeprefix("bytes=").rstrip("-"))
            self.send_response(206 if start else 200)
            body = site.data[start:]
            if start:
                self.send_header("Content-Range", f"bytes {start}-{len(site.data) - 1}/{len(site.data)}")
            self.send_header("Content-Length", str(len(body)))
            if site.changed:
                self.send_header("Last-Modified", site.changed)
            self.send_header("ETag", site.stamp)
            self.end_headers()
            self.wfile.write(body[: site.cuts.pop(0)] if site.cuts else body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name upstream
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site.url = f"http://127.0.0.1:{server.server_address[1]}/file"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def site() -> Iterator[Site]:
    with served(Site()) as found:
        yield found


def fetch(site: Site, path: Path, pauses: list[float] | None = None, limit: int = LIMIT) -> str:
    with open_client() as client:
        return download(client, site.url, path, limit, sleep=([] if pauses is None else pauses).append)


def test_a_file_comes_whole(site: Site, tmp_path: Path) -> None:
    told: list[tuple[int, int | None]] = []
    with open_client() as client:
        sha = download(client, site.url, tmp_path / "new" / "a.pkl", LIMIT, lambda *now: told.append(now))
    assert sha == SHA
    assert told[-1] == (len(DATA), len(DATA))
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["a.pkl"]


def test_a_proxy_of_the_environment_is_asked(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", site.url.removesuffix("/file"))
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with open_client() as client:
        # No such host is known to anybody but the proxy.
        assert download(client, f"{ELSEWHERE}/file", tmp_path / "file", LIMIT) == SHA
    assert site.ranges == [None]


def test_it_goes_on_after_a_cut(site: Site, tmp_path: Path) -> None:
    site.cuts = [1000, 500]
    pauses: list[float] = []
    assert fetch(site, tmp_path / "a.pkl", pauses) == SHA
    assert site.ranges == [None, "bytes=1000-", "bytes=1500-"]
    assert pauses == [PAUSES_S[0]] * 2


def test_a_later_call_goes_on(site: Site, tmp_path: Path) -> None:
    site.cuts = [1000] + [0] * len(PAUSES_S)
    with pytest.raises(DownloadFailed, match="broke again and again"):
        fetch(site, tmp_path / "a.pkl")
    assert not (tmp_path / "a.pkl").exists()
    assert fetch(site, tmp_path / "a.pkl") == SHA
    assert site.ranges[-1] == "bytes=1000-"


def test_a_file_that_changed_meanwhile_is_begun_anew(site: Site, tmp_path: Path) -> None:
    site.cuts = [1000] + [0] * len(PAUSES_S)
    with pytest.raises(DownloadFailed):
        fetch(site, tmp_path / "a.pkl")
    site.data, site.stamp = DATA[::-1], '"two"'
    assert fetch(site, tmp_path / "a.pkl") == hashlib.sha256(DATA[::-1]).hexdigest()


def test_one_that_always_begins_anew_is_given_up(site: Site, tmp_path: Path) -> None:
    site.stamp = ""
    site.cuts = list(range(1000, 1100))
    with pytest.raises(DownloadFailed, match="broke again and again"):
        fetch(site, tmp_path / "a.pkl")
    assert len(site.ranges) == 1 + len(PAUSES_S)


def test_a_weak_tag_is_no_stamp(site: Site, tmp_path: Path) -> None:
    site.stamp, site.changed = 'W/"one"', "Sat, 21 Nov 2020 10:00:00 GMT"
    site.cuts = [1000]
    assert fetch(site, tmp_path / "a.pkl") == SHA
    assert site.ranges == [None, "bytes=1000-"]


def test_no_redirect_leaves_https(tmp_path: Path) -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        if request.url.path == "/moved":
            return httpx2.Response(302, headers={"Location": "/file"})
        if request.url.path == "/down":
            return httpx2.Response(302, headers={"Location": "http://elsewhere.example/file"})
        return httpx2.Response(200, content=iter([DATA]))

    with open_client(httpx2.MockTransport(answer)) as client:
        assert download(client, "https://a.example/moved", tmp_path / "a", LIMIT) == SHA
        with pytest.raises(DownloadFailed, match="leads on to http"):
            download(client, "https://a.example/down", tmp_path / "b", LIMIT)


def test_a_missing_file_and_a_missing_server_are_told(site: Site, tmp_path: Path) -> None:
    missing = Site()
    missing.url = site.url.replace("/file", "/gone")
    with pytest.raises(DownloadFailed, match=r"/gone.*no such file there any more \(HTTP 404\)"):
        fetch(missing, tmp_path / "a.pkl")
    with served(Site()) as away:
        pass
    with pytest.raises(DownloadFailed, match=r"127\.0\.0\.1 cannot be reached"):
        fetch(away, tmp_path / "a.pkl")
    assert list(tmp_path.glob("*.pkl")) == []


def test_what_is_too_large_is_not_begun(site: Site, tmp_path: Path) -> None:
    with pytest.raises(FormatTooLarge):
        fetch(site, tmp_path / "a.pkl", limit=len(DATA) - 1)
    assert not (tmp_path / "a.pkl.part").exists()


def test_a_wrong_hash_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.pkl"
    path.write_bytes(DATA)
    check_hash(path, SHA, SHA, "it should be")
    check_hash(path, SHA, None, "it should be")
    with pytest.raises(FormatDamaged, match=f"sha256 is {SHA}, but it should be 000"):
        check_hash(path, SHA, "0" * 64, "it should be")
    assert not path.exists()


def test_the_packaged_list_is_one(tmp_path: Path) -> None:
    known = read_registry()
    assert all(each.url.startswith("https://") for each in known.values())
    assert find_checkpoint(known, "vae-celeba").sha256 is not None
    with pytest.raises(CheckpointUnknown, match="stylegan3-t-ffhq-1024"):
        find_checkpoint(known, "ffhq")
    pins = Pins(tmp_path / "pins.json")
    assert pins.get("https://a/b") is None
    pins.put("https://a/b", SHA)
    assert Pins(tmp_path / "pins.json").get("https://a/b") == SHA
