"""Proxy: what a proxy in front changes of a request, undone before anything else looks at it.

A base path is a setting (`root_path`): a proxy may strip it or leave it, both are understood. What a request
was before the proxy passed it on - https, the name in the address - is read from X-Forwarded-Proto and
X-Forwarded-Host, and only where the connection comes from an address that the settings trust
(`trusted_proxies`): anybody can write such headers. X-Forwarded-For is not read; nothing here asks who calls.
"""

import ipaddress

from starlette.datastructures import Headers
from starlette.types import Scope

from wend.settings import Settings

_SCHEMES = {
    "http": {"http": "http", "https": "https"},
    "websocket": {"http": "ws", "https": "wss", "ws": "ws", "wss": "wss"},
}


class Proxy:
    """Requests as they were before a proxy passed them on."""

    def __init__(self, settings: Settings) -> None:
        self.base = settings.root_path
        self.trusted = tuple(ipaddress.ip_network(each, strict=False) for each in settings.trusted_proxies)

    def undo(self, scope: Scope) -> Scope:
        """The scope of an http or websocket connection as its sender meant it; `scope` itself stays.

        Under the base path `root_path` is that path and `path` begins with it, as ASGI has it.
        """
        is_trusted = self._is_trusted(scope)
        scope = self._under_base(scope, is_trusted)
        return self._before_forwarding(scope) if is_trusted else scope

    def lacks_slash(self, scope: Scope) -> bool:
        """Whether this is the base path alone, from where the page's relative addresses lead elsewhere."""
        return self.base != "" and scope["path"] == self.base

    def _is_trusted(self, scope: Scope) -> bool:
        client = scope.get("client")
        if not self.trusted or client is None:
            return False
        try:
            address = ipaddress.ip_address(client[0])
        except ValueError:  # a socket of the file system has no address
            return False
        if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        return any(address in network for network in self.trusted)

    def _under_base(self, scope: Scope, is_trusted: bool) -> Scope:
        path: str = scope["path"]
        has_base = path == self.base or path.startswith(f"{self.base}/")
        if self.base == "" or not (has_base or is_trusted):
            return scope
        changed = {**scope, "root_path": self.base}
        if not has_base:
            changed["path"] = self.base + path
            changed["raw_path"] = self.base.encode() + scope.get("raw_path", path.encode())
        return changed

    def _before_forwarding(self, scope: Scope) -> Scope:
        headers = Headers(scope=scope)
        changed = dict(scope)
        scheme = _last(headers, "x-forwarded-proto").lower()
        changed["scheme"] = _SCHEMES[scope["type"]].get(scheme, scope["scheme"])
        host = _last(headers, "x-forwarded-host")
        if host:
            others = [(name, value) for name, value in scope["headers"] if name != b"host"]
            changed["headers"] = [(b"host", host.encode("latin-1")), *others]
        return changed


def _last(headers: Headers, name: str) -> str:
    """What the nearest proxy wrote: those before it may have been written by anybody."""
    values = headers.getlist(name)
    return values[-1].rpartition(",")[2].strip() if values else ""
