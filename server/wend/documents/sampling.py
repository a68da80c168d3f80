"""Sampling: the picture a timeline shows at a time. `state/timeline_sampling.ts` is its twin, line by line;
both are held to the golden cases in `tests/contract/timeline`."""

from dataclasses import dataclass
from math import floor

from wend.documents.mixing import Weighted, bounded, mixed_latent, mixed_model, mixed_noise, mixed_rows
from wend.documents.picture import MAX_ALPHA, Edit, Picture
from wend.documents.sound import Sound, level_at
from wend.documents.timeline import Easing, Keyframe, Timeline


def seconds_of(timeline: Timeline) -> float:
    """How long it lasts: once from the first keyframe to the last, otherwise until it begins again."""
    stretches = [keyframe.duration for keyframe in timeline.keyframes]
    if timeline.repeat == "loop":
        return sum(stretches, 0.0)
    way = sum(stretches[:-1], 0.0)
    return 2.0 * way if timeline.repeat == "ping_pong" else way


def frame_count(timeline: Timeline, fps: float) -> int:
    """Pictures of an animation of it: its length times fps, rounded; 0 for one that lasts no time."""
    return floor(seconds_of(timeline) * fps + 0.5)


def frame_time(timeline: Timeline, frame: int, count: int) -> float:
    """Seconds at which picture `frame` of `count` is taken.

    Once: the first and the last keyframe are both among them. Repeated: the one after the last would be the
    first, so that it repeats without a stop.
    """
    gaps = count - 1 if timeline.repeat == "once" else count
    return seconds_of(timeline) * frame / max(gaps, 1)


def picture_at(timeline: Timeline, seconds: float, sound: Sound | None = None) -> Picture:
    """The picture at a time, which may lie before the start or after the end.

    At a keyframe it is that keyframe's, as it stands. Between two, numbers lie between theirs, and what
    cannot be halved - masks, cutoff, layers, locks, a model's walks - is the nearer one's. Of two models that
    the keyframes are of, or that one of them blends, the shares lie between, too; of three the nearer one's
    stay as they are. sound: what drives the timeline's `drive`; None: nothing does.
    """
    place = _place(timeline, seconds)
    picture = _between(timeline, place)
    if timeline.drive is None or sound is None:
        return picture
    return driven(timeline, picture, level_at(sound, timeline.drive.by, seconds))


# -- where on the timeline --------------------------------------------------------------------------


@dataclass(frozen=True)
class _Place:
    """The stretch from keyframe `start`, and the share of it that has passed, 0..1 before easing."""

    start: int
    share: float


def _place(timeline: Timeline, seconds: float) -> _Place:
    total, last = seconds_of(timeline), len(timeline.keyframes) - 1
    if timeline.repeat == "once" or total == 0.0:
        left = min(max(seconds, 0.0), total)
    else:
        left = seconds % total
        if timeline.repeat == "ping_pong" and left > 0.5 * total:
            left = total - left
    for index in range(last + 1 if timeline.repeat == "loop" else last):
        duration = timeline.keyframes[index].duration
        if left < duration:
            return _Place(index, left / duration)
        left -= duration
    return _Place(0 if timeline.repeat == "loop" and total > 0.0 else last, 0.0)


def eased(easing: Easing, share: float) -> float:
    """The share of the way, of the share of the time: quadratic at one end, cubic (smoothstep) at both."""
    match easing:
        case "linear":
            return share
        case "ease_in":
            return share * share
        case "ease_out":
            return share * (2.0 - share)
        case "ease_in_out":
            return share * share * (3.0 - 2.0 * share)
        case "hold":
            return 0.0


# -- between two keyframes --------------------------------------------------------------------------


def _between(timeline: Timeline, place: _Place) -> Picture:
    keyframes = timeline.keyframes
    a = keyframes[place.start]
    b = keyframes[(place.start + 1) % len(keyframes)]
    way = eased(a.easing, place.share)
    if way == 0.0 or a.picture == b.picture:
        return a.picture
    near, far = (a.picture, b.picture) if way < 0.5 else (b.picture, a.picture)
    pair: Weighted = ((a.picture, 1.0 - way), (b.picture, way))
    shares = _spline(timeline, place.start, way) if timeline.path == "spline" else pair
    psi = bounded([(picture.psi, weight) for picture, weight in shares])
    return near.model_copy(
        update={
            "model_blend": mixed_model(pair, near, far),
            "latent": mixed_latent(shares, near, timeline.path == "slerp"),
            "mix": mixed_rows(shares, near, timeline.path == "slerp"),
            "psi": psi,
            "noise_blend": mixed_noise(pair),
            "edits": _edits(timeline, shares, near, far),
        }
    )


