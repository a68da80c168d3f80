"""Jobs: /api/jobs and /api/recipes."""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

from anyio import to_thread
from fastapi import APIRouter, Header, Query, Response
from fastapi.responses import FileResponse

from wend.jobs.catalog import JobCatalog
from wend.jobs.commands import JobCommands
from wend.jobs.recipe import Recipe
from wend.jobs.record import JobRecord
from wend.jobs.service import JobService
from wend.protocol.messages import JobSummary
from wend.protocol.resources import (
    Artifact,
    JobBody,
    JobDetail,
    JobList,
    JobPatch,
    RecipeList,
    RecipeSummary,
)

Browser = Annotated[
    str,
    Header(
        alias="X-Wend-Browser",
        max_length=64,
        pattern=r"^[A-Za-z0-9._-]*$",
        description="a random name that a browser keeps; turns are shared out among these",
    ),
]

MAX_ENDED = 200
Limit = Annotated[
    int,
    Query(
        ge=1,
        le=MAX_ENDED,
        description="of the jobs that have ended; with `before`, a job's id, as many older ones that have "
        "ended",
    ),
]


def summarize(recipe: Recipe[Any], own_edits: Sequence[str]) -> RecipeSummary:  # Any: each has its parameters
    """A recipe as the page sees it. own_edits: names of a user's own, to choose from beside ours."""
    return RecipeSummary(
        kind=recipe.kind,
        title=recipe.title,
        summary=recipe.summary,
        params=recipe.schema(own_edits),
        presets=recipe.presets,
        ends_early=recipe.ends_early,
    )


def kinds(recipes: Mapping[str, Recipe[Any]], own_edits: Sequence[str]) -> RecipeList:
    """All of them."""
    return RecipeList(recipes=tuple(summarize(recipe, own_edits) for recipe in recipes.values()))


def routes(
    service: JobService,
    catalog: JobCatalog,
    recipes: Mapping[str, Recipe[Any]],
    own_edits: Callable[[], Sequence[str]] = tuple,
) -> APIRouter:
    """GET /api/recipes; GET, POST /api/jobs; GET, PATCH, DELETE one; pause, resume, finish, cancel and
    restart it; its artifacts. own_edits: names of the edits that a user has written, as they are now."""
    router = APIRouter(prefix="/api", tags=["jobs"])
    _add_reading(router, catalog, recipes, own_edits)
    _add_commands(router, service, catalog)
    return router


def _add_reading(
    router: APIRouter,
    catalog: JobCatalog,
    recipes: Mapping[str, Recipe[Any]],
    own_edits: Callable[[], Sequence[str]],
) -> None:
    @router.get("/recipes", summary="The kinds of jobs")
    async def read_recipes() -> RecipeList:
        # Schemas take long to make.
        return await to_thread.run_sync(lambda: kinds(recipes, own_edits()))

    @router.get("/jobs", summary="Jobs, newest first: all that have not ended, and the newest that have")
    async def read_jobs(limit: Limit = MAX_ENDED, before: str | None = None) -> JobList:
        return await to_thread.run_sync(catalog.list, limit, before)

    @router.get("/jobs/{job_id}", summary="All that is known of a job")
    async def read_job(job_id: str) -> JobDetail:
        return await to_thread.run_sync(catalog.detail, job_id)

    @router.get("/jobs/{job_id}/artifacts", summary="Files a job has made")
    async def read_artifacts(job_id: str) -> tuple[Artifact, ...]:
        return await to_thread.run_sync(catalog.artifacts, job_id)

    @router.get("/jobs/{job_id}/artifacts/{name}", summary="One of them", response_class=FileResponse)
    async def read_artifact(job_id: str, name: str) -> Response:
        headers = {"Cache-Control": "no-cache"}
        path, media_type = await to_thread.run_sync(catalog.artifact, job_id, name)
        content = await to_thread.run_sync(catalog.artifact_bytes, job_id, name)
        if content is None:
            return FileResponse(path, media_type=media_type, headers=headers)
        return Response(content, media_type=media_type, headers=headers)


def _add_commands(router: APIRouter, service: JobService, catalog: JobCatalog) -> None:
    async def ask(act: Callable[[JobCommands], JobRecord]) -> JobSummary:
        return await to_thread.run_sync(lambda: catalog.summary(service.ask(act).id))

    @router.post("/jobs", summary="Queue a job", status_code=201)
    async def create_job(body: JobBody, x_wend_browser: Browser = "") -> JobSummary:
        return await ask(lambda jobs: jobs.create(body.kind, body.params, body.title, x_wend_browser))

    @router.patch("/jobs/{job_id}", summary="Title and notes")
    async def rename_job(job_id: str, body: JobPatch) -> JobSummary:
        return await ask(lambda jobs: jobs.rename(job_id, body.title, body.notes))

    @router.delete("/jobs/{job_id}", summary="Delete a job and its files; one that runs stops first")
    async def delete_job(job_id: str) -> None:
        await to_thread.run_sync(service.ask, lambda jobs: jobs.remove(job_id))

    @router.post("/jobs/{job_id}/pause", summary="Stop, keeping its state")
    async def pause_job(job_id: str) -> JobSummary:
        return await ask(lambda jobs: jobs.pause(job_id))

    @router.post("/jobs/{job_id}/resume", summary="Queue it to go on from its checkpoint")
    async def resume_job(job_id: str) -> JobSummary:
        return await ask(lambda jobs: jobs.resume(job_id))

    @router.post("/jobs/{job_id}/finish", summary="End with what it has by now, where its kind can")
    async def finish_job(job_id: str) -> JobSummary:
        return await ask(lambda jobs: jobs.finish(job_id))

    @router.post("/jobs/{job_id}/cancel", summary="Stop for good")
    async def cancel_job(job_id: str) -> JobSummary:
        return await ask(lambda jobs: jobs.cancel(job_id))

    @router.post("/jobs/{job_id}/restart", summary="Queue it to run again from scratch")
    async def restart_job(job_id: str) -> JobSummary:
        return await ask(lambda jobs: jobs.restart(job_id))
