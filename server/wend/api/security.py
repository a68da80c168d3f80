"""Security: who may talk to this server at all, decided before any route sees the request."""

import hmac
import ipaddress
import socket
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from wend.api import problems
from wend.api.proxy import Proxy
from wend.errors import HostNotAllowed, OriginNotAllowed, TokenRequired, WendError
from wend.settings import Settings, is_loopback

WILDCARDS = frozenset({"", "0.0.0.0", "::", "[::]", "*"})  # noqa: S104 - compared with, never bound to here
DEFAULT_PORTS = {"http": 80, "https": 443}
TOKEN_PARAMETER = "token"  # noqa: S105 - the parameter's name

_POLICY = (
    "default-src 'self'",
    # Frames and previews are blobs; the documentation viewer's style sheet has its icons as data.
    "img-src 'self' blob: data:",
    # Mantine writes its variables into style elements.
    "style-src 'self' 'unsafe-inline'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
)
HEADERS = {
    "Content-Security-Policy": "; ".join(_POLICY),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class Guard:
    """Host, token, Origin, in this order; then the security headers on every answer. What a proxy in front
    changed is undone before.

    Host: a page of another site can make its own name point here (DNS rebinding), so only names we know
    are answered. Token: once as `?token=` in the address, then as a cookie; `Authorization: Bearer` for
    scripts. Origin: a page of another site says so, and is refused, on the socket too.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.proxy = Proxy(settings)
        self.token = settings.token
        self.origins = frozenset(_origin(origin) for origin in settings.allowed_origins)
        self.hosts = _host_names(settings)
        # An address cannot be made to point elsewhere, so behind a wildcard any address is right.
        self.answers_addresses = settings.host in WILDCARDS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        scope = self.proxy.undo(scope)

        async def send_guarded(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.http.response.start"):
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        headers = Headers(scope=scope)
        try:
            self._check_host(headers)
            redirect = self._to_slash(scope) or self._check_token(scope, headers)
            self._check_origin(headers)
        except WendError as error:
            answer = problems.response(error, headers.get("accept", ""))
            await answer(scope, receive, send_guarded)
            return
        if redirect is not None:
            await redirect(scope, receive, send_guarded)
            return
        await self.app(scope, receive, send_guarded)

    def _check_host(self, headers: Headers) -> None:
        values = headers.getlist("host")
        name = _host_name(values[0]) if len(values) == 1 else ""
        if name in self.hosts or (self.answers_addresses and _is_address(name)):
            return
        raise HostNotAllowed(", ".join(values))

    def _check_origin(self, headers: Headers) -> None:
        for origin in headers.getlist("origin"):
            given = _origin(origin)
            own = _origin(f"{urlsplit(given).scheme}://{headers['host']}")
            if given == "" or (given != own and given not in self.origins):
                raise OriginNotAllowed(origin)

    def _check_token(self, scope: Scope, headers: Headers) -> RedirectResponse | None:
        """None when the request may go on; a redirect that moves the token into a cookie."""
        if self.token is None:
            return None
        cookie = cookie_name(scope)
        scheme, _, bearer = headers.get("authorization", "").partition(" ")
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        in_query = [value for name, value in query if name == TOKEN_PARAMETER]
        if scope["type"] == "http" and in_query:
            if not self._is_token(in_query[0]):
                raise TokenRequired
            rest = urlencode([(name, value) for name, value in query if name != TOKEN_PARAMETER])
            redirect = _redirect(scope["path"].rpartition("/")[2], rest)
            redirect.set_cookie(
                cookie,
                self.token,
                path=f"{scope['root_path']}/",
                httponly=True,
                samesite="strict",
                secure=scope["scheme"] == "https",
            )
            redirect.headers["Cache-Control"] = "no-store"
            return redirect
        given = cookie_parser(headers.get("cookie", "")).get(cookie, "")
        if self._is_token(given) or (scheme.lower() == "bearer" and self._is_token(bearer.strip())):
            return None
        raise TokenRequired

    def _to_slash(self, scope: Scope) -> RedirectResponse | None:
        if scope["type"] != "http" or not self.proxy.lacks_slash(scope):
            return None
        return _redirect(f"{scope['path'].rpartition('/')[2]}/", scope["query_string"].decode("latin-1"))

    def _is_token(self, given: str) -> bool:
        assert self.token is not None
        return hmac.compare_digest(given.encode("utf-8", "surrogateescape"), self.token.encode())


def _redirect(name: str, query: str) -> RedirectResponse:
    """To a neighbour of the address that was asked for: it is right under any base path, also one that only a
    proxy knows of, and names no other host."""
    place = f"./{quote(name)}"
    return RedirectResponse(f"{place}?{query}" if query else place, status_code=303)


def cookie_name(scope: Scope) -> str:
    """Cookies are shared by all ports of a host, and by all that a proxy serves under one name: two servers
    need two names."""
    server = scope.get("server")
    base = scope["root_path"].replace("/", "_")
    return f"wend_token_{server[1] if server else 0}{base}"


def _host_name(value: str) -> str:
    """Name of a Host header, lower case, without port and root dot; '' if it is none."""
    try:
        name = urlsplit(f"//{value}").hostname or ""
    except ValueError:
        return ""
    return name.rstrip(".")


def _host_names(settings: Settings) -> frozenset[str]:
    names = {"localhost", "127.0.0.1", "::1", *(_host_name(host) for host in settings.allowed_hosts)}
    if settings.host not in WILDCARDS:
        names.add(settings.host.strip("[]").lower())
    if not is_loopback(settings.host):
        names.add(socket.gethostname().lower())
    return frozenset(names - {""})


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _origin(value: str) -> str:
    """scheme://host:port with the port always written; '' for what is no web origin, such as 'null'."""
    try:
        parts = urlsplit(value)
        port = parts.port or DEFAULT_PORTS.get(parts.scheme)
    except ValueError:
        return ""
    if parts.hostname is None or port is None or parts.scheme not in DEFAULT_PORTS:
        return ""
    return f"{parts.scheme}://{parts.hostname.rstrip('.')}:{port}"
