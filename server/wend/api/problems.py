"""Problems: the error tree as RFC 9457 documents over HTTP and as `error` messages on the socket."""

import html
import logging
from collections.abc import Mapping

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, Response
from pydantic import ValidationError
from starlette.exceptions import HTTPException

from wend import errors
from wend.errors import InvalidMessage, MethodNotAllowed, NotFound, WendError
from wend.protocol.messages import Problem
from wend.protocol.resources import ProblemDocument

_log = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"

STATUS: dict[type[WendError], int] = {
    errors.WendError: 500,
    errors.InvalidInput: 422,
    errors.InvalidMessage: 422,
    errors.InvalidPicture: 422,
    errors.InvalidFactor: 422,
    errors.FactorOutOfReach: 422,
    errors.WalkNotFactor: 422,
    errors.FactorsConflict: 422,
    errors.DistributionInvalid: 422,
    errors.InvalidVariant: 422,
    errors.InvalidShape: 422,
    errors.InvalidSetting: 422,
    errors.MessageTooLarge: 413,
    errors.EncoderMissing: 422,
    errors.GeneratorWhole: 422,
    errors.BlendUnfit: 422,
    errors.CodeBehindMapping: 422,
    errors.NoMappingNetwork: 422,
    errors.NoDiscriminator: 422,
    errors.SketchUnusable: 422,
    errors.WalkNotLinear: 422,
    errors.BodyTooSlow: 408,
    errors.UploadOffsetWrong: 409,
    errors.UploadsFull: 429,
    errors.DatasetInvalid: 422,
    errors.InvalidParams: 422,
    errors.RegionUnusable: 422,
    errors.ModelIdInvalid: 422,
    errors.JobStateInvalid: 409,
    errors.JobElsewhere: 409,
    errors.ModelChanged: 409,
    errors.DocumentChanged: 409,
    errors.DocumentsFull: 429,
    errors.QueueFull: 429,
    errors.WalkInvalid: 422,
    errors.ImageInvalid: 422,
    errors.SketchEmpty: 422,
    errors.SketchFull: 422,
    errors.SketchIsPhoto: 422,
    errors.SketchesTooMany: 422,
    errors.DrawingsInvalid: 422,
    errors.SketchSetChanged: 409,
    errors.SketchSetInvalid: 422,
    errors.SoundInvalid: 422,
    errors.NotFound: 404,
    errors.ModelNotFound: 404,
    errors.PerceptionNotFound: 404,
    errors.WalkNotFound: 404,
    errors.WorldNotFound: 404,
    errors.AssetNotFound: 404,
    errors.ImageNotFound: 404,
    errors.SoundNotFound: 404,
    errors.SketchSetNotFound: 404,
    errors.PictureSetNotFound: 404,
    errors.JobNotFound: 404,
    errors.DocumentNotFound: 404,
    errors.SnapshotNotFound: 404,
    errors.UploadNotFound: 404,
    errors.FactorNotFound: 404,
    errors.CheckpointUnknown: 404,
    errors.CodeNotFound: 404,
    errors.RecipeNotFound: 404,
    errors.Refused: 403,
    errors.HostNotAllowed: 403,
    errors.OriginNotAllowed: 403,
    errors.TokenRequired: 401,
    errors.MethodNotAllowed: 405,
    errors.SchemaMismatch: 409,
    errors.WalkShipped: 409,
    errors.ModelShipped: 409,
    errors.FileInvalid: 500,
    errors.CardInvalid: 500,
    errors.WeightsInvalid: 500,
    errors.StoredImageInvalid: 500,
    errors.StoredSketchesInvalid: 500,
    errors.CheckpointInvalid: 500,
    errors.DatabaseInvalid: 500,
    errors.DatabaseTooNew: 500,
    errors.FormatRefused: 422,
    errors.FormatUnsafe: 422,
    errors.FormatAmbiguous: 422,
    errors.FormatSpaceUnknown: 422,
    errors.FormatAxisUnknown: 422,
    errors.FormatDamaged: 422,
    errors.FormatReaderDied: 500,
    errors.FormatTooLarge: 413,
    errors.FormatUnknown: 422,
    errors.FormatUnsupported: 422,
    errors.StorageError: 500,
    errors.DiskFull: 507,
    errors.CodesFull: 507,
    errors.DatabaseBusy: 503,
    errors.DownloadFailed: 502,
    errors.EngineError: 500,
    errors.OutOfMemory: 503,
    errors.EngineRestarting: 503,
    errors.RenderFailed: 500,
    errors.RenderTimeout: 504,
    errors.JobProcessDied: 500,
    errors.Diverged: 500,
}
"""Every class, so that a new one is a decision and not an accident; a test compares with the tree."""

