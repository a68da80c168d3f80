"""A server with the toys for recipes: `python -m tests.jobs.toy_server DATA MODELS CHECKPOINT_S`.

It prints its port when it answers, and looks for no walks: the device is the jobs' alone.
"""

import sys
from pathlib import Path

from tests.jobs.toy import TOYS
from wend.api.server import run
from wend.app import create_app
from wend.cli.serve import listen
from wend.engine.engine import Engine
from wend.settings import Settings


class JobEngine(Engine):
    """An engine that looks for no walks."""

    def discover(self, model_id: str) -> None:
        """They are not wanted here."""


def main(data: str, models: str, checkpoint_s: str) -> None:
    settings = Settings(
        port=0,
        data_dir=Path(data),
        models_dir=Path(models),
        device="cpu",
        threads=1,
        job_checkpoint_s=float(checkpoint_s),
    )
    listener = listen(settings)
    app = create_app(settings, JobEngine, TOYS)
    run(app, listener, lambda: print(listener.getsockname()[1], flush=True))  # noqa: T201 - its word


if __name__ == "__main__":
    main(*sys.argv[1:])
