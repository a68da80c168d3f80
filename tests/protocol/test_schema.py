"""The schema names every word of the wire, and its hash changes with their meaning alone."""

import json
import subprocess
import sys
from typing import Any

from pydantic import JsonValue

from wend.errors import all_errors
from wend.protocol import frames
from wend.protocol.schema import components, document, schema_hash, structure, subprotocol


def words() -> dict[str, Any]:  # Any: JSON
    return dict(components())


def test_every_error_code_is_listed() -> None:
    assert words()["ErrorCode"]["enum"] == [cls.code for cls in all_errors()]
    assert words()["Problem"]["properties"]["code"]["enum"] == words()["ErrorCode"]["enum"]


def test_both_unions_name_their_messages() -> None:
    for union, types in (
        (
            "ClientMessage",
            {"render", "discover", "watch", "find_region", "stop_region", "find_nearest", "stop_nearest"},
        ),
        (
            "ServerMessage",
            {
                "hello",
                "error",
                "progress",
                "walks_changed",
                "job",
                "job_removed",
                "models_changed",
                "sight",
                "reading",
                "region_found",
                "drift",
                "nearest_found",
                "document",
                "document_removed",
            },
        ),
    ):
        assert set(words()[union]["discriminator"]["mapping"]) == types


def test_the_frame_layout_is_that_of_the_header() -> None:
    layout = words()["FrameLayout"]["properties"]
    assert layout["magic"]["const"] == frames.MAGIC
    assert layout["header_bytes"]["const"] == frames.HEADER.size
    data = frames.encode_frame(frames.Frame(7, 0x01020304, 5, "png", "final", 600, 800, 1.0, 2.0, b"abc"))
    offsets = {name: field["const"] for name, field in layout["offsets"]["properties"].items()}
    assert data[offsets["view"]] == 7
    assert data[offsets["codec"]] == words()["FrameCodec"]["enum"].index("png")
    assert data[offsets["kind"]] == words()["FrameKind"]["enum"].index("picture")
    assert data[offsets["quality"]] == words()["FrameQuality"]["enum"].index("final")
    assert int.from_bytes(data[offsets["revision"] :][:4], "little") == 0x01020304
    assert int.from_bytes(data[offsets["height"] :][:2], "little") == 600
    assert int.from_bytes(data[offsets["width"] :][:2], "little") == 800
    assert int.from_bytes(data[offsets["payload_bytes"] :][:4], "little") == 3


def test_every_reference_leads_somewhere() -> None:
    text = json.dumps(document({}))
    names = {part.partition('"')[0] for part in text.split('"#/components/schemas/')[1:]}
    assert names
    assert names <= set(words())


def test_the_hash_is_the_same_in_every_process() -> None:
    code = "from wend.protocol.schema import schema_hash; print(schema_hash())"
    fresh = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert fresh.stdout.strip() == schema_hash()
    assert subprotocol() == f"wend.{schema_hash()}"
    assert words()["Subprotocol"]["enum"] == [subprotocol()]


def test_prose_has_no_part_in_the_hash() -> None:
    one: JsonValue = {
        "title": "A",
        "description": "b",
        "properties": {"title": {"type": "string", "title": "T"}},
    }
    other: JsonValue = {"properties": {"title": {"type": "string", "description": "other words"}}}
    assert structure(one) == structure(other) == {"properties": {"title": {"type": "string"}}}
    assert structure({"properties": {"title": {"type": "integer"}}}) != structure(other)


def test_another_order_of_codes_is_no_other_wire() -> None:
    assert structure({"enum": ["a", "b"]}) == structure({"enum": ["b", "a"]})
    assert structure({"enum": ["a", "b"]}) != structure({"enum": ["a", "c"]})
