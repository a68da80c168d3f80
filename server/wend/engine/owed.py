"""Owed: what an engine in another process was asked for and has not answered yet."""

from wend.engine.nearest_request import NearestReport, NearestRequest
from wend.engine.request import (
    EngineEvent,
    Question,
    RegionReport,
    RegionRequest,
    RenderFailure,
    RenderRequest,
    RenderResult,
    SetReport,
    ViewKey,
    WorkProgress,
)
from wend.engine.running import WAITING
from wend.engine.view_key import SearchKey


class Owed:
    """Pictures, answers and works, each until the answer that settles it. Not thread-safe."""

    def __init__(self) -> None:
        self._renders: dict[ViewKey, RenderRequest] = {}
        self._questions: dict[SearchKey, Question] = {}
        self._works: dict[str, WorkProgress] = {}  # the last report on each

    def render(self, request: RenderRequest) -> None:
        self._renders[request.key] = request

    def ask(self, question: Question) -> None:
        self._questions[question.search] = question

    def stop(self, search: SearchKey) -> None:
        self._questions.pop(search, None)

    def work(self, name: str, model_id: str) -> None:
        self._works.setdefault(name, WorkProgress(name, model_id, WAITING, 0.0, None))

    def has_work(self, name: str) -> bool:
        return name in self._works

    def forget(self, session: str) -> None:
        """What a connection wanted that has closed; works are wanted by nobody in particular."""
        for key in [key for key in self._renders if key.session == session]:
            del self._renders[key]
        for search in [each for each in self._questions if each.view.session == session]:
            del self._questions[search]

    def hear(self, event: EngineEvent | None) -> None:
        """An answer has come."""
        match event:
            case RenderResult() | RenderFailure() as answer:
                owed = self._renders.get(answer.key)
                if owed is not None and _is_answered(owed, answer):
                    del self._renders[answer.key]
            case RegionReport(key=key, request=number, is_done=True):
                self._answered(SearchKey(key, "region"), number)
            case NearestReport(key=key, request=number, is_done=True):
                self._answered(SearchKey(key, "samples"), number)
            case SetReport(key=key):
                self._questions.pop(SearchKey(key, "factors"), None)
            case WorkProgress(work=work, done=True):
                self._works.pop(work, None)
            case WorkProgress(work=work) as progress:
                self._works[work] = progress
            case _:
                pass

    def take(self) -> tuple[list[RenderRequest], list[Question], list[WorkProgress]]:
        """All of it, which from now on is owed no more."""
        renders, questions, works = self._renders, self._questions, self._works
        self._renders, self._questions, self._works = {}, {}, {}
        return [*renders.values()], [*questions.values()], [*works.values()]

    def _answered(self, search: SearchKey, number: int) -> None:
        asked = self._questions.get(search)
        if isinstance(asked, RegionRequest | NearestRequest) and asked.request == number:
            del self._questions[search]


def _is_answered(request: RenderRequest, answer: RenderResult | RenderFailure) -> bool:
    """Of a final picture that is still to be worked out the live one comes first, which is not its answer."""
    if answer.revision != request.revision:
        return False
    return isinstance(answer, RenderFailure) or answer.quality == request.quality
