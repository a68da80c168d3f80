"""The outbox: bounded whatever happens, ordered where order matters, newest where it does not."""

import asyncio
import threading

from wend.api.outbox import CONTROL_LIMIT, Outbox, Outboxes
from wend.engine.request import (
    EngineEvent,
    MeasuredChances,
    MeasuredValue,
    OverlayResult,
    Reading,
    RenderFailure,
    RenderResult,
    Sight,
    ViewKey,
    WorkProgress,
)
from wend.protocol import messages
from wend.protocol.base import Lack, Message
from wend.protocol.messages import JobRemoved, ModelsChanged, Problem, Progress, WalksChanged

PATIENCE_S = 60.0


def frame(revision: int, view: int = 0, session: str = "s") -> RenderResult:
    return RenderResult(ViewKey(session, view), revision, "live", "jpeg", (8, 8), b"x", 1.0, 0.0)


def problem(number: int) -> Problem:
    return Problem(code="invalid_message", sentence=str(number), hint="")


def overlay(revision: int, view: int = 0) -> OverlayResult:
    return OverlayResult(ViewKey("s", view), revision, "live", "labels", (8, 8), b"x", 1.0)


def reading(revision: int, value: float = 0.5) -> Reading:
    chances = MeasuredChances("glasses", (1.0000001, 0.0), (0.5, 0.5))
    return Reading(ViewKey("s", 0), revision, (MeasuredValue("tilt", value, 0.25),), (chances,), 2.0)


async def drain(outbox: Outbox) -> list[Message | RenderResult | OverlayResult]:
    return [(await outbox.take()).content for _ in range(len(outbox))]


def test_control_keeps_its_order_and_goes_first() -> None:
    async def run() -> None:
        outbox = Outbox()
        outbox.post_outcome(ViewKey("s", 0), frame(1))
        outbox.post_keyed("work", ModelsChanged())
        for number in range(3):
            outbox.post(problem(number))
        assert await drain(outbox) == [*map(problem, range(3)), ModelsChanged(), frame(1)]

    asyncio.run(run())


def test_only_the_newest_outcome_of_a_view_waits() -> None:
    async def run() -> None:
        outbox = Outbox()
        for revision in range(1000):
            outbox.post_outcome(ViewKey("s", 0), frame(revision))
        outbox.post_outcome(ViewKey("s", 1), frame(1, view=1))
        assert len(outbox) == 2
        assert outbox.dropped == 999
        assert await drain(outbox) == [frame(999), frame(1, view=1)]

    asyncio.run(run())


def test_views_take_turns() -> None:
    async def run() -> None:
        outbox = Outbox()
        outbox.post_outcome(ViewKey("s", 0), frame(1))
        outbox.post_outcome(ViewKey("s", 1), frame(1, view=1))
        first = await outbox.take()
        outbox.post_outcome(ViewKey("s", 0), frame(2))
        assert [first.content, *await drain(outbox)] == [frame(1), frame(1, view=1), frame(2)]

    asyncio.run(run())


def test_only_the_newest_progress_of_a_work_waits() -> None:
    async def run() -> None:
        outbox = Outbox()
        for fraction in (0.1, 0.2, 0.3):
            outbox.post_keyed("w", Progress(work="w", label="l", fraction=fraction, seconds_left=None))
        (left,) = await drain(outbox)
        assert isinstance(left, Progress)
        assert left.fraction == 0.3

    asyncio.run(run())


def test_whoever_causes_control_messages_waits_for_room() -> None:
    async def run() -> None:
        outbox = Outbox()
        for number in range(CONTROL_LIMIT):
            await asyncio.wait_for(outbox.room(), PATIENCE_S)
            outbox.post(problem(number))
        waiting = asyncio.create_task(outbox.room())
        await asyncio.sleep(0.01)
        assert not waiting.done()
        await outbox.take()
        await asyncio.wait_for(waiting, PATIENCE_S)

    asyncio.run(run())


def test_take_waits_for_something() -> None:
    async def run() -> None:
        outbox = Outbox()
        taking = asyncio.create_task(outbox.take())
        await asyncio.sleep(0.01)
        assert not taking.done()
        outbox.post(ModelsChanged())
        assert (await asyncio.wait_for(taking, PATIENCE_S)).content == ModelsChanged()

    asyncio.run(run())


