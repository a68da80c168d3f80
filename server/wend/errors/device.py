"""The device could not do it."""

from wend.errors.base import WendError


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

    def __init__(self, update: int, failures: int, in_a_row: bool = True) -> None:
        times = f"{failures} times" + (" in a row" if in_a_row else "")
        super().__init__(
            f"Up to update {update} the loss or its gradient was not finite {times}.",
            update=update,
            failures=failures,
        )
