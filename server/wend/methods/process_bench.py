"""Process bench: what a job that runs in a process of its own is given to work with."""

from dataclasses import dataclass
from pathlib import Path

import torch

from wend.library.perception import PerceptionStore
from wend.library.shelf import Shelf


@dataclass(frozen=True)
class ProcessBench:
    """No generator is resident here: the job loads what it changes, onto `device`, and owns it.

    Through `shelf.store` models are found; `data_dir`/models is where it publishes one; threads: of one
    torch operation on the CPU, already set.
    """

    shelf: Shelf
    perception: PerceptionStore
    data_dir: Path
    device: torch.device
    threads: int
