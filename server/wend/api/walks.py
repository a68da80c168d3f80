"""Walks: what lies on a model's shelf, what people change of it, and files of walks in and out."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from anyio import to_thread
from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from wend.api.bodies import Bodies, file_body
from wend.api.outbox import Outboxes
from wend.documents.picture import LayerRange
from wend.errors import WalkInvalid, WeightsInvalid
from wend.formats.sandbox import Sandbox
from wend.library.direction_file import pack_direction
from wend.library.direction_imports import import_directions
from wend.library.footprints import Footprint, key_of
from wend.library.models import Model
from wend.library.shelf import Shelf, is_foreign
from wend.library.walk_file import is_family, pack_family, unpack_family
from wend.library.walk_record import WalkFamily, WalkRecord
from wend.library.walk_record import Zone as Ends
from wend.protocol.factors import FactorSummary
from wend.protocol.messages import WalksChanged
from wend.protocol.resources import FootprintSummary, WalkList, WalkPatch, WalksBrought, WalkSummary, Zone

MEDIA_TYPE = "application/octet-stream"
WalkFormat = Literal["wend", "npy", "safetensors"]
SpaceQuery = Annotated[Literal["z", "w"] | None, Query(description="of a file that does not say")]
AxisQuery = Annotated[Literal["rows", "columns"] | None, Query(description="of a square matrix")]
SetsQuery = Annotated[bool, Query(description="as factors, whose values are set, where the file has a mean")]
NameQuery = Annotated[str, Query(max_length=255, description="of another program's file: it may tell more")]


def summarize(
    record: WalkRecord, model: Model, is_shipped: bool, footprint: Footprint | None = None
) -> WalkSummary:
    """A walk as the page sees it, without what moves latents."""
    start, end = record.layers
    shown_unit, shown_per_alpha = _shown(record)
    return WalkSummary(
        id=record.id,
        title=record.title,
        method=record.method,
        space=record.space,
        unit=record.unit,
        shown_unit=shown_unit,
        shown_per_alpha=shown_per_alpha,
        layers=LayerRange(start=start, end=end),
        low=record.low,
        high=record.high,
        psi=record.psi,
        strength=record.strength,
        furthest=record.furthest,
        is_linear=record.is_linear,
        trained=_zone(record.trained),
        reachable=_zone(record.reachable),
        saturated=_zone(record.saturated),
        class_index=record.class_index,
        factor=_factor(record),
        is_foreign=is_foreign(record, model),
        is_shipped=is_shipped,
        is_hidden=record.hidden,
        is_pinned=record.pinned,
        group=record.group,
        footprint=None if footprint is None else _footprint(record, footprint),
        settings=dict(record.settings),
    )


def _factor(record: WalkRecord) -> FactorSummary | None:
    found = record.factor
    if found is None:
        return None
    return FactorSummary(
        edit=found.edit,
        unit=record.unit,
        low=found.low,
        high=found.high,
        rms=found.rms,
        anchor=found.anchor,
        attribute=found.attribute,
    )


def _footprint(record: WalkRecord, found: Footprint) -> FootprintSummary:
    return FootprintSummary(
        pictures=found.pictures,
        change=found.change,
        layers=found.layers,
        most=found.most,
        usable=_zone(found.usable),
        where=key_of(record),
    )


def _zone(ends: Ends | None) -> Zone | None:
    return None if ends is None else Zone(low=ends[0], high=ends[1])


def _shown(record: WalkRecord) -> tuple[str, float]:
    """What people count, and how much of it alpha 1 is: a walk along a continuous factor has its unit."""
    unit, per_alpha = record.settings.get("factor_unit"), record.settings.get("per_sd")
    if record.unit == "sd" and isinstance(unit, str) and isinstance(per_alpha, float) and per_alpha != 0.0:
        return unit, per_alpha
    return record.unit, 1.0


def _plain(text: str | None) -> str | None:
    return None if text is None else " ".join(text.split())


def summary_of(shelf: Shelf, model_id: str, walk_id: str) -> WalkSummary:
    """One walk as it lies on the shelf now. Raises: WalkNotFound, ModelNotFound, CardInvalid."""
    model = shelf.store.get(model_id)
    return _summary(shelf, model, shelf.get(model_id, walk_id))


def _summary(shelf: Shelf, model: Model, record: WalkRecord) -> WalkSummary:
    is_shipped = shelf.is_shipped(model.card.id, record.id)
    return summarize(record, model, is_shipped, shelf.footprints.get(model.card.hash, record))


def list_walks(shelf: Shelf, families: Sequence[str], model_id: str) -> WalkList:
    """The shelf of a model. Raises: ModelNotFound, CardInvalid."""
    # Completeness is read first: a family that lands in between must not hide behind a True.
    is_complete = all(shelf.has(model_id, family) for family in families)
    model = shelf.store.get(model_id)
    walks = tuple(_summary(shelf, model, record) for record in shelf.walks(model_id))
    return WalkList(model=model_id, walks=walks, is_complete=is_complete)


@dataclass(frozen=True)
class Answers:
    """What somebody says of another program's file. name: it has there; space, axis: where it is silent;
    sets: its values are set, not added to."""

    name: str = ""
    space: Literal["z", "w"] | None = None
    axis: Literal["rows", "columns"] | None = None
    sets: bool = False


def bring_directions(
    shelf: Shelf, sandbox: Sandbox, model_id: str, data: bytes, answers: Answers
) -> WalksBrought:
    """Put the directions of another program's file on a model's shelf. Raises: as `import_directions`."""
    with tempfile.TemporaryDirectory(prefix="wend-sent-") as folder:
        path = Path(folder) / "file"
        path.write_bytes(data)
        found = import_directions(
            sandbox, path, shelf, model_id, answers.space, answers.axis,
            called=answers.name or "file", sets=answers.sets,
        )  # fmt: skip
    return WalksBrought(
        model=model_id, walks=tuple(summary_of(shelf, model_id, record.id) for record in found)
    )


def bring_walks(shelf: Shelf, families: Sequence[str], model_id: str, data: bytes) -> WalksBrought:
    """Put the walks of a file on a model's shelf. Raises: WalkInvalid, ModelNotFound, CardInvalid."""
    try:
        family = unpack_family(data, "file")
    except WeightsInvalid as error:
        # It is not a file of this server that is damaged, but one that was sent.
        raise WalkInvalid(str(error.values["why"])) from error
    if not family.records:
        raise WalkInvalid("the file holds none")
    brought = shelf.bring(model_id, family, avoid=families)
    return WalksBrought(
        model=model_id, walks=tuple(summary_of(shelf, model_id, record.id) for record in brought)
    )


