"""Every error Wend raises on purpose, as one tree.

WendError
├── InvalidInput      something the caller sent cannot be used
│   └── InvalidMessage, InvalidPicture, InvalidFactor, InvalidVariant, InvalidShape, InvalidSetting,
│       MessageTooLarge, DatasetInvalid, InvalidParams, JobStateInvalid, JobElsewhere, ModelChanged,
│       WalkInvalid
├── NotFound          something named does not exist
│   └── ModelNotFound, PerceptionNotFound, WalkNotFound, WorldNotFound, AssetNotFound,
│       RecipeNotFound, JobNotFound
├── Refused           not allowed from here
│   └── HostNotAllowed, OriginNotAllowed, TokenRequired, MethodNotAllowed, SchemaMismatch, WalkShipped
├── FileInvalid       a file on disk is damaged
│   └── CardInvalid, WeightsInvalid, CheckpointInvalid, DatabaseInvalid, DatabaseTooNew
├── StorageError      something cannot be kept now
│   └── DiskFull, DatabaseBusy
└── EngineError       the device could not do it
    └── OutOfMemory, EngineRestarting, RenderFailed, RenderTimeout, JobProcessDied, Diverged

Each class has a stable `code` (in problems, messages and the generated TypeScript), a sentence for
the user, a hint for the next action and structured `values`.
"""

from typing import ClassVar


class WendError(Exception):
    """Base of the tree. `str(error)` is the sentence."""

    code: ClassVar[str] = "wend_error"
    hint: ClassVar[str] = "Try again; if it happens again, look at the server's log."

    def __init__(self, sentence: str, **values: str | float | None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.values = values


class InvalidInput(WendError):
    """Something the caller sent cannot be used."""

    code = "invalid_input"
    hint = "Correct the value and send it again."


class InvalidMessage(InvalidInput):
    """Malformed JSON, a wrong type or a number out of range."""

    code = "invalid_message"
    hint = "The schema is at /docs; nothing was changed."

    def __init__(self, why: str, where: str = "") -> None:
        at = f" at {where}" if where else ""
        super().__init__(f"This message cannot be read{at}: {why}.", where=where, why=why)


class InvalidPicture(InvalidInput):
    """A picture that does not fit its model."""

    code = "invalid_picture"
    hint = "The model's card (GET /api/models/{id}) lists its layers, classes and latent size."

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"The picture's {field} {why}.", field=field, why=why)


class InvalidFactor(InvalidInput):
    """A factor or law that a world does not have."""

    code = "invalid_factor"
    hint = "`wend world show NAME` lists a world's factors, units and laws."

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"The factor {name} {why}.", name=name, why=why)


class InvalidVariant(InvalidInput):
    """A variant of a world that cannot be read."""

    code = "invalid_variant"
    hint = "A variant is WORLD:CHANGE,..., e.g. portraits:glasses=none,head_x.sd=2x,hat.beanie=0.3."

    def __init__(self, change: str, why: str) -> None:
        super().__init__(f"The change {change!r} {why}.", change=change, why=why)


class InvalidShape(InvalidInput):
    """A tensor of another shape than asked for."""

    code = "invalid_shape"
    hint = "The docstring of the call names the axes it wants."

    def __init__(self, name: str, expected: str, actual: str) -> None:
        super().__init__(
            f"{name} must have shape {expected}, not {actual}.", expected=expected, actual=actual
        )


class InvalidSetting(InvalidInput):
    """An option or environment variable that cannot be used."""

    code = "invalid_setting"
    hint = "`wend serve --help` lists the options and the variables that set them."

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"The setting {name} cannot be used: {why}.", name=name, why=why)


class MessageTooLarge(InvalidInput):
    """Over the limit of one message or upload."""

    code = "message_too_large"
    hint = "Send less at once; masks and latents are uploaded as assets, never inside messages."

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(f"This message is larger than {limit_bytes} bytes.", limit_bytes=limit_bytes)


class DatasetInvalid(InvalidInput):
    """Training pictures that cannot be read."""

    code = "dataset_invalid"
    hint = "Give a folder or zip of PNG, JPEG or WebP pictures, IDX files, the sprites' npz, or a world."

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name} {why}.", name=name, why=why)


class InvalidParams(InvalidInput):
    """Parameters that a job's recipe does not take."""

    code = "invalid_params"
    hint = "GET /api/recipes lists every job's parameters with their bounds and units."

    def __init__(self, field: str, why: str) -> None:
        super().__init__(f"The parameter {field} cannot be used: {why}.", field=field, why=why)


class JobStateInvalid(InvalidInput):
    """Something asked of a job that it cannot do in the state it is in."""

    code = "job_state_invalid"
    hint = (
        "What waits or runs can be paused or cancelled, what is paused or failed resumed, and what has ended "
        "restarted; nothing was changed."
    )

    def __init__(self, job: str, state: str, wanted: str) -> None:
        why = "already" if wanted == state else f"and cannot be {wanted}"
        super().__init__(f"This job is {state} {why}.", job=job, state=state, wanted=wanted)


