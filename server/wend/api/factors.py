"""Factors: POST /api/factors/set, factors of a picture put at values by the engine."""

import asyncio
import itertools

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from pydantic import ValidationError

from wend.api import problems
from wend.api.engine_port import EnginePort
from wend.api.outbox import Outboxes
from wend.engine.request import SetReport, SetRequest, ViewKey
from wend.errors import RenderTimeout
from wend.methods.setting.picture import SetFactors
from wend.protocol.factors import FactorNote, FactorSetAnswer, FactorSetBody
from wend.protocol.schema import REF_TEMPLATE

MAX_AT_ONCE = 4
"""Scripts that ask for more wait here, as in `api/render`."""


class FactorSets:
    """Questions for factors to be set, which the engine answers in slices between renders."""

    def __init__(self, outboxes: Outboxes, engine: EnginePort, timeout_s: float) -> None:
        self._outboxes = outboxes
        self._engine = engine
        self._timeout_s = timeout_s
        self._turns = asyncio.Semaphore(MAX_AT_ONCE)
        self._numbers = itertools.count()

    async def set(self, body: FactorSetBody) -> SetReport:
        """One answer, without blocking the loop. Raises: RenderTimeout."""
        key = ViewKey(f"set-{next(self._numbers)}", 0)
        try:
            async with asyncio.timeout(self._timeout_s), self._turns:
                answer = self._outboxes.expect_report(key)
                targets = tuple((target.walk, target.value) for target in body.targets)
                self._engine.ask(SetRequest(key, body.picture, targets, body.loop))
                return await answer
        except TimeoutError as error:
            raise RenderTimeout(self._timeout_s) from error
        finally:
            self._outboxes.forget_answer(key)
            self._engine.forget(key.session)


def parse_body(data: bytes) -> FactorSetBody:
    """Read a body as strictly as a socket message. Raises: InvalidMessage."""
    try:
        return FactorSetBody.model_validate_json(data, strict=True)
    except ValidationError as error:
        raise problems.invalid_message(error) from error


def answer_of(found: SetFactors) -> FactorSetAnswer:
    """What was found, in the words of the wire."""
    return FactorSetAnswer(
        edits=found.edits,
        predicted=found.predicted,
        measured=found.measured,
        before=found.before,
        rounds=found.rounds,
        is_closed=found.is_closed,
        notes=tuple(
            FactorNote(code=note.code, sentence=note.sentence, walk=note.walk) for note in found.notes
        ),
    )


def routes(sets: FactorSets) -> APIRouter:
    """POST /api/factors/set."""
    router = APIRouter(prefix="/api/factors", tags=["factors"])
    schema = {"$ref": REF_TEMPLATE.format(model=FactorSetBody.__name__)}

    @router.post(
        "/set",
        summary="Put factors of a picture at values: its edits that do so, and what is seen then",
        response_model=FactorSetAnswer,
        openapi_extra={
            "requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}
        },
    )
    async def set_factors(request: Request) -> Response:
        report = await sets.set(parse_body(await request.body()))
        if report.found is None:
            assert report.failure is not None, "a report has one of both"
            return problems.failure_response(*report.failure)
        answer = answer_of(report.found).model_dump(mode="json")
        return JSONResponse(answer, headers={"Cache-Control": "no-store"})

    return router
