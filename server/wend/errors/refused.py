"""Not allowed from here."""

from wend.errors.base import WendError


class Refused(WendError):
    """Not allowed from here."""

    code = "refused"
    hint = "See the settings for hosts, origins and the token."


class HostNotAllowed(Refused):
    """The Host header names a host this server does not answer for (DNS rebinding guard)."""

    code = "host_not_allowed"
    hint = "Open the URL printed at start, or add the host with --allow-host."

    def __init__(self, host: str) -> None:
        super().__init__(f"This server does not answer for the host {host!r}.", host=host)


class OriginNotAllowed(Refused):
    """A page of another site tried to connect."""

    code = "origin_not_allowed"
    hint = "Open the URL printed at start, or add the origin with --allow-origin."

    def __init__(self, origin: str) -> None:
        super().__init__(f"Pages of {origin!r} may not use this server.", origin=origin)


class TokenRequired(Refused):
    """A non-loopback server was asked without its token."""

    code = "token_required"
    hint = "Open the URL with ?token=... that the server printed at start."

    def __init__(self) -> None:
        super().__init__("This server asks for its token.")


class MethodNotAllowed(Refused):
    """A route asked in a way it does not answer."""

    code = "method_not_allowed"
    hint = "The routes and their methods are at /docs."

    def __init__(self, method: str, path: str) -> None:
        super().__init__(f"{path} does not answer {method}.", method=method, path=path)


class ModelShipped(Refused):
    """A model that came with the program cannot be deleted."""

    code = "model_shipped"
    hint = "Only models in data/models are yours to delete."

    def __init__(self, model: str) -> None:
        super().__init__(f"The model {model!r} came with Wend and stays.", model=model)


class WalkShipped(Refused):
    """A walk that came with its model cannot be deleted."""

    code = "walk_shipped"
    hint = "Hide it instead: PATCH /api/walks/{id} with hidden = true."

    def __init__(self, walk: str) -> None:
        super().__init__(f"The walk {walk!r} came with its model and stays.", walk=walk)


class SchemaMismatch(Refused):
    """The page is of another version than the server."""

    code = "schema_mismatch"
    hint = "Reload the page."

    def __init__(self, expected: str) -> None:
        super().__init__("This page is of another version than the server.", expected=expected)