class JobElsewhere(InvalidInput):
    """A job that another server or command on the same data folder runs."""

    code = "job_elsewhere"
    hint = "Ask the server or command that runs it, or wait until it has ended."

    def __init__(self, job: str, host: str, pid: int) -> None:
        super().__init__(
            f"Another process (number {pid} on {host}) runs this job.", job=job, host=host, pid=pid
        )


class ModelChanged(InvalidInput):
    """A model whose weights are not those a job began with."""

    code = "model_changed"
    hint = "Restart the job: it then begins again with the weights of now."

    def __init__(self, model: str) -> None:
        super().__init__(f"The weights of {model!r} have changed since this job began.", model=model)


class WalkInvalid(InvalidInput):
    """A file of walks that cannot be put on a model's shelf."""

    code = "walk_invalid"
    hint = "Send a file that Wend wrote for a generator with the same latent size and layers."

    def __init__(self, why: str) -> None:
        super().__init__(f"This walk cannot be used here: {why}.", why=why)


class QueueFull(InvalidInput):
    """More jobs wait than are of any use."""

    code = "queue_full"
    hint = "Wait until some have run, or cancel or delete some."

    def __init__(self, limit: int) -> None:
        super().__init__(f"{limit} jobs wait already.", limit=limit)


class NotFound(WendError):
    """Something named does not exist."""

    code = "not_found"
    hint = "Check the name."


class ModelNotFound(NotFound):
    """No model of this id on disk."""

    code = "model_not_found"
    hint = "GET /api/models lists the models; a folder below data/models adds one."

    def __init__(self, model: str) -> None:
        super().__init__(f"There is no model called {model!r}.", model=model)


class PerceptionNotFound(NotFound):
    """No set of looking networks of this id, or none in it that tells what is asked."""

    code = "perception_not_found"
    hint = "`wend perception list` lists the sets; `wend train perception` makes one."

    def __init__(self, perception: str, what: str = "") -> None:
        told = f" that tells {what}" if what else ""
        super().__init__(
            f"There is no perception set {perception!r}{told}.", perception=perception, what=what
        )


class WalkNotFound(NotFound):
    """No walk of this id on the shelf."""

    code = "walk_not_found"
    hint = "GET /api/walks?model=ID lists the walks of a model."

    def __init__(self, walk: str, model: str) -> None:
        super().__init__(f"The model {model!r} has no walk called {walk!r}.", walk=walk, model=model)


class WorldNotFound(NotFound):
    """No bundled world of this name."""

    code = "world_not_found"
    hint = "`wend world list` names the bundled worlds."

    def __init__(self, world: str) -> None:
        super().__init__(f"There is no world called {world!r}.", world=world)


class AssetNotFound(NotFound):
    """A file of a model that the page asked for is missing."""

    code = "asset_not_found"

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no file called {name!r} here.", name=name)


class RecipeNotFound(NotFound):
    """No kind of job of this name."""

    code = "recipe_not_found"
    hint = "GET /api/recipes lists the kinds of jobs."

    def __init__(self, kind: str) -> None:
        super().__init__(f"There is no kind of job called {kind!r}.", kind=kind)


class JobNotFound(NotFound):
    """No job of this id."""

    code = "job_not_found"
    hint = "GET /api/jobs lists the jobs; it may have been deleted."

    def __init__(self, job: str) -> None:
        super().__init__(f"There is no job {job!r}.", job=job)


class Refused(WendError):
    """Not allowed from here."""

    code = "refused"
    hint = "See the settings for hosts, origins and the token."


class HostNotAllowed(Refused):
    """The Host header names a host this server does not answer for (DNS rebinding guard)."""

    code = "host_not_allowed"
    hint = "Open the URL printed at start, or add the host with --allow-host."

    def __init__(self, host: str) -> None:
        super().__init__(f"This server does not answer for the host {host!r}.", host=host)


class OriginNotAllowed(Refused):
    """A page of another site tried to connect."""

    code = "origin_not_allowed"
    hint = "Open the URL printed at start, or add the origin with --allow-origin."

    def __init__(self, origin: str) -> None:
        super().__init__(f"Pages of {origin!r} may not use this server.", origin=origin)


class TokenRequired(Refused):
    """A non-loopback server was asked without its token."""

    code = "token_required"
    hint = "Open the URL with ?token=... that the server printed at start."

    def __init__(self) -> None:
        super().__init__("This server asks for its token.")


class MethodNotAllowed(Refused):
    """A route asked in a way it does not answer."""

    code = "method_not_allowed"
    hint = "The routes and their methods are at /docs."

    def __init__(self, method: str, path: str) -> None:
        super().__init__(f"{path} does not answer {method}.", method=method, path=path)


