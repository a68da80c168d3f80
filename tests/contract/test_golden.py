"""Golden wire files, read here and by vitest: both ends agree on every message and on the header's bytes."""

import hashlib
import json
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from wend.protocol.frames import decode_frame, encode_frame
from wend.protocol.messages import ClientMessage, ServerMessage

HERE = Path(__file__).parent
# Any: golden files are JSON of any shape, which is the point of reading them.
MESSAGES: list[dict[str, Any]] = json.loads((HERE / "messages.json").read_text())
FRAMES: list[dict[str, Any]] = json.loads((HERE / "frames.json").read_text())
UNIONS: dict[str, TypeAdapter[BaseModel]] = {
    "to server": TypeAdapter(ClientMessage),
    "to browser": TypeAdapter(ServerMessage),
}


def names(union: object) -> set[str]:
    return {cls.model_fields["type"].default for cls in get_args(get_args(union)[0])}


@pytest.mark.parametrize("golden", MESSAGES, ids=lambda golden: golden["name"])
def test_a_golden_message_reads_and_writes_the_same(golden: dict[str, Any]) -> None:
    adapter = UNIONS[golden["direction"]]
    message = adapter.validate_json(json.dumps(golden["message"]), strict=True)
    assert json.loads(message.model_dump_json()) == golden["message"]


@pytest.mark.parametrize("golden", MESSAGES, ids=lambda golden: golden["name"])
def test_a_golden_message_with_a_stranger_field_is_refused(golden: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="Extra inputs"):
        UNIONS[golden["direction"]].validate_json(
            json.dumps(golden["message"] | {"stranger": 1}), strict=True
        )


def test_every_message_type_has_a_golden() -> None:
    for direction, union in (("to server", ClientMessage), ("to browser", ServerMessage)):
        seen = {golden["message"]["type"] for golden in MESSAGES if golden["direction"] == direction}
        assert seen == names(union)


@pytest.mark.parametrize("golden", FRAMES, ids=lambda golden: golden["file"])
def test_a_golden_frame_decodes_to_its_description_and_back(golden: dict[str, Any]) -> None:
    data = (HERE / golden["file"]).read_bytes()
    frame = decode_frame(data)
    expected = dict(golden)
    del expected["file"]
    assert len(frame.payload) == expected.pop("payload_bytes")
    assert hashlib.sha256(frame.payload).hexdigest() == expected.pop("payload_sha256")
    assert {name: getattr(frame, name) for name in expected} == expected
    assert encode_frame(frame) == data