_TITLES: dict[int, str] = {
    401: "Token required",
    403: "Refused",
    404: "Not found",
    405: "Method not allowed",
    408: "Too slow",
    409: "Not as things stand",
    413: "Too large",
    422: "Cannot be used",
    429: "Too many",
    500: "Failed",
    502: "Another server failed",
    503: "Not now",
    504: "Too late",
    507: "No space left",
}


def by_code(code: str) -> type[WendError]:
    """The class of a stable code; the base for one this version does not know."""
    return _BY_CODE.get(code, WendError)


_BY_CODE: Mapping[str, type[WendError]] = {cls.code: cls for cls in STATUS}


def document(error: WendError) -> ProblemDocument:
    """The problem document of an error."""
    return _document(type(error), error.sentence, error.hint, error.values)


def _document(
    cls: type[WendError], sentence: str, hint: str, values: Mapping[str, str | float | None]
) -> ProblemDocument:
    status = STATUS[cls]
    return ProblemDocument(
        type=f"urn:wend:problem:{cls.code}",
        title=_TITLES[status],
        status=status,
        detail=sentence,
        code=cls.code,
        hint=hint,
        values=dict(values),
    )


def message(error: WendError, view: int | None = None, revision: int | None = None) -> Problem:
    """The `error` message of an error, with the view and revision it belongs to."""
    return Problem(code=error.code, sentence=error.sentence, hint=error.hint, view=view, revision=revision)


def response(error: WendError, accept: str = "") -> Response:
    """The answer to a request that failed: a document, or a plain page for a browser's address bar."""
    return _respond(document(error), accept)


def failure_response(code: str, sentence: str, hint: str) -> Response:
    """The answer to a render that the engine reported as failed."""
    return _respond(_document(by_code(code), sentence, hint, {}), "")


def _respond(problem: ProblemDocument, accept: str) -> Response:
    headers = {"Cache-Control": "no-store"}
    if problem.status == STATUS[errors.TokenRequired]:
        headers["WWW-Authenticate"] = "Bearer"
    if problem.status == STATUS[errors.EngineRestarting]:
        headers["Retry-After"] = "1"
    if accept.startswith("text/html"):
        return HTMLResponse(page(problem.detail, problem.hint), status_code=problem.status, headers=headers)
    return JSONResponse(
        problem.model_dump(mode="json"), status_code=problem.status, headers=headers, media_type=CONTENT_TYPE
    )


def page(sentence: str, hint: str) -> str:
    """A sentence and a hint as a page, for people who asked with a browser."""
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Wend</title>'
        '<body style="font: 16px/1.5 system-ui; max-width: 40em; margin: 20vh auto; padding: 0 1em">'
        f"<p><strong>{html.escape(sentence)}</strong></p><p>{html.escape(hint)}</p></body></html>\n"
    )


def invalid_message(error: ValidationError | RequestValidationError) -> InvalidMessage:
    """The first thing that is wrong, in words, and where."""
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    return InvalidMessage(str(first["msg"]).rstrip("."), where)


def install(app: FastAPI, headers: Mapping[str, str]) -> None:
    """Every failure of a route leaves as a problem document.

    headers: for the answer to a bug, which leaves outside of all middleware.
    """

    def on_wend_error(request: Request, error: Exception) -> Response:
        assert isinstance(error, WendError)
        if STATUS[type(error)] >= STATUS[WendError]:
            _log.warning("%s %s: %s", request.method, request.url.path, error)
        return response(error)

    def on_validation(_request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return response(invalid_message(error))

    def on_http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        path = request.url.path
        if error.status_code == STATUS[MethodNotAllowed]:
            answer = response(MethodNotAllowed(request.method, path))
            answer.headers.update(error.headers or {})
            return answer
        if error.status_code == STATUS[NotFound]:
            return response(NotFound(f"There is nothing at {path}.", path=path))
        return response(InvalidMessage(str(error.detail)))

    def on_bug(_request: Request, _error: Exception) -> Response:
        answer = response(WendError("Something broke inside the server."))
        answer.headers.update(headers)
        return answer

    app.add_exception_handler(WendError, on_wend_error)
    app.add_exception_handler(RequestValidationError, on_validation)
    app.add_exception_handler(HTTPException, on_http)
    app.add_exception_handler(Exception, on_bug)
