"""Schema: the words of the wire as OpenAPI components, and the hash that names their version.

The one OpenAPI document of the product is these components and the HTTP routes; `wend.api.openapi`
puts the routes in. The hash counts structure alone: a better sentence sends no open page away.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from functools import cache

from pydantic import JsonValue, TypeAdapter
from pydantic.json_schema import models_json_schema

from wend import __version__
from wend.documents.document import Document
from wend.documents.sound import Sound
from wend.protocol import (
    codes,
    documents,
    factors,
    frames,
    kin,
    messages,
    overlaps,
    pictures,
    resources,
    sketches,
    uploads,
)

SUBPROTOCOL_PREFIX = "wend."
HASH_LENGTH = 12
REF_TEMPLATE = "#/components/schemas/{model}"

_ROOTS = (
    Document,
    Sound,
    resources.Health,
    resources.ModelList,
    resources.WalkList,
    resources.WalkPatch,
    resources.WalksBrought,
    resources.ImageSummary,
    pictures.PictureSetList,
    pictures.PhotoPlace,
    sketches.SketchBody,
    sketches.SketchPatch,
    sketches.SketchSetList,
    sketches.DrawingList,
    codes.CodesBrought,
    codes.CodeList,
    documents.DocumentBody,
    documents.DocumentSave,
    documents.DocumentPatch,
    documents.DocumentList,
    documents.DocumentDetail,
    documents.SnapshotBody,
    documents.SnapshotPatch,
    documents.SnapshotList,
    uploads.UploadBody,
    uploads.UploadList,
    resources.RecipeList,
    resources.JobBody,
    resources.JobPatch,
    resources.JobList,
    resources.JobDetail,
    factors.FactorSetBody,
    factors.FactorSetAnswer,
    kin.KinList,
    kin.WalksTaken,
    overlaps.OverlapBody,
    overlaps.OverlapList,
    resources.RenderBody,
    resources.ProblemDocument,
)
_FIELD_BYTES: dict[frames.FieldType, int] = {"u8": 1, "u16": 2, "u32": 4, "f32": 4}
_PROSE = frozenset({"title", "description", "examples"})


def _words() -> dict[str, JsonValue]:
    """Every component but the subprotocol: messages, documents, resources, error codes, the frame."""
    unions: tuple[tuple[str, TypeAdapter[messages.ClientMessage | messages.ServerMessage]], ...] = (
        ("ClientMessage", TypeAdapter(messages.ClientMessage)),
        ("ServerMessage", TypeAdapter(messages.ServerMessage)),
    )
    found = models_json_schema([(root, "validation") for root in _ROOTS], ref_template=REF_TEMPLATE)[1][
        "$defs"
    ]
    for name, adapter in unions:
        union = adapter.json_schema(ref_template=REF_TEMPLATE)
        found |= union.pop("$defs")
        found[name] = union
    found["ErrorCode"] = _names("Stable code of every error.", messages.ERROR_CODES)
    found["FrameCodec"] = _names("A codec's number in the header is its place here.", frames.CODECS)
    found["FrameQuality"] = _names("A quality's number in the header is its place here.", frames.QUALITIES)
    found["FrameKind"] = _names("A kind's number in the header is its place here.", frames.KINDS)
    found["FrameLayout"] = _frame_layout()
    return dict(found)


def _names(description: str, names: Iterable[str]) -> dict[str, JsonValue]:
    return {"type": "string", "description": description, "enum": list(names)}


def _record(description: str, constants: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    return {
        "type": "object",
        "description": description,
        "additionalProperties": False,
        "required": list(constants),
        "properties": {
            name: value if isinstance(value, dict) else {"type": "integer", "const": value}
            for name, value in constants.items()
        },
    }


def _frame_layout() -> dict[str, JsonValue]:
    """Constants of the header: the generated type holds them as literals, so tsc compares them."""
    offsets: dict[str, JsonValue] = {}
    offset = 0
    for name, kind in frames.FIELDS:
        offsets[name] = offset
        offset += _FIELD_BYTES[kind]
    assert offset == frames.HEADER_BYTES
    types: dict[str, JsonValue] = {name: {"type": "string", "const": kind} for name, kind in frames.FIELDS}
    return _record(
        "The binary frame: a little-endian header without padding, then the encoded image or map.",
        {
            "magic": frames.MAGIC,
            "version": frames.FRAME_VERSION,
            "header_bytes": frames.HEADER_BYTES,
            "offsets": _record("Where each field begins, in bytes.", offsets),
            "types": _record("How each field is stored.", types),
        },
    )


def structure(value: JsonValue, is_name_map: bool = False) -> JsonValue:
    """The schema without its prose, and with enums in order: another order is no other wire.

    Under `properties` the keys are field names, never prose.
    """
    if isinstance(value, dict):
        return {
            key: sorted(item, key=str)
            if key == "enum" and isinstance(item, list) and not is_name_map
            else structure(item, is_name_map=key == "properties" and not is_name_map)
            for key, item in value.items()
            if is_name_map or key not in _PROSE
        }
    if isinstance(value, list):
        return [structure(item) for item in value]
    return value


@cache
def schema_hash() -> str:
    """First digits of the sha256 over the structure of every component."""
    bare = {name: structure(schema) for name, schema in _words().items()}
    canonical = json.dumps(bare, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:HASH_LENGTH]


def subprotocol() -> str:
    """The websocket subprotocol a page of this version asks for."""
    return SUBPROTOCOL_PREFIX + schema_hash()


def components() -> dict[str, JsonValue]:
    """Every schema of the wire by name, sorted."""
    words = _words()
    words["Subprotocol"] = _names("The websocket subprotocol of this version.", [subprotocol()])
    return dict(sorted(words.items()))


def document(paths: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """The OpenAPI 3.1 document with these routes."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Wend", "version": __version__},
        "servers": [{"url": "."}],  # beside this document, under whatever base path
        "paths": dict(paths),
        "components": {"schemas": components()},
    }
