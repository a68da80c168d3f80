"""Owner of what a timeline may hold."""

import pytest

from wend.documents.picture import BlendLatent, Edit, Part, Picture, SeedLatent
from wend.documents.timeline import Drive, Keyframe, Timeline


def keyframe(seed: int = 1, walks: tuple[str, ...] = ()) -> Keyframe:
    edits = tuple(Edit(walk=walk, alpha=1.0) for walk in walks)
    return Keyframe(picture=Picture(model="m", latent=SeedLatent(seed=seed), edits=edits))


def test_walks_in_order_of_first_appearance() -> None:
    drive = Drive(audio="0" * 64, walk="d/0", amount=1.0)
    keyframes = (keyframe(1, ("b/0", "a/0")), keyframe(2, ("c/0", "b/0")))
    assert Timeline(keyframes=keyframes, drive=drive).walks == ("b/0", "a/0", "c/0", "d/0")


def test_what_lies_between_is_a_picture_with_at_most_64_edits() -> None:
    half = [tuple(f"{name}/{k}" for k in range(33)) for name in "ab"]
    with pytest.raises(ValueError, match="more than 64 walks"):
        Timeline(keyframes=tuple(keyframe(1, walks) for walks in half))
    assert len(Timeline(keyframes=(keyframe(1, half[0]), keyframe(2, half[1][:31]))).walks) == 64


def test_a_keyframe_blends_few_enough_seeds() -> None:
    parts = tuple(Part(seed=seed, weight=1.0 / 9.0) for seed in range(9))
    picture = Picture(model="m", latent=BlendLatent(parts=parts))
    with pytest.raises(ValueError, match="number 2 blends more than 8"):
        Timeline(keyframes=(keyframe(), Keyframe(picture=picture)))


def test_a_keyframe_blends_gently_enough() -> None:
    parts = (Part(seed=1, weight=2.5), Part(seed=2, weight=-1.5))
    picture = Picture(model="m", latent=BlendLatent(parts=parts))
    with pytest.raises(ValueError, match="number 2 has a weight beyond 2"):
        Timeline(keyframes=(keyframe(), Keyframe(picture=picture)))


@pytest.mark.parametrize("duration", [-1.0, 601.0, float("nan"), float("inf")])
def test_a_stretch_has_a_length(duration: float) -> None:
    with pytest.raises(ValueError, match="duration"):
        Keyframe(picture=keyframe().picture, duration=duration)
