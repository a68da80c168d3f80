"""Owner of what a timeline shows when; the golden cases of `tests/contract` hold the rest."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wend.documents.picture import BlendLatent, Edit, Part, Picture, SeedLatent
from wend.documents.sampling import frame_count, frame_time, picture_at, seconds_of
from wend.documents.sound import Sound, level_at
from wend.documents.timeline import Keyframe, Timeline


def timeline(*durations: float, **fields: object) -> Timeline:
    """Keyframes of seeds 0, 1, 2 ... with one slider at 0, 1, 4, 9 ..."""
    keyframes = [
        {
            "picture": {
                "model": "m",
                "latent": {"seed": k},
                "psi": k / 10,
                "edits": [{"walk": "a/0", "alpha": float(k * k)}],
            },
            "duration": duration,
        }
        for k, duration in enumerate(durations)
    ]
    return Timeline.model_validate({"keyframes": keyframes, **fields})


def weights(picture: Picture) -> dict[int, float]:
    latent = picture.latent
    if isinstance(latent, SeedLatent):
        return {latent.seed: 1.0}
    assert isinstance(latent, BlendLatent)
    return {part.seed: part.weight for part in latent.parts if isinstance(part, Part)}


def test_half_way() -> None:
    picture = picture_at(timeline(2.0, 2.0), 1.0)
    assert weights(picture) == {0: 0.5, 1: 0.5}
    assert picture.psi == pytest.approx(0.05)
    assert picture.edits == (Edit(walk="a/0", alpha=0.5),)


@pytest.mark.parametrize("path", ["lerp", "slerp", "spline"])
@pytest.mark.parametrize("repeat", ["once", "loop", "ping_pong"])
def test_at_a_keyframe_it_is_that_keyframe(path: str, repeat: str) -> None:
    of = timeline(1.0, 0.5, 2.0, 1.0, path=path, repeat=repeat)
    for keyframe, seconds in zip(of.keyframes, (0.0, 1.0, 1.5, 3.5), strict=True):
        assert picture_at(of, seconds) is keyframe.picture


def test_a_spline_through_a_line_is_the_line() -> None:
    """Its slopes are those of the data over unequal times, so a steady motion stays steady."""
    keyframes = [
        Keyframe(
            picture=Picture(model="m", latent=SeedLatent(seed=1), edits=(Edit(walk="a/0", alpha=10.0 * at),)),
            duration=duration,
        )
        for at, duration in ((0.0, 1.0), (1.0, 3.0), (4.0, 0.5), (4.5, 1.0))
    ]
    of = Timeline(keyframes=tuple(keyframes), path="spline")
    for seconds in (0.3, 1.7, 2.9, 4.2):
        assert picture_at(of, seconds).edits[0].alpha == pytest.approx(10.0 * seconds)


@settings(max_examples=200, deadline=None)
@given(
    durations=st.lists(st.floats(0.0, 5.0), min_size=1, max_size=6),
    repeat=st.sampled_from(["once", "loop", "ping_pong"]),
    path=st.sampled_from(["lerp", "slerp", "spline"]),
    seconds=st.floats(-20.0, 50.0),
)
def test_whatever_it_shows_is_a_picture(
    durations: list[float], repeat: str, path: str, seconds: float
) -> None:
    picture = picture_at(timeline(*durations, repeat=repeat, path=path), seconds)
    # The whole of it again through the schema: model_copy checks nothing.
    assert Picture.model_validate_json(picture.model_dump_json()) == picture
    last = len(durations) - 1
    assert 0.0 <= picture.edits[0].alpha <= last * last
    assert sum(weights(picture).values()) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("repeat", "seconds", "count", "times"),
    [
        ("once", 3.0, 90, (0.0, 3.0)),
        ("loop", 4.0, 120, (0.0, 4.0 - 1 / 30)),
        ("ping_pong", 6.0, 180, (0.0, 6.0 - 1 / 30)),
    ],
)
def test_frames_are_counted_exactly(
    repeat: str, seconds: float, count: int, times: tuple[float, float]
) -> None:
    of = timeline(1.0, 2.0, 1.0, repeat=repeat)
    assert seconds_of(of) == seconds
    assert frame_count(of, 30.0) == count
    ends = (frame_time(of, 0, count), frame_time(of, count - 1, count))
    assert ends == pytest.approx(times)


def test_one_that_lasts_no_time_has_no_frames() -> None:
    assert frame_count(timeline(3.0), 30.0) == 0
    assert frame_count(timeline(0.0, 0.0, repeat="loop"), 60.0) == 0


def test_the_path_is_kept_with_the_latent() -> None:
    latents = {
        path: picture_at(timeline(1.0, 1.0, path=path), 0.5).latent for path in ("lerp", "slerp", "spline")
    }
    assert all(isinstance(latent, BlendLatent) for latent in latents.values())
    assert {path: latent.path for path, latent in latents.items() if isinstance(latent, BlendLatent)} == {
        "lerp": "lerp", "slerp": "slerp", "spline": "lerp",
    }  # fmt: skip


def test_a_beat_dies_away() -> None:
    sound = Sound(id="0" * 64, seconds=2.0, tempo=60.0, beats=(0.5, 1.5), loudness=())
    assert [level_at(sound, "beats", at) for at in (0.0, 0.5, 0.75, 1.0, 1.5)] == [0.0, 1.0, 0.25, 0.0, 1.0]
    assert level_at(sound, "loudness", 0.0) == 0.0
