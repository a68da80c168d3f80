"""`wend jobs`: the jobs of a data folder, whoever runs them; one of them run again here."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from wend.errors import JobNotFound
from wend.settings import Settings

if TYPE_CHECKING:
    from wend.jobs.catalog import JobCatalog

jobs_app = typer.Typer(
    no_args_is_help=True, help="List the jobs of a data folder, run one again, delete one."
)

DataOption = Annotated[Path | None, typer.Option("--data", help="the data folder of your server")]
ModelsOption = Annotated[Path | None, typer.Option("--models", help="folder of shipped models")]
IdArgument = Annotated[str, typer.Argument(help="id of a job, or how it begins")]
JsonOption = Annotated[bool, typer.Option("--json", help="for other programs")]

RESUME = "Its state is kept: resume it in the page."


@jobs_app.command("list")
def jobs_list(data: DataOption = None, as_json: JsonOption = False) -> None:
    """Every job, newest first."""
    with _catalog(_settings(data)) as catalog:
        jobs = () if catalog is None else catalog.list().jobs
    if as_json:
        typer.echo(json.dumps({"jobs": [job.model_dump(mode="json") for job in jobs]}))
        return
    table = Table("job", "what", "state", "done", "updates", "ran", "asked for", "now")
    for job in jobs:
        table.add_row(
            job.id,
            job.title,
            job.state if job.is_here else f"{job.state}, elsewhere",
            f"{job.fraction:.0%}",
            str(job.updates),
            str(timedelta(seconds=round(job.seconds))),
            job.created[:16].replace("T", " "),
            job.failure or job.label,
        )
    Console().print(table)


@jobs_app.command("show")
def jobs_show(job: IdArgument, data: DataOption = None, as_json: JsonOption = False) -> None:
    """All that is known of a job: parameters, seed, versions, what happened, files."""
    with _catalog(_settings(data)) as catalog:
        if catalog is None:
            raise JobNotFound(job)
        detail = catalog.detail(_whole_id(catalog, job))
    if as_json:
        typer.echo(detail.model_dump_json())
        return
    summary = detail.job
    typer.echo(f"{summary.id}  {summary.title}  ({summary.kind})")
    typer.echo(f"{summary.state}: {summary.failure or summary.label}")
    if summary.hint:
        typer.echo(summary.hint)
    typer.echo(f"{summary.updates} updates in {timedelta(seconds=round(summary.seconds))} on {detail.device}")
    for name, version in detail.versions.items():
        typer.echo(f"{name} {version}")
    typer.echo(f"seed {detail.seed}")
    typer.echo(json.dumps(detail.params, indent=2, ensure_ascii=False))
    for fact in summary.facts:
        typer.echo(f"{fact.name}: {fact.value}")
    for walk in summary.walks:
        typer.echo(f"on the shelf: {walk}")
    for artifact in detail.artifacts:
        typer.echo(f"file: {artifact.name}, {artifact.bytes} bytes")
    for event in detail.events:
        typer.echo(event)
    if summary.notes:
        typer.echo(summary.notes)


@jobs_app.command("repeat")
def jobs_repeat(
    job: IdArgument, data: DataOption = None, models: ModelsOption = None, as_json: JsonOption = False
) -> None:
    """Run a job's kind and parameters again, here; it becomes a job of its own.

    The same weights, versions, device and threads give the same result, bit for bit on a CPU.
    """
    from wend.cli.job_progress import STOPPED_CODE, run_watched
    from wend.cli.recipe_command import print_run
    from wend.jobs.local import run_local
    from wend.jobs.record import new_id

    settings = _settings(data, models)
    with _catalog(settings) as catalog:
        if catalog is None:
            raise JobNotFound(job)
        detail = catalog.detail(_whole_id(catalog, job))
    own = partial(run_local, job=new_id())
    run = run_watched(detail.job.kind, detail.params, settings, is_anew=False, run=own, go_on=RESUME)
    print_run(run, as_json)
    if not run.is_done:
        raise typer.Exit(STOPPED_CODE)


@jobs_app.command("finish")
def jobs_finish(job: IdArgument, data: DataOption = None) -> None:
    """Let a job that runs end with what it has by now, where its kind can."""
    from wend.jobs.local import end_early

    settings = _settings(data)
    with _catalog(settings) as catalog:
        if catalog is None:
            raise JobNotFound(job)
        found = catalog.detail(_whole_id(catalog, job)).job
    end_early(settings.data_dir, found.id)
    typer.echo(f"{found.id} ends with what it has after {found.updates} updates.")


@jobs_app.command("delete")
def jobs_delete(
    job: IdArgument,
    data: DataOption = None,
    is_sure: Annotated[bool, typer.Option("--yes", help="do not ask")] = False,
) -> None:
    """Delete a job with its files; walks and models that it left stay. One that runs must be paused first."""
    from wend.jobs.local import delete_job

    settings = _settings(data)
    with _catalog(settings) as catalog:
        if catalog is None:
            raise JobNotFound(job)
        found = catalog.detail(_whole_id(catalog, job)).job
    if not is_sure:
        typer.confirm(f"Delete {found.title} ({found.id}, {found.state}) and its files?", abort=True)
    delete_job(settings.data_dir, found.id)
    typer.echo(f"Deleted {found.id}.")


def _settings(data: Path | None, models: Path | None = None) -> Settings:
    return Settings.load(os.environ, {"data_dir": data, "models_dir": models})


@contextmanager
def _catalog(settings: Settings) -> "Iterator[JobCatalog | None]":
    """The jobs of a data folder; None where there never was one, and none is made by looking."""
    from wend.jobs.catalog import JobCatalog
    from wend.jobs.place import DATABASE_FILE, read_jobs

    if not (settings.data_dir / DATABASE_FILE).is_file():
        yield None
        return
    with read_jobs(settings.data_dir) as (store, folder):
        yield JobCatalog(store, folder)


def _whole_id(catalog: "JobCatalog", start: str) -> str:
    """The one job whose id begins so. Raises: JobNotFound, also where there are several."""
    found = [job.id for job in catalog.list().jobs if job.id.startswith(start)]
    if len(found) != 1:
        raise JobNotFound(start)
    return found[0]
