"""App: the composition root. Builds what the server is made of and hands each part what it needs."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from anyio import to_thread
from fastapi import FastAPI

from wend import __version__
from wend.api import (
    audio,
    codes,
    documents,
    factors,
    health,
    images,
    jobs,
    kin,
    metrics,
    models,
    openapi,
    overlaps,
    page,
    pictures,
    problems,
    regions,
    render,
    sketches,
    snapshots,
    socket,
    uploads,
    walk_news,
    walks,
)
from wend.api.body_limit import BodyLimit
from wend.api.document_news import DocumentNews
from wend.api.engine_port import EnginePort
from wend.api.outbox import Outboxes
from wend.api.security import HEADERS, Guard
from wend.database.database import Database
from wend.engine.build import build_engine as build_suitable
from wend.engine.request import EngineEvent
from wend.engine.settings import EngineSettings
from wend.errors import WendError
from wend.formats.limits import DEFAULT_LIMITS
from wend.formats.sandbox import Sandbox
from wend.jobs.catalog import JobCatalog
from wend.jobs.child import ChildProcess
from wend.jobs.clock import SystemClock
from wend.jobs.lease import this_process
from wend.jobs.place import DATABASE_FILE, JOBS_FOLDER
from wend.jobs.recipe import Recipe
from wend.jobs.recipes import RECIPES
from wend.jobs.service import JobService
from wend.jobs.store import JobStore
from wend.jobs.turns import RunnerSettings
from wend.library import walk_file
from wend.library.beside import sweep_partial
from wend.library.documents import DocumentStore
from wend.library.images import IMAGES_FOLDER, ImageStore
from wend.library.import_process import import_as, import_in_process
from wend.library.inbox import INBOX, Inbox, InboxWatch
from wend.library.intake import Intake
from wend.library.latent_imports import pack_latent
from wend.library.models import ModelStore
from wend.library.perception import PerceptionStore
from wend.library.picture_sets import PICTURES_FOLDER, PictureSets
from wend.library.shelf import Shelf
from wend.library.sketch_sets import SKETCHES_FOLDER, SketchSets
from wend.library.snapshots import SnapshotStore
from wend.library.sounds import SOUNDS_FOLDER, SoundStore
from wend.library.uploads import UPLOADS_FOLDER, UploadStore
from wend.methods.discover.job import FAMILIES
from wend.methods.edits.own import own_edits
from wend.methods.invert.placing import find_square
from wend.methods.still.keep import keeper_of
from wend.perception.trust import Trust
from wend.pictures.latents import LatentFinder
from wend.protocol.messages import Hello, ModelsChanged
from wend.settings import Settings

EngineBuilder = Callable[[ModelStore, Shelf, EngineSettings, Callable[[EngineEvent], None]], EnginePort]

_log = logging.getLogger(__name__)


def open_store(settings: Settings) -> ModelStore:
    """Shipped models, then those of this user."""
    return ModelStore(settings.model_roots, settings.default_model, settings.allow_torchscript)


def open_shelf(settings: Settings, store: ModelStore) -> Shelf:
    """The walks found here."""
    return Shelf(store, settings.data_dir / "shelf")


def open_images(settings: Settings) -> ImageStore:
    """Masks and photos that people brought here."""
    return ImageStore(settings.data_dir / IMAGES_FOLDER)


def open_sounds(settings: Settings) -> SoundStore:
    """Audio files that people brought here."""
    return SoundStore(settings.data_dir / SOUNDS_FOLDER)


def engine_settings(settings: Settings) -> EngineSettings:
    """The part of the settings that the engine knows."""
    return EngineSettings(
        settings.device,
        settings.memory_bytes,
        settings.threads,
        settings.perception_roots,
        Trust.of(settings),
        settings.data_dir / IMAGES_FOLDER,
        settings.data_dir / DATABASE_FILE,
        settings.measure_walks,
        settings.nearest_samples,
    )


def create_app(
    settings: Settings,
    build_engine: EngineBuilder = build_suitable,
    recipes: Mapping[str, Recipe[Any]] = RECIPES,  # Any: each has parameters of its own
) -> FastAPI:
    """The whole server as one ASGI application; its engine and jobs run between startup and shutdown."""
    store = open_store(settings)
    shelf = open_shelf(settings, store)
    outboxes = Outboxes()
    engine = build_engine(store, shelf, engine_settings(settings), outboxes.post_event)
    counters = metrics.Metrics()
    walk_news.WalkNews(outboxes, shelf, FAMILIES)

    clock = SystemClock()
    database = Database(settings.data_dir / DATABASE_FILE)
    records = JobStore(database, this_process(), clock.wall, clock.steady)
    runs = RunnerSettings(
        settings.data_dir / JOBS_FOLDER,
        settings.jobs_at_once,
        settings.job_lease_s,
        settings.job_checkpoint_s,
    )
    service = JobService(
        records,
        store,
        recipes,
        engine,
        lambda spec, hear: ChildProcess(spec, hear, settings),
        outboxes.tell,
        runs,
        clock,
    )
    outboxes.listen(service.hear)
    inbox = Inbox(
        settings.data_dir / "models" / INBOX, lambda path: import_in_process(path, settings.data_dir)
    )

    def tell_models() -> None:
        outboxes.tell("models", ModelsChanged())

    watch = InboxWatch(inbox, tell_models)
    photos = open_images(settings)
    sandbox = Sandbox(replace(DEFAULT_LIMITS, file_bytes=settings.max_weights_bytes))
    intake = Intake(
        UploadStore(settings.data_dir / UPLOADS_FOLDER, settings.max_weights_bytes),
        lambda path, called, scratch, is_stopped: import_as(
            path, settings.data_dir, called, scratch, is_stopped
        ),
        tell_models,
    )

    def greet() -> Hello:
        status = engine.status()
        return Hello(
            version=__version__,
            device=status.device,
            notes=status.notes,
            default_model=models.default_model(store),
        )

    def discover(model_id: str) -> None:
        # A model that is not there is said to the one who asked; the engine would tell everybody.
        store.get(model_id)
        engine.discover(model_id)

    def discover_default() -> None:
        try:
            discover(store.default)
        except WendError as error:
            _log.warning("no walks are looked for: %s", error)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        outboxes.attach(asyncio.get_running_loop())
        try:
            if settings.default_model is not None:
                await to_thread.run_sync(store.get, settings.default_model)
            await to_thread.run_sync(database.open)
            await to_thread.run_sync(engine.start)
        except WendError as error:
            await to_thread.run_sync(database.close)
            app.state.refusal = error
            raise
        try:
            service.start()
            await to_thread.run_sync(sweep_partial, settings.data_dir / "models")
            watch.start()
            await to_thread.run_sync(intake.start)
            await to_thread.run_sync(discover_default)
            yield
        finally:
            await to_thread.run_sync(watch.stop)
            await to_thread.run_sync(intake.stop)
            await to_thread.run_sync(sandbox.close)
            # Works keep their state while the engine still runs and its reports still come in.
            await to_thread.run_sync(service.stop)
            outboxes.detach()
            await to_thread.run_sync(engine.stop)
            await to_thread.run_sync(database.close)

    app = FastAPI(
        title="Wend", version=__version__, lifespan=lifespan, openapi_url=None, docs_url=None, redoc_url=None
    )
    app.state.refusal = None  # why it could not start, for the command line
    problems.install(app, HEADERS)
    app.include_router(health.routes(engine))
    app.include_router(uploads.routes(intake))
    app.include_router(models.routes(store, inbox, tell_models))
    app.include_router(walks.routes(shelf, FAMILIES, outboxes, sandbox))
    app.include_router(kin.routes(shelf, outboxes))
    app.include_router(overlaps.routes(shelf))
    finder = LatentFinder(shelf, lambda: keeper_of(photos))
    app.include_router(
        codes.routes(
            shelf,
            photos,
            sandbox,
            lambda picture: pack_latent(finder.latent(picture)),
        )
    )
    app.include_router(images.routes(photos))
    networks = PerceptionStore(settings.perception_roots, Trust.of(settings))
    app.include_router(
        pictures.routes(
            PictureSets(settings.data_dir / PICTURES_FOLDER),
            lambda image, model: find_square(photos.photo(image), store, networks, model),
        )
    )
    app.include_router(sketches.routes(SketchSets(settings.data_dir / SKETCHES_FOLDER, photos), photos))
    news = DocumentNews(outboxes.tell)
    app.include_router(documents.routes(DocumentStore(database, clock.wall), news))
    app.include_router(snapshots.routes(SnapshotStore(database, clock.wall), news))
    app.include_router(audio.routes(open_sounds(settings)))
    job_catalog = JobCatalog(records, runs.folder)
    edits_dir = Trust.of(settings).edits_dir
    app.include_router(jobs.routes(service, job_catalog, recipes, lambda: own_edits(edits_dir)))
    app.include_router(render.routes(render.Renders(outboxes, engine, settings.render_timeout_s), counters))
    app.include_router(factors.routes(factors.FactorSets(outboxes, engine, settings.render_timeout_s)))
    app.include_router(regions.routes(outboxes.thumbnails))
    app.include_router(metrics.routes(counters))
    app.include_router(socket.routes(outboxes, engine, counters, settings.max_message_bytes, greet, discover))
    app.include_router(openapi.routes(app))
    page.install(app, Path(settings.frontend_dir))
    # The last one added sees a request first.
    app.add_middleware(
        BodyLimit,
        limit_bytes=settings.max_body_bytes,
        larger={
            ("POST", "/api/walks"): walk_file.MAX_BYTES,
            ("POST", "/api/images"): images.MAX_BYTES,
            ("POST", "/api/pictures"): pictures.MAX_ZIP_BYTES,
            ("POST", "/api/pictures/"): pictures.MAX_FILE_BYTES,
            ("POST", "/api/sketches/quickdraw"): sketches.MAX_BYTES,
            ("POST", "/api/audio"): audio.MAX_BYTES,
            ("POST", "/api/codes"): codes.MAX_BYTES,
            ("POST", "/api/documents"): documents.MAX_BYTES,
            ("PUT", "/api/documents/"): documents.MAX_BYTES,
            ("PATCH", "/api/uploads/"): uploads.PART_BYTES,
        },
    )
    app.add_middleware(Guard, settings=settings)
    return app
