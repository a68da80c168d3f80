"""Owner of what suits the machine when the settings say nothing."""

import os
import sys

import pytest

from wend.engine.settings import GIBIBYTE, EngineSettings, core_count, memory_budget, thread_count


def test_threads_leave_one_core_to_the_server() -> None:
    cores = len(os.sched_getaffinity(0))
    assert thread_count(EngineSettings()) == max(1, cores - 1)
    assert thread_count(EngineSettings(threads=3)) == 3


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="os.process_cpu_count asks nothing else")
def test_a_system_without_affinity_counts_all_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    assert core_count() == os.cpu_count()


def test_memory() -> None:
    assert memory_budget(EngineSettings(memory_bytes=5), 100) == 5
    assert memory_budget(EngineSettings(), 10 * GIBIBYTE) == 6 * GIBIBYTE
    assert memory_budget(EngineSettings(), None) >= GIBIBYTE
