"""The picture's masks: named regions by hash, harmless to pictures from before there were any."""

import json

import pytest
from pydantic import ValidationError

from wend.documents.document import parse_document, parse_picture
from wend.documents.picture import MAX_MASKS, Mask, Picture, SeedLatent
from wend.errors import InvalidMessage

HASH = "0123456789abcdef" * 4
OLD = {"model": "tiny", "latent": {"kind": "seed", "seed": 7}, "edits": []}


def picture(*masks: Mask) -> Picture:
    return Picture(model="tiny", latent=SeedLatent(seed=7), masks=masks)


def test_a_picture_from_before_masks_has_none() -> None:
    assert parse_picture(json.dumps(OLD)) == picture()
    assert parse_document(json.dumps({"version": 1, "picture": OLD})).picture.masks == ()


def test_masks_survive_being_written() -> None:
    masked = picture(Mask(name="mouth", image=HASH), Mask(name="left eye", image=HASH, is_still=True))
    assert parse_picture(masked.model_dump_json()) == masked


@pytest.mark.parametrize(
    ("mask", "field"),
    [
        ({"name": "", "image": HASH}, "name"),
        ({"name": "x" * 41, "image": HASH}, "name"),
        ({"name": "two\nlines", "image": HASH}, "name"),
        ({"name": "mouth", "image": HASH[:-1]}, "image"),
        ({"name": "mouth", "image": HASH.upper()}, "image"),
        ({"name": "mouth", "image": "../" + HASH[3:]}, "image"),
        ({"name": "mouth", "image": HASH + "\n"}, "image"),
        ({"name": "mouth", "image": HASH, "is_still": 1}, "is_still"),
        ({"name": "mouth", "image": HASH, "color": "red"}, "color"),
    ],
)
def test_a_mask_that_is_none_is_refused(mask: dict[str, str | int], field: str) -> None:
    with pytest.raises(InvalidMessage) as refused:
        parse_picture(json.dumps(OLD | {"masks": [mask]}))
    assert refused.value.values["where"] == f"masks.0.{field}"


def test_a_name_stands_for_one_mask() -> None:
    with pytest.raises(ValidationError, match="'mouth' stands there more than once"):
        picture(Mask(name="mouth", image=HASH), Mask(name="mouth", image="f" * 64))


def test_there_is_an_end_to_masks() -> None:
    masks = tuple(Mask(name=f"mask {index}", image=HASH) for index in range(MAX_MASKS + 1))
    picture(*masks[:-1])
    with pytest.raises(ValidationError, match="at most 16"):
        picture(*masks)
