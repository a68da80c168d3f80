"""A job that cannot be begun, changed or gone on with as was asked."""

from wend.errors.invalid import InvalidInput


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


class QueueFull(InvalidInput):
    """More jobs wait than are of any use."""

    code = "queue_full"
    hint = "Wait until some have run, or cancel or delete some."

    def __init__(self, limit: int) -> None:
        super().__init__(f"{limit} jobs wait already.", limit=limit)