def pack_walk(shelf: Shelf, model_id: str, walk_id: str, kind: WalkFormat) -> bytes:
    """The file of one walk: Wend's own, with what was measured of it and the name it has here, or the array
    that other programs add. Raises: WalkNotFound, WalkNotLinear."""
    record = shelf.get(model_id, walk_id)
    if kind == "wend":
        return pack_family(WalkFamily(record.generator_hash, (record,)))
    return pack_direction(record, shelf.store.get(model_id).card.num_ws, kind)


def routes(shelf: Shelf, families: Sequence[str], outboxes: Outboxes, sandbox: Sandbox) -> APIRouter:
    """GET and POST /api/walks; PATCH, DELETE /api/walks/{family}/{key}; GET /api/walks/{family}/{key}/file,
    /api/walks/footprints/{picture}. All with ?model=ID. What changes a shelf is told to every browser.
    """
    router = APIRouter(prefix="/api/walks", tags=["walks"])
    bodies = Bodies(1)

    @router.get("", summary="The walks of a model")
    async def read_walks(model: str) -> WalkList:
        return await to_thread.run_sync(list_walks, shelf, families, model)

    @router.post(
        "",
        summary="Bring the walks of a file, Wend's own or another program's, to a model",
        status_code=201,
        openapi_extra=file_body(MEDIA_TYPE),
    )
    async def add_walks(
        model: str,
        request: Request,
        name: NameQuery = "",
        space: SpaceQuery = None,
        axis: AxisQuery = None,
        sets: SetsQuery = False,
    ) -> WalksBrought:
        def bring(data: bytes) -> WalksBrought:
            if is_family(data):
                return bring_walks(shelf, families, model, data)
            return bring_directions(shelf, sandbox, model, data, Answers(name, space, axis, sets))

        brought = await bodies.take(request, bring)
        outboxes.broadcast(WalksChanged(model=model))
        return brought

    @router.patch("/{family}/{key}", summary="Rename, hide, pin or group a walk")
    async def change_walk(model: str, family: str, key: str, patch: WalkPatch) -> WalkSummary:
        def change() -> WalkSummary:
            walk_id = f"{family}/{key}"
            title, group = _plain(patch.title), _plain(patch.group)
            shelf.mark(model, walk_id, title=title, hidden=patch.hidden, pinned=patch.pinned, group=group)
            return summary_of(shelf, model, walk_id)

        changed = await to_thread.run_sync(change)
        outboxes.broadcast(WalksChanged(model=model))
        return changed

    @router.get(
        "/footprints/{picture}", summary="Where a walk acts, as a grey picture", response_class=Response
    )
    async def read_footprint(model: str, picture: str) -> Response:
        def read() -> bytes:
            return shelf.footprints.picture(shelf.store.get(model).card.hash, picture)

        data = await to_thread.run_sync(read)
        # A model of this id may have other weights by tomorrow, and the same walk does something else there.
        headers = {"Cache-Control": "private, no-cache"}
        return Response(data, media_type="image/png", headers=headers)

    @router.delete("/{family}/{key}", summary="Take a walk off the shelf", status_code=204)
    async def delete_walk(model: str, family: str, key: str) -> None:
        await to_thread.run_sync(shelf.delete, model, f"{family}/{key}")
        outboxes.broadcast(WalksChanged(model=model))

    @router.get("/{family}/{key}/file", summary="A walk as a file", response_class=Response)
    async def read_walk_file(
        model: str, family: str, key: str, kind: Annotated[WalkFormat, Query(alias="format")] = "wend"
    ) -> Response:
        data = await to_thread.run_sync(pack_walk, shelf, model, f"{family}/{key}", kind)
        name = f"{model}-{family}-{key}.{'npy' if kind == 'npy' else 'safetensors'}"
        return Response(
            data, media_type=MEDIA_TYPE, headers={"Content-Disposition": f'attachment; filename="{name}"'}
        )

    return router
