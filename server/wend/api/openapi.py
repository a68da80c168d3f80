"""OpenAPI: the one document of routes and socket, GET /openapi.json, and GET /docs to read it."""

import functools

from anyio import to_thread
from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse, JSONResponse, Response
from pydantic import JsonValue

from wend.protocol import schema

PROBLEM: dict[str, JsonValue] = {
    "description": "A problem document (RFC 9457)",
    "content": {
        "application/problem+json": {"schema": {"$ref": schema.REF_TEMPLATE.format(model="ProblemDocument")}}
    },
}
"""The answer of every route when it fails."""

# Its addresses are relative: the server may stand under a base path.
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Wend: HTTP and socket</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="vendor/swagger-ui.css">
</head>
<body>
<div id="docs">The viewer is part of the built page, and the page is not built; the document is at
<a href="openapi.json">openapi.json</a>.</div>
<script src="vendor/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
"""
# A file of its own: the content security policy allows no script inside a page.
_START = """if (window.SwaggerUIBundle) {
  SwaggerUIBundle({ url: "openapi.json", dom_id: "#docs", deepLinking: true, validatorUrl: null });
}
"""


def describe(app: FastAPI) -> dict[str, JsonValue]:
    """The app's routes with every schema of the wire; names mean the same in both."""
    found = get_openapi(title="Wend", version="", routes=app.routes, separate_input_output_schemas=False)
    paths: dict[str, JsonValue] = found["paths"]
    for path in paths.values():
        assert isinstance(path, dict)
        for operation in path.values():
            assert isinstance(operation, dict)
            responses = operation["responses"]
            assert isinstance(responses, dict)
            responses.pop("422", None)  # FastAPI's own form of it, which never leaves this server
            responses["default"] = dict(PROBLEM)
    return schema.document(paths)


def routes(app: FastAPI) -> APIRouter:
    """GET /openapi.json, /docs, /docs/start.js."""
    router = APIRouter(include_in_schema=False)

    @functools.cache
    def document() -> bytes:
        # Building it takes tenths of a second; an app's routes do not change once it serves.
        return bytes(JSONResponse(describe(app)).body)

    @router.get("/openapi.json")
    async def read_document() -> Response:
        return Response(await to_thread.run_sync(document), media_type="application/json")

    @router.get("/docs")
    async def read_docs() -> HTMLResponse:
        return HTMLResponse(_PAGE)

    @router.get("/docs/start.js")
    async def read_start() -> Response:
        return Response(_START, media_type="text/javascript")

    return router
