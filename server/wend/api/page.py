"""Page: the built page and its assets, from one folder."""

from pathlib import Path

from anyio import to_thread
from fastapi import FastAPI
from fastapi.responses import FileResponse, HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from wend.api import problems

INDEX = "index.html"
HASHED_ASSETS = "assets/"
"""Files in it carry a hash of their content in their name."""


class PageFiles(StaticFiles):
    """Files of the page; those with a hash in their name never change, all others are asked for anew."""

    async def check_config(self) -> None:
        """A folder that is not there is a page not built yet: its files are not found, until they are."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        is_immutable = path.startswith(HASHED_ASSETS) and response.status_code in (200, 206)
        response.headers["Cache-Control"] = (
            "public, max-age=31536000, immutable" if is_immutable else "no-cache"
        )
        return response


def install(app: FastAPI, folder: Path) -> None:
    """GET /, and as a file of the page everything that is no route."""

    @app.get("/", include_in_schema=False)
    async def read_page() -> Response:
        index = folder / INDEX
        if not await to_thread.run_sync(index.is_file):
            text = problems.page(
                "The server runs, but its page is not built.",
                "`make build` builds it, `make run` builds and serves it. The routes are at /docs.",
            )
            return HTMLResponse(text, status_code=503)
        return FileResponse(index, headers={"Cache-Control": "no-cache"})

    files = PageFiles(directory=folder, check_dir=False)
    not_found = app.router.default

    async def answer_the_rest(scope: Scope, receive: Receive, send: Send) -> None:
        await (files if scope["type"] == "http" else not_found)(scope, receive, send)

    # Mounted at / it would hide that a route exists but answers another method.
    app.router.default = answer_the_rest
