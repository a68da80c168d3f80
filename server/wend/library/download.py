"""Download: one file from the network, gone on with where it stopped, and of the hash it should have."""

import hashlib
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx2

from wend import __version__
from wend.errors import DiskFull, DownloadFailed, FormatDamaged, FormatTooLarge

PAUSES_S = (1.0, 2.0, 5.0, 10.0)
"""Before a line that broke is tried again; as often again whenever something came."""
_LEFT_FREE_BYTES = 2**28
_PARTIAL = 206
_NOT_SATISFIABLE = 416
_MISSING = (404, 410)
_HEADERS = {"User-Agent": f"wend/{__version__}", "Accept-Encoding": "identity"}

Report = Callable[[int, int | None], None]
"""Told of (bytes here, bytes of all or None where the server does not say)."""


def open_client(transport: httpx2.BaseTransport | None = None) -> httpx2.Client:
    """Follows redirects, but none that leaves https, and takes proxies from the environment. To be closed by
    whoever opens it. transport: another way to servers than the network."""
    return httpx2.Client(
        follow_redirects=True,
        timeout=httpx2.Timeout(30.0),
        headers=_HEADERS,
        event_hooks={"response": [_refuse_downgrade]},
        transport=transport,
    )


def _refuse_downgrade(answer: httpx2.Response) -> None:
    """Raises: DownloadFailed; what comes over http may be anybody's."""
    if answer.has_redirect_location and answer.url.scheme == "https":
        onwards = answer.url.join(answer.headers["Location"])
        if onwards.scheme != "https":
            raise DownloadFailed(
                str(answer.url), f"it leads on to {onwards.scheme}, which can be tampered with"
            )


def download(
    client: httpx2.Client,
    url: str,
    path: Path,
    max_bytes: int,
    report: Report = lambda _here, _all: None,
    sleep: Callable[[float], None] = time.sleep,
) -> str:
    """Fetch a file; the sha256 of what is at `path` then. Until it is whole its name ends in `.part`, and a
    later call goes on with that. max_bytes: it may have at most.

    Raises: DownloadFailed, FormatTooLarge, DiskFull.
    """
    if path.is_file():
        return _sha256(path)
    part = path.with_name(path.name + ".part")
    tries, course = 0, _Course()
    while True:
        before = _size(part)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _fetch(client, url, part, max_bytes, report, course)
            break
        except httpx2.TransportError as error:
            # One that begins anew each time may break off a little later each time, for ever.
            tries = 0 if course.goes_on and _size(part) > before else tries + 1
            if tries >= len(PAUSES_S) or (before == 0 and isinstance(error, httpx2.ConnectError)):
                raise DownloadFailed(url, _why(url, error)) from error
            sleep(PAUSES_S[tries])
        except httpx2.HTTPError as error:
            raise DownloadFailed(url, str(error)) from error
        except OSError as error:
            raise DiskFull(path.name, error.strerror or str(error)) from error
    part.replace(path)
    _stamp_of(part).unlink(missing_ok=True)
    return _sha256(path)


def check_hash(path: Path, actual: str, wanted: str | None, whose: str) -> None:
    """A file of another hash is removed. Raises: FormatDamaged."""
    if wanted is not None and actual != wanted:
        path.unlink(missing_ok=True)
        raise FormatDamaged(path.name, f"its sha256 is {actual}, but {whose} {wanted}; it was removed")


def check_size(path: Path, wanted: int | None) -> None:
    """A file of another size than is known of it is removed. Raises: FormatDamaged."""
    actual = path.stat().st_size
    if wanted is not None and actual != wanted:
        path.unlink(missing_ok=True)
        raise FormatDamaged(path.name, f"it has {actual} bytes, but it should have {wanted}; it was removed")


@dataclass
class _Course:
    """goes_on: whether the server last went on with what was here, or nothing was."""

    goes_on: bool = True


def _fetch(
    client: httpx2.Client, url: str, part: Path, max_bytes: int, report: Report, course: _Course
) -> None:
    """One request, from where the part ends. Raises: HTTPError, OSError, and what `download` does."""
    here, stamp = _size(part), _read_stamp(part)
    # Without its stamp it may be another file by now: then all of it is asked for.
    headers = {"Range": f"bytes={here}-", "If-Range": stamp} if here and stamp else {}
    with client.stream("GET", url, headers=headers) as answer:
        if answer.status_code == _NOT_SATISFIABLE and headers:
            if answer.headers.get("Content-Range") == f"bytes */{here}":
                return
            part.unlink(missing_ok=True)
            raise httpx2.RemoteProtocolError("the server has less of the file than came before")
        if answer.status_code in _MISSING:
            raise DownloadFailed(url, f"there is no such file there any more (HTTP {answer.status_code})")
        if answer.is_error:
            raise DownloadFailed(url, f"the server answers HTTP {answer.status_code} {answer.reason_phrase}")
        is_rest = answer.status_code == _PARTIAL
        if is_rest and not answer.headers.get("Content-Range", "").startswith(f"bytes {here}-"):
            part.unlink(missing_ok=True)
            raise httpx2.RemoteProtocolError("the server went on at another place")
        course.goes_on = is_rest or here == 0
        here = here if is_rest else 0
        length = answer.headers.get("Content-Length", "")
        total = here + int(length) if length.isdecimal() else None
        _check_room(part, total, here, max_bytes)
        _write_stamp(part, _stamp(answer.headers))
        with part.open("ab" if is_rest else "wb") as file:
            # As they come: what would be gathered into larger chunks is lost when the line breaks.
            for chunk in answer.iter_raw():
                file.write(chunk)
                here += len(chunk)
                if here > max_bytes:
                    raise FormatTooLarge(part.stem, f"it has more than {max_bytes} bytes")
                report(here, total)
        if total is not None and here < total:
            raise httpx2.ReadError(f"it ended after {here} of {total} bytes")


def _check_room(part: Path, total: int | None, here: int, max_bytes: int) -> None:
    if total is not None and total > max_bytes:
        raise FormatTooLarge(part.stem, f"it has {total} bytes, and {max_bytes} are allowed")
    needed = (total or 0) - here + _LEFT_FREE_BYTES
    if shutil.disk_usage(part.parent).free < needed:
        raise DiskFull(part.stem, f"it needs {needed} free bytes")


def _why(url: str, error: httpx2.TransportError) -> str:
    host = urlsplit(url).hostname or url
    if isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout | httpx2.ProxyError):
        return f"{host} cannot be reached ({error})"
    return f"the line to {host} broke again and again ({str(error) or type(error).__name__})"


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _stamp_of(part: Path) -> Path:
    return part.with_name(part.name + ".stamp")


def _read_stamp(part: Path) -> str:
    """What told the file's version apart; '' without one."""
    with suppress(OSError, UnicodeDecodeError):
        return _stamp_of(part).read_text(encoding="ascii")
    return ""


def _stamp(headers: httpx2.Headers) -> str:
    """What tells versions of a file apart. Weak ETags tell nothing of bytes (RFC 9110, 8.8.1)."""
    tag = headers.get("ETag", "")
    return tag if tag and not tag.startswith("W/") else headers.get("Last-Modified", "")


def _write_stamp(part: Path, stamp: str) -> None:
    _stamp_of(part).write_text(stamp.encode("ascii", "ignore").decode("ascii"), encoding="ascii")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
