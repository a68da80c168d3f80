"""Walks: in the unit people count, and news of them when a family lands or a search ends, not more often."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from tests.engine.library import build_library
from wend.api.outbox import Outboxes
from wend.api.walks import LOOK_INTERVAL_S, WalkNews, list_walks, summarize
from wend.engine.request import WorkProgress
from wend.protocol.messages import Progress, WalksChanged

FAMILIES = ("test", "more")


def report(
    fraction: float, work: str = "discover:tiny", done: bool = False, failure: str | None = None
) -> WorkProgress:
    return WorkProgress(work, "tiny", "Measuring", fraction, None, done=done, failure=failure)


def test_walks_are_announced_as_they_land(tmp_path: Path) -> None:
    store, shelf = build_library(tmp_path)

    async def run() -> None:
        outboxes = Outboxes()
        outboxes.attach(asyncio.get_running_loop())
        WalkNews(outboxes, shelf, FAMILIES)
        outbox = outboxes.open("s")

        async def told(progress: WorkProgress) -> bool:
            outboxes.post_event(progress)
            await asyncio.sleep(0.1)
            messages = [(await outbox.take()).content for _ in range(len(outbox))]
            assert isinstance(messages[0], Progress)
            return WalksChanged(model="tiny") in messages

        assert not await told(report(0.1))
        shelf.save(store.get("tiny").card.hash, "more", ())
        assert not await told(report(0.5)), "the shelf was looked at again at once"
        await asyncio.sleep(LOOK_INTERVAL_S)
        assert not await told(report(0.5, work="train:tiny"))
        assert await told(report(0.6))
        await asyncio.sleep(LOOK_INTERVAL_S)
        assert not await told(report(0.7))
        # A page that hears of walks looks for them, and asks again where they are not complete.
        assert not await told(report(0.5, done=True, failure="The device was lost."))
        assert await told(report(1.0, done=True))

    assert not list_walks(shelf, FAMILIES, "tiny").is_complete
    asyncio.run(run())
    walks = list_walks(shelf, FAMILIES, "tiny")
    assert walks.is_complete
    assert [walk.id for walk in walks.walks] == ["test/0", "test/1"]


def test_a_walk_along_a_factor_is_counted_in_its_unit(tmp_path: Path) -> None:
    _, shelf = build_library(tmp_path)
    plain = shelf.walks("tiny")[0]
    known = replace(plain, settings={"factor": "x", "factor_unit": "of width", "per_sd": 0.07})
    discrete = replace(plain, settings={"factor": "hat", "factor_unit": "choice", "per_sd": 0.0})
    shown = [(w.unit, w.shown_unit, w.shown_per_alpha) for w in map(summarize, (plain, known, discrete))]
    assert shown[0] == shown[2] == ("sd", "sd", 1.0)
    assert shown[1][:2] == ("sd", "of width")
    assert shown[1][2] == pytest.approx(0.07)
