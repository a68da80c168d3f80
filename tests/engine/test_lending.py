"""Work that draws with other models has them of the residency: counted, pinned one at a time, given back."""

from collections.abc import Mapping

import torch

from tests.engine.conftest import Library
from wend.engine.residency import Residency
from wend.engine.running import Running
from wend.library.perception import PerceptionStore
from wend.library.shelf import Shelf
from wend.methods.workbench import Workbench

NAMES = ("other", "tiny", "third")


class Comparing:
    """Draws with one model after the other, one a slice."""

    name, model, label, updates = "compare", "tiny", "comparing", 0
    losses: Mapping[str, float] = {}

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self.fraction = 0.0
        self.seen: list[str] = []

    def stop(self) -> None: ...

    def run_slice(self) -> bool:
        name = NAMES[len(self.seen)]
        generator = self._bench.other(name)
        assert (generator is self._bench.generator) == (name == "tiny")
        self.seen.append(name)
        return len(self.seen) == len(NAMES)


def test_other_models_are_resident_one_at_a_time(library: Library) -> None:
    store = library[0]
    residency = Residency(store, torch.device("cpu"), 1)
    running = Running("compare", "tiny", Comparing)
    shelf, eyes = Shelf(store, library[1].folder), PerceptionStore(())
    kept = []
    for _ in range(1 + len(NAMES)):
        running.advance(residency, shelf, eyes)
        # Whatever else is drawn meanwhile.
        residency.get("tiny")
        kept.append(sorted(resident.model for resident in residency.residents))
    assert kept == [["tiny"], ["other", "tiny"], ["other", "tiny"], ["third", "tiny"]]
    residency.evict_others("none")
    assert residency.residents == ()
