"""Settings of the engine: which device, how much of its memory, how many threads."""

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path

from wend.formats.limits import machine_memory
from wend.perception.trust import Trust

GIBIBYTE = 2**30


@dataclass(frozen=True)
class EngineSettings:
    """None stands for what suits the machine.

    device: a torch device name, None: the GPU if there is one, else the CPU; memory_bytes: for resident
    generators and kept states together, None: a quarter of the memory, or 60 % of a GPU's; threads: of
    one torch operation on the CPU; perception_roots: folders of networks that look, none: nothing looks;
    trust: how far their files are trusted; images_dir: masks and photos that people brought, None: there are
    none; database: where documents are saved, None: nowhere; measures_walks: whether sliders are measured
    while nobody wants the device; nearest_samples: of a model, that a drawing is held against.
    """

    device: str | None = None
    memory_bytes: int | None = None
    threads: int | None = None
    perception_roots: tuple[Path, ...] = ()
    trust: Trust = field(default_factory=Trust)
    images_dir: Path | None = None
    database: Path | None = None
    measures_walks: bool = False
    nearest_samples: int = 256


def thread_count(settings: EngineSettings) -> int:
    """Threads of one torch operation: cores - 1, at least 1, unless the settings say otherwise.

    OpenMP's waiting must have been made passive (OMP_WAIT_POLICY) before torch is first imported, which is
    the command line's business: threads that spin while they wait are many times slower beside other work.
    Never chosen by a measurement: `final` frames promise the same bytes after a restart, and the split
    of a sum over threads may show in its last bit.
    """
    return settings.threads or max(1, core_count() - 1)


def core_count() -> int:
    """Cores this process may use; where the system does not say, all there are."""
    if sys.version_info >= (3, 13):
        return os.process_cpu_count() or 1
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def memory_budget(settings: EngineSettings, device_bytes: int | None) -> int:
    """Bytes the engine may fill; `device_bytes` is a GPU's memory, None on the CPU."""
    if settings.memory_bytes is not None:
        return settings.memory_bytes
    if device_bytes is not None:
        return int(device_bytes * 0.6)
    return max(GIBIBYTE, machine_memory() // 4)
