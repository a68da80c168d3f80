"""Owner of versions: what every file and link that was ever written opens as."""

import json

import pytest

from wend.documents.document import VERSION, Document, parse_document, parse_picture
from wend.documents.picture import BlendLatent, NoisePart, Part, Picture, SeedLatent
from wend.errors import InvalidMessage

PICTURE = {"model": "tiny", "latent": {"kind": "seed", "seed": 3}, "psi": 0.7}
KNOB = {"slider": "factors/x", "device": "nanoKONTROL2", "channel": 1, "number": 7}


@pytest.mark.parametrize("version", [1, 2, 3])
def test_an_older_version_opens_as_the_newest(version: int) -> None:
    document = parse_document(json.dumps({"version": version, "picture": PICTURE}))
    assert document == Document(picture=Picture.model_validate(PICTURE), timeline=None)
    assert document.version == VERSION == 4


def test_what_is_written_is_read_the_same() -> None:
    keyframes = [{"picture": PICTURE, "duration": 0.5}, {"picture": PICTURE}]
    text = json.dumps({"version": 2, "picture": PICTURE, "timeline": {"keyframes": keyframes}})
    document = parse_document(text)
    assert document.timeline is not None
    assert document.timeline.keyframes[0].duration == 0.5
    assert parse_document(document.model_dump_json()) == document


def test_controls_are_kept() -> None:
    endless = {**KNOB, "slider": None, "number": 8, "sends": "twos"}
    document = parse_document(json.dumps({"version": 4, "picture": PICTURE, "controls": [KNOB, endless]}))
    assert [(control.slider, control.sends) for control in document.controls] == [
        ("factors/x", "absolute"),
        (None, "twos"),
    ]
    assert parse_document(document.model_dump_json()) == document


@pytest.mark.parametrize(
    "change", [{"channel": 0}, {"number": 120}, {"device": ""}, {"sends": "often"}, {"slider": "no name"}]
)
def test_refuses_a_control_that_no_device_has(change: dict[str, object]) -> None:
    knob = {**KNOB, **change}
    with pytest.raises(InvalidMessage):
        parse_document(json.dumps({"version": 4, "picture": PICTURE, "controls": [knob]}))
    with pytest.raises(InvalidMessage, match="twice"):
        parse_document(json.dumps({"version": 4, "picture": PICTURE, "controls": [KNOB, KNOB]}))


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ({"version": 1, "picture": PICTURE, "timeline": None}, "Extra inputs"),
        ({"version": 5, "picture": PICTURE}, "newer Wend"),
        ({"version": 0, "picture": PICTURE}, "version"),
        ({"version": 2, "picture": PICTURE, "timeline": {"keyframes": []}}, "at least 1 item"),
        (
            {"version": 2, "picture": {**PICTURE, "latent": {"kind": "hologram"}}},
            "no seed, no code and no blend",
        ),
        ({"version": 2, "picture": {**PICTURE, "latent": 3}}, "no seed, no code and no blend"),
    ],
)
def test_refuses_in_words(document: dict[str, object], why: str) -> None:
    with pytest.raises(InvalidMessage, match=why):
        parse_document(json.dumps(document))


def test_a_bare_picture_may_leave_out_the_kind_of_its_latent() -> None:
    assert parse_picture('{"model": "tiny", "latent": {"seed": 3}}').latent == SeedLatent(seed=3)


def test_the_weights_of_a_blend_sum_to_one() -> None:
    parts = (Part(seed=1, weight=0.5), Part(seed=2, weight=0.25))
    with pytest.raises(ValueError, match="do not sum to 1"):
        BlendLatent(parts=parts)
    with pytest.raises(ValueError, match="more than once"):
        BlendLatent(parts=(Part(seed=1, weight=0.5), Part(seed=1, weight=0.5)))
    assert BlendLatent(parts=(*parts, Part(seed=1, weight=0.25, class_index=4))).path == "lerp"


def test_noise_is_mixed_of_one_at_most() -> None:
    half = NoisePart(seed=1, weight=0.5)
    with pytest.raises(ValueError, match="more than once"):
        Picture(model="m", latent=SeedLatent(seed=1), noise_blend=(half, half))
    with pytest.raises(ValueError, match="sum to more than 1"):
        Picture(model="m", latent=SeedLatent(seed=1), noise_blend=(half, NoisePart(seed=2, weight=0.75)))