def test_events_of_other_threads_reach_their_own_session() -> None:
    async def run() -> None:
        outboxes = Outboxes()
        outboxes.attach(asyncio.get_running_loop())
        mine, other = outboxes.open("mine"), outboxes.open("other")
        heard: list[WorkProgress] = []
        outboxes.listen(heard.append)
        progress = WorkProgress("discover:m", "m", "label", 1.5, None, done=True, failure="no")
        events: list[EngineEvent] = [
            frame(4, session="mine"),
            RenderFailure(ViewKey("mine", 1), 5, "walk_not_found", "There is none.", "Look."),
            frame(6, session="gone"),
            progress,
        ]

        def deliver() -> None:
            for event in events:
                outboxes.post_event(event)

        thread = threading.Thread(target=deliver)
        thread.start()
        await asyncio.to_thread(thread.join)
        await asyncio.sleep(0.01)
        told = Progress(
            work="discover:m", label="label", fraction=1.0, seconds_left=None, is_done=True, failure="no"
        )
        failed = Problem(code="walk_not_found", sentence="There is none.", hint="Look.", view=1, revision=5)
        assert await drain(mine) == [told, frame(4, session="mine"), failed]
        assert await drain(other) == [told]
        assert heard == [progress]
        outboxes.close("mine")
        outboxes.broadcast(WalksChanged(model="m"))
        outboxes.broadcast(WalksChanged(model="m"))
        assert await drain(other) == [WalksChanged(model="m")]
        assert len(mine) == 0

    asyncio.run(run())


def test_of_a_job_the_newest_message_waits_and_progress_is_left_to_its_runner() -> None:
    async def run() -> None:
        outboxes = Outboxes()
        outboxes.attach(asyncio.get_running_loop())
        mine, other = outboxes.open("mine"), outboxes.open("other")
        heard: list[WorkProgress] = []
        outboxes.listen(heard.append)
        progress = WorkProgress("job:a", "m", "label", 0.5, None)

        def tell() -> None:
            outboxes.post_event(progress)
            outboxes.tell("job:a", WalksChanged(model="old"))
            outboxes.tell("job:b", WalksChanged(model="m"))
            outboxes.tell("job:a", JobRemoved(id="a"))

        await asyncio.to_thread(tell)
        await asyncio.sleep(0.01)
        assert heard == [progress]
        for outbox in (mine, other):
            assert await drain(outbox) == [JobRemoved(id="a"), WalksChanged(model="m")]
        outboxes.detach()
        outboxes.tell("job:a", JobRemoved(id="a"))
        await asyncio.sleep(0.01)
        assert len(mine) == 0

    asyncio.run(run())


def test_events_after_the_end_are_nobodys() -> None:
    outboxes = Outboxes()
    outboxes.post_event(frame(1))
    loop = asyncio.new_event_loop()
    outboxes.attach(loop)
    loop.close()
    outboxes.post_event(frame(2))
    outboxes.detach()
    outboxes.post_event(frame(3))


def test_an_expected_answer_goes_to_who_waits_for_it() -> None:
    async def run() -> None:
        outboxes = Outboxes()
        outboxes.attach(asyncio.get_running_loop())
        key = ViewKey("http-1", 0)
        answer = outboxes.expect(key)
        for _ in range(2):  # the second, after a timeout say, is nobody's
            outboxes.post_event(frame(0, session="http-1"))
        assert await asyncio.wait_for(answer, 1.0) == frame(0, session="http-1")
        outboxes.forget_answer(key)

    asyncio.run(run())


def test_maps_leave_when_no_frame_waits_and_only_the_newest() -> None:
    async def run() -> None:
        outbox = Outbox()
        for revision in range(100):
            outbox.post_map(ViewKey("s", 0), overlay(revision))
        outbox.post_outcome(ViewKey("s", 0), frame(7))
        outbox.post_outcome(ViewKey("s", 1), frame(8, view=1))
        assert await drain(outbox) == [frame(7), frame(8, view=1), overlay(99)]
        assert outbox.dropped == 99

    asyncio.run(run())


def test_of_readings_the_newest_of_a_view_is_sent_after_what_can_be_read() -> None:
    async def run() -> None:
        outboxes = Outboxes()
        outboxes.attach(asyncio.get_running_loop())
        outbox = outboxes.open("s")
        sight = Sight(
            ViewKey("s", 0), "m", "Eyes", (), (), (("skin", "#ff0000"),), ("labels",), ("No.", "Do.")
        )
        for event in (reading(1), reading(2), sight, overlay(2)):
            outboxes.post_event(event)
        await asyncio.sleep(0)
        told = await drain(outbox)
        assert isinstance(told[0], messages.Sight)
        assert told[0].labels == (messages.NamedLabel(name="skin", color="#ff0000"),)
        assert told[0].lack == Lack(sentence="No.", hint="Do.")
        assert isinstance(told[1], messages.Reading)
        assert told[1].revision == 2
        assert told[1].values == (messages.FactorValue(name="tilt", value=0.5, before=0.25),)
        assert told[1].chances[0].chances == (1.0, 0.0)
        assert told[2:] == [overlay(2)]

    asyncio.run(run())


def test_what_is_no_number_is_said_as_none() -> None:
    async def run() -> None:
        outboxes = Outboxes()
        outboxes.attach(asyncio.get_running_loop())
        outbox = outboxes.open("s")
        outboxes.post_event(reading(1, float("nan")))
        await asyncio.sleep(0)
        (told,) = await drain(outbox)
        assert isinstance(told, messages.Reading)
        assert told.values[0].value is None
        assert told.values[0].before == 0.25

    asyncio.run(run())