class WalkShipped(Refused):
    """A walk that came with its model cannot be deleted."""

    code = "walk_shipped"
    hint = "Hide it instead: PATCH /api/walks/{id} with hidden = true."

    def __init__(self, walk: str) -> None:
        super().__init__(f"The walk {walk!r} came with its model and stays.", walk=walk)


class SchemaMismatch(Refused):
    """The page is of another version than the server."""

    code = "schema_mismatch"
    hint = "Reload the page."

    def __init__(self, expected: str) -> None:
        super().__init__("This page is of another version than the server.", expected=expected)


class FileInvalid(WendError):
    """A file on disk is damaged."""

    code = "file_invalid"
    hint = "Restore the file, or remove it and import it again."


class CardInvalid(FileInvalid):
    """A card that cannot be read."""

    code = "card_invalid"

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"The card {path} cannot be read: {why}.", path=path, why=why)


class WeightsInvalid(FileInvalid):
    """Weights that do not fit their card."""

    code = "weights_invalid"

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"The weights {path} cannot be used: {why}.", path=path, why=why)


class CheckpointInvalid(FileInvalid):
    """A checkpoint that cannot be read."""

    code = "checkpoint_invalid"

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"The checkpoint {path} cannot be read: {why}.", path=path, why=why)


class DatabaseInvalid(FileInvalid):
    """A database that cannot be read."""

    code = "database_invalid"
    hint = "Move the file away to begin with an empty one, or restore a copy; job folders are untouched."

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"The database {path} cannot be used: {why}.", path=path, why=why)


class DatabaseTooNew(FileInvalid):
    """A database that a newer version of this program has written."""

    code = "database_too_new"
    hint = "Start the newer version, or name another data folder; nothing was changed."

    def __init__(self, path: str, revision: str) -> None:
        super().__init__(
            f"The database {path} was written by a newer version of Wend (its revision is {revision!r}).",
            path=path,
            revision=revision,
        )


class StorageError(WendError):
    """Something cannot be kept now."""

    code = "storage_error"


class DiskFull(StorageError):
    """No room for a file that should be written; what was there before is whole."""

    code = "disk_full"
    hint = "Make room on the disk of the data folder, then go on: nothing written before was lost."

    def __init__(self, path: str, why: str) -> None:
        super().__init__(f"{path} could not be written: {why}.", path=path, why=why)


class DatabaseBusy(StorageError):
    """Another process holds the database."""

    code = "database_busy"
    hint = "Try again; if it stays so, look for another program that has the database open."

    def __init__(self, timeout_s: float) -> None:
        super().__init__(
            f"Another process has kept the database busy for {timeout_s:g} seconds.", timeout_s=timeout_s
        )


class EngineError(WendError):
    """The device could not do it."""

    code = "engine_error"


class OutOfMemory(EngineError):
    """Not enough device memory, even alone and with everything else evicted."""

    code = "out_of_memory"
    hint = "Close other programs on the device, or choose a smaller model."

    def __init__(self, device: str) -> None:
        super().__init__(f"The device {device} has not enough memory for this picture.", device=device)


class EngineRestarting(EngineError):
    """The device failed and is being started again."""

    code = "engine_restarting"
    hint = "Wait a moment; the page reconnects by itself."

    def __init__(self) -> None:
        super().__init__("The engine is starting again after a device error.")


class RenderFailed(EngineError):
    """A render broke for a reason that is a fault of ours."""

    code = "render_failed"

    def __init__(self, why: str) -> None:
        super().__init__(f"This picture could not be rendered: {why}.", why=why)


class RenderTimeout(EngineError):
    """The picture was not ready in time."""

    code = "render_timeout"
    hint = "The device is busy: try again, or close other pages."

    def __init__(self, timeout_s: float) -> None:
        super().__init__(f"The picture was not ready after {timeout_s:g} s.", timeout_s=timeout_s)


class JobProcessDied(EngineError):
    """The process of a job ended without a word."""

    code = "job_process_died"
    hint = "Its last checkpoint is kept: resume it. If it dies again, it may need more memory than there is."

    def __init__(self, how: str) -> None:
        super().__init__(f"The job's process {how}.", how=how)


class Diverged(EngineError):
    """An optimisation whose losses stay beyond all numbers."""

    code = "diverged"
    hint = "Lower the learning rate or the range, or clip the gradient, and start again."

    def __init__(self, update: int, failures: int) -> None:
        super().__init__(
            f"Up to update {update} the loss or its gradient was not finite {failures} times in a row.",
            update=update,
            failures=failures,
        )


def all_errors(base: type[WendError] = WendError) -> tuple[type[WendError], ...]:
    """Every class of the tree, the base first."""
    return (base, *(cls for sub in base.__subclasses__() for cls in all_errors(sub)))