def _spline(timeline: Timeline, start: int, way: float) -> Weighted:
    """Shares of up to four keyframes on the cubic through them; they sum to 1, the outer ones below 0.

    Hermite's cubic with the slope at a keyframe that of the line between its neighbours, over their times;
    at an end, a cut, a hold or where the model changes that of the stretch itself: another model's seeds,
    classes and walks say nothing of this one's. Equal durations give the uniform spline.
    Source: Catmull and Rom, "A class of local interpolating splines", 1974; over unequal times Kochanek and
    Bartels, "Interpolating splines with local tension, continuity, and bias control", SIGGRAPH 1984, eq. 11.
    """
    keyframes, count = timeline.keyframes, len(timeline.keyframes)
    is_loop = timeline.repeat == "loop"
    after = start + 2
    before_index = (start - 1) % count if start > 0 or is_loop else None
    after_index = after % count if after < count or is_loop else None
    ends = {keyframes[start].picture.model, keyframes[(start + 1) % count].picture.model}
    if before_index is not None and {keyframes[before_index].picture.model} != ends:
        before_index = None
    if after_index is not None and {keyframes[after_index].picture.model} != ends:
        after_index = None
    duration = keyframes[start].duration
    before = None if before_index is None else _moving(keyframes[before_index])
    next_one = _moving(keyframes[(start + 1) % count])
    u, u2, u3 = way, way * way, way * way * way
    weights = [0.0, 2.0 * u3 - 3.0 * u2 + 1.0, 3.0 * u2 - 2.0 * u3, 0.0]
    leave, arrive = u3 - 2.0 * u2 + u, u3 - u2
    if before is None:
        weights[1] -= leave
        weights[2] += leave
    else:
        slope = leave * duration / (before.duration + duration)
        weights[0] -= slope
        weights[2] += slope
    if after_index is None or next_one is None:
        weights[1] -= arrive
        weights[2] += arrive
    else:
        slope = arrive * duration / (duration + next_one.duration)
        weights[1] -= slope
        weights[3] += slope
    indices = (before_index, start, (start + 1) % count, after_index)
    return tuple(
        (keyframes[index].picture, weight)
        for index, weight in zip(indices, weights, strict=True)
        if index is not None and weight != 0.0
    )


def _moving(keyframe: Keyframe) -> Keyframe | None:
    """The keyframe, if the way from it to the next is one."""
    return None if keyframe.duration == 0.0 or keyframe.easing == "hold" else keyframe


def _edits(timeline: Timeline, shares: Weighted, near: Picture, far: Picture) -> tuple[Edit, ...]:
    """The edits of all, by the order of first appearance on the timeline; one that is missing is at 0.

    Where the model changes, the nearer one's alone: a walk of one model may be none of the other's.
    """
    own = {edit.walk for edit in near.edits}
    edits = [{edit.walk: edit for edit in picture.edits} for picture, _ in shares]
    ends = [{edit.walk: edit for edit in picture.edits} for picture in (near, far)]
    found = []
    for walk in timeline.walks:
        having = [by_walk[walk] for by_walk in (*ends, *edits) if walk in by_walk]
        if not having or (near.model != far.model and walk not in own):
            continue
        alphas = [
            (by_walk[walk].alpha if walk in by_walk else 0.0, weight)
            for by_walk, (_, weight) in zip(edits, shares, strict=True)
        ]
        is_locked = any(edit.is_locked for edit in near.edits if edit.walk == walk)
        found.append(Edit(walk=walk, alpha=bounded(alphas), layers=having[0].layers, is_locked=is_locked))
    return tuple(found)


def driven(timeline: Timeline, picture: Picture, level: float) -> Picture:
    """A picture of the timeline with the driven slider moved on by amount * level, level 0..1.

    A slider that was not there is added at the end; a picture of a model that is not driven stays as it is.
    """
    drive = timeline.drive
    if drive is None or drive.walk is None or picture.model not in timeline.driven_models:
        return picture
    shift = drive.amount * level
    if drive.walk not in {edit.walk for edit in picture.edits}:
        return picture.model_copy(update={"edits": (*picture.edits, Edit(walk=drive.walk, alpha=shift))})
    edits = tuple(
        edit.model_copy(update={"alpha": min(max(edit.alpha + shift, -MAX_ALPHA), MAX_ALPHA)})
        if edit.walk == drive.walk
        else edit
        for edit in picture.edits
    )
    return picture.model_copy(update={"edits": edits})
