"""Models: GET /api/models, one of them, and its preview picture."""

from collections.abc import Callable

from anyio import to_thread
from fastapi import APIRouter
from fastapi.responses import FileResponse

from wend.api.problems import by_code
from wend.errors import AssetNotFound, WendError
from wend.generators.build import NOISY_KINDS
from wend.library.encoders import EncoderStore
from wend.library.inbox import INBOX, Inbox, Waiting
from wend.library.models import Model, ModelStore, RefusedModel
from wend.library.taught import taught_of
from wend.protocol.resources import ModelList, ModelProblem, ModelSource, ModelSummary, ModelTaught


def summarize(model: Model, is_shipped: bool, encoder_places: tuple[str, ...] = ()) -> ModelSummary:
    """A card as the page sees it. encoder_places: see `EncoderStore.places`.

    Raises: CardInvalid when its text cannot be read.
    """
    card = model.card
    source = card.source
    return ModelSummary(
        id=card.id,
        title=card.title,
        kind=card.kind,
        resolution=card.resolution,
        z_dim=card.z_dim,
        w_dim=card.w_dim,
        num_ws=card.num_ws,
        classes=card.classes,
        has_noise=card.kind in NOISY_KINDS,
        licence=card.licence,
        summary=card.summary,
        spaces=card.spaces,
        has_preview=model.preview is not None,
        has_discriminator=model.has_discriminator,
        has_encoder=model.has_encoder,
        encoder_places=encoder_places,
        card=model.text,
        psi=card.psi,
        live_error=card.live_error,
        layer_names=card.layer_names,
        source=None if source is None else ModelSource(**source.model_dump()),
        taught=_taught(model),
        is_shipped=is_shipped,
    )


def _taught(model: Model) -> ModelTaught | None:
    found = taught_of(model)
    if found is None:
        return None
    return ModelTaught(
        parent=found.parent,
        drawings=len(found.drawings),
        drawn_by=found.drawn_by,
        updates=found.updates,
        match=found.match,
        match_before=found.match_before,
    )


def summary_of(store: ModelStore, encoders: EncoderStore, model_id: str) -> ModelSummary:
    """One model. Raises: ModelNotFound, CardInvalid."""
    model = store.get(model_id)
    return summarize(model, store.is_shipped(model), encoders.places(model.card))


def list_models(store: ModelStore, encoders: EncoderStore, inbox: Inbox | None = None) -> ModelList:
    """Every model, and what lies there or in the inbox but cannot be used."""
    listing = store.list()
    return ModelList(
        default=default_model(store),
        models=tuple(
            summarize(model, store.is_shipped(model), encoders.places(model.card)) for model in listing.models
        ),
        refused=(
            *(_refusal(refused) for refused in listing.refused),
            *(_waiting(waiting) for waiting in (() if inbox is None else inbox.refused)),
        ),
    )


def default_model(store: ModelStore) -> str:
    """The model a new picture is of; '' when there is none, or it cannot be used."""
    try:
        return store.default
    except WendError:
        return ""


def _refusal(refused: RefusedModel) -> ModelProblem:
    error = refused.error
    return ModelProblem(id=refused.id, code=error.code, sentence=error.sentence, hint=error.hint)


def _waiting(waiting: Waiting) -> ModelProblem:
    said = waiting.refusal
    return ModelProblem(
        id=f"{INBOX}/{waiting.name}", code=by_code(said.code).code, sentence=said.sentence, hint=said.hint
    )


def routes(store: ModelStore, inbox: Inbox | None, tell_changed: Callable[[], None]) -> APIRouter:
    """GET /api/models; GET, DELETE /api/models/{model_id}; GET /api/models/{model_id}/preview;
    GET /api/models/{model_id}/drawings/{number}.

    tell_changed: called when the list has changed.
    """
    router = APIRouter(prefix="/api/models", tags=["models"])
    encoders = EncoderStore.beside(store.roots)

    @router.get("", summary="Every model")
    async def read_models() -> ModelList:
        return await to_thread.run_sync(list_models, store, encoders, inbox)

    @router.get("/{model_id}", summary="One model")
    async def read_model(model_id: str) -> ModelSummary:
        return await to_thread.run_sync(summary_of, store, encoders, model_id)

    @router.delete("/{model_id}", summary="Delete a model of your own", status_code=204)
    async def delete_model(model_id: str) -> None:
        await to_thread.run_sync(store.delete, model_id)
        tell_changed()

    @router.get("/{model_id}/preview", summary="What it draws", response_class=FileResponse)
    async def read_preview(model_id: str) -> FileResponse:
        path = await to_thread.run_sync(lambda: store.get(model_id).preview)
        if path is None:
            raise AssetNotFound(f"{model_id}/preview")
        return FileResponse(path, media_type="image/jpeg", headers={"Cache-Control": "no-cache"})

    @router.get(
        "/{model_id}/drawings/{number}", summary="A drawing it learned from", response_class=FileResponse
    )
    async def read_drawing(model_id: str, number: int) -> FileResponse:
        taught = await to_thread.run_sync(lambda: taught_of(store.get(model_id)))
        if taught is None or not 1 <= number <= len(taught.drawings):
            raise AssetNotFound(f"{model_id}/drawings/{number}")
        path = taught.drawings[number - 1]
        return FileResponse(path, media_type="image/png", headers={"Cache-Control": "no-cache"})

    return router
