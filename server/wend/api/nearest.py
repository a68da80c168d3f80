"""Nearest: samples that the engine finds for a drawing, in the words of the wire."""

from wend.engine.nearest_request import NearestReport
from wend.protocol.base import Lack
from wend.protocol.nearest import DrawnPart, NearestFound, NearSample


def nearest_message(report: NearestReport) -> NearestFound:
    """What is known of a drawing by now."""
    return NearestFound(
        view=report.key.view,
        request=report.request,
        samples=tuple(
            NearSample(seed=each.seed, match=each.match, picture=each.picture, map=each.map)
            for each in report.samples
        ),
        usual=report.usual,
        width=report.width,
        drawn_width=report.drawn_width,
        seen=report.seen,
        of=report.of,
        is_done=report.is_done,
        parts=tuple(DrawnPart(name=name, color=color) for name, color in report.parts),
        warning=_lack(report.warning),
        lack=_lack(report.lack),
    )


def _lack(told: tuple[str, str] | None) -> Lack | None:
    return None if told is None else Lack(sentence=told[0], hint=told[1])
