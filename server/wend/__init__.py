"""Wend: drag, paint and animate the latent space of any image generator, in a browser.

In a notebook `wend.learn_walk(...)`, `wend.run_job(...)` and `wend.export(...)` run what the page and the
command line run; see `wend.jobs.local` and `wend.jobs.export_file`. `import wend` alone is quick: torch is
imported with the first of them.
"""

import importlib
from collections.abc import Callable
from typing import Any

__version__ = "0.1.0"

_CALLS = {
    "export": "wend.jobs.export_file",
    "learn_walk": "wend.jobs.local",
    "run_job": "wend.jobs.local",
}


def __getattr__(name: str) -> Callable[..., Any]:  # Any: their own signatures, where they are defined
    """Where the calls for notebooks are found. Raises: AttributeError."""
    if name not in _CALLS:
        raise AttributeError(f"module 'wend' has no attribute {name!r}")
    # By name: whoever imports the version would else import jobs, from below them.
    found: Callable[..., Any] = getattr(importlib.import_module(_CALLS[name]), name)
    return found


def __dir__() -> list[str]:
    """With the calls, for completion."""
    return sorted((*globals(), *_CALLS))
