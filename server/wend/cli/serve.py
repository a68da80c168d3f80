"""`wend serve`: the server, until Ctrl-C."""

import logging
import math
import os
import socket
import webbrowser
from pathlib import Path
from typing import Annotated

import typer

from wend.errors import InvalidSetting
from wend.settings import Settings

BACKLOG = 128


def serve(
    host: Annotated[
        str | None, typer.Option(help="address to listen on [default: 127.0.0.1] (WEND_HOST)")
    ] = None,
    port: Annotated[int | None, typer.Option(help="0 takes any free one [default: 8000] (WEND_PORT)")] = None,
    token: Annotated[
        str | None, typer.Option(help="ask for this token, also on this machine (WEND_TOKEN)")
    ] = None,
    allow_host: Annotated[
        list[str] | None, typer.Option(help="one more name to answer for (WEND_ALLOWED_HOSTS, with commas)")
    ] = None,
    allow_origin: Annotated[
        list[str] | None,
        typer.Option(help="one more site that may connect (WEND_ALLOWED_ORIGINS, with commas)"),
    ] = None,
    root_path: Annotated[
        str | None, typer.Option(help="base path behind a proxy, such as /wend (WEND_ROOT_PATH)")
    ] = None,
    trust_proxy: Annotated[
        list[str] | None,
        typer.Option(
            help="address or network of a proxy whose X-Forwarded headers are believed "
            "(WEND_TRUSTED_PROXIES, with commas)"
        ),
    ] = None,
    data: Annotated[
        Path | None, typer.Option(help="folder of your models and walks [default: data] (WEND_DATA_DIR)")
    ] = None,
    models: Annotated[Path | None, typer.Option(help="folder of shipped models (WEND_MODELS_DIR)")] = None,
    model: Annotated[str | None, typer.Option(help="model a new picture is of (WEND_DEFAULT_MODEL)")] = None,
    device: Annotated[
        str | None, typer.Option(help="cpu, cuda, cuda:1, ...; default: a GPU if any (WEND_DEVICE)")
    ] = None,
    threads: Annotated[int | None, typer.Option(help="of one operation on the CPU (WEND_THREADS)")] = None,
    memory: Annotated[
        float | None, typer.Option(help="GiB the engine may fill on its device (WEND_MEMORY_BYTES, in bytes)")
    ] = None,
    open_browser: Annotated[bool, typer.Option("--open", help="open the page in a browser")] = False,
) -> None:
    """Serve the page and everything behind it.

    Every option can also be set in the environment, by the name in parentheses; an option wins.
    """
    options = {
        "host": host,
        "port": port,
        "token": token,
        "allowed_hosts": tuple(allow_host or ()),
        "allowed_origins": tuple(allow_origin or ()),
        "root_path": root_path,
        "trusted_proxies": tuple(trust_proxy or ()),
        "data_dir": data,
        "models_dir": models,
        "default_model": model,
        "device": device,
        "threads": threads,
        "memory_bytes": None if memory is None else in_bytes(memory),
    }
    settings = Settings.load(os.environ, options)
    listener = listen(settings)
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    # It tells of every part it loads; what a user should know is in our errors.
    logging.getLogger("alembic").setLevel(logging.WARNING)
    from wend.api.server import run
    from wend.app import create_app

    def announce() -> None:
        for url in urls(settings, listener.getsockname()[1]):
            print(f"Wend serves at {url}", flush=True)
            if open_browser:
                webbrowser.open(url)
        print("Ctrl-C stops it.", flush=True)

    run(create_app(settings), listener, announce)


def in_bytes(memory: float) -> int:
    """GiB as bytes. Raises: InvalidSetting."""
    size_bytes = memory * 2**30
    if not (size_bytes > 0.0 and math.isfinite(size_bytes)):
        raise InvalidSetting("memory", f"{memory:g} is no amount of GiB")
    return int(size_bytes)


def listen(settings: Settings) -> socket.socket:
    """The listening socket, taken before anything slow is loaded. Raises: InvalidSetting."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(
            settings.host.strip("[]"), settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind)
    except (OSError, ValueError) as error:
        # ValueError: a name that no look-up takes, such as one with a part of more than 63 letters.
        raise InvalidSetting("host", f"{settings.host} is no address of this machine ({error})") from error
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        why = error.strerror or str(error)
        raise InvalidSetting(
            "port",
            f"{settings.host}:{settings.port} cannot be listened on ({why}); --port 0 takes any free one",
        ) from error
    return listener


def urls(settings: Settings, port: int) -> list[str]:
    """Addresses to open, the token with them when one is asked for."""
    query = "" if settings.token is None else f"?token={settings.token}"
    host = settings.host.strip("[]")
    names = [host]
    if host in ("0.0.0.0", "::"):  # noqa: S104 - compared with
        names = ["127.0.0.1", socket.gethostname()]
    place = f":{port}{settings.root_path}/{query}"
    return [f"http://{f'[{name}]' if ':' in name else name}{place}" for name in names]
