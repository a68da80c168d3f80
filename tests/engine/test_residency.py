"""Owner of what is in memory: loaded once, within the budget, never a stale one."""

import pytest
import torch

from tests.engine.conftest import Library
from tests.engine.library import publish_tiny
from wend.engine.residency import Residency
from wend.errors import ModelNotFound, WeightsInvalid
from wend.generators.generator import Generator
from wend.library.models import ModelStore

CPU = torch.device("cpu")
PLENTY = 10**9


def names(residency: Residency) -> list[str]:
    return [resident.model for resident in residency.residents]


def test_loads_once(library: Library) -> None:
    residency = Residency(library[0], CPU, PLENTY)
    assert residency.get("tiny") is residency.get("tiny")
    assert residency.size_bytes >= residency.get("tiny").exact.size_bytes > 0


def test_the_least_recently_used_leaves(library: Library) -> None:
    one = Residency(library[0], CPU, PLENTY).get("tiny").size_bytes
    # Room for two of them and a half, whatever precision each is found to like.
    residency = Residency(library[0], CPU, int(one * 2.6))
    gone: list[str] = []
    residency.on_evicted = gone.append
    for model in ("tiny", "other", "tiny", "third"):
        residency.get(model)
    assert names(residency) == ["tiny", "third"]
    assert residency.evicted == 1
    assert gone == [library[0].get("other").card.hash]


def test_one_larger_than_the_budget_is_kept_alone(library: Library) -> None:
    residency = Residency(library[0], CPU, 1)
    residency.get("tiny")
    residency.get("other")
    assert names(residency) == ["other"]


def test_pinned_models_stay(library: Library) -> None:
    residency = Residency(library[0], CPU, 1)
    residency.get("tiny")
    residency.pin("tiny")
    residency.get("other")
    residency.get("third")
    assert names(residency) == ["tiny", "third"]
    residency.unpin("tiny")
    residency.evict_others("third")
    assert names(residency) == ["third"]


def test_a_model_changed_on_disk_is_loaded_anew(own_library: Library) -> None:
    store, _ = own_library
    residency = Residency(store, CPU, PLENTY)
    before = residency.get("tiny")
    publish_tiny(store.roots[0], "tiny", seed=77)
    after = residency.get("tiny")
    assert after.hash != before.hash
    assert not torch.equal(after.exact.w_avg, before.exact.w_avg)
    assert len(residency.residents) == 1


class CountingStore(ModelStore):
    """A store that counts how often weights are read."""

    loads = 0

    def load(self, model_id: str, device: torch.device) -> Generator:
        self.loads += 1
        return super().load(model_id, device)


def test_damaged_weights_are_read_once_until_they_change(own_library: Library) -> None:
    store = CountingStore(own_library[0].roots)
    residency = Residency(store, CPU, PLENTY)
    path = store.get("tiny").folder / "weights.safetensors"
    whole = path.read_bytes()
    path.write_bytes(whole[:-100])
    for _ in range(5):
        with pytest.raises(WeightsInvalid):
            residency.get("tiny")
    assert store.loads == 1
    path.write_bytes(whole)
    assert residency.get("tiny").model == "tiny"
    assert store.loads == 2


def test_an_unknown_model_is_refused(library: Library) -> None:
    with pytest.raises(ModelNotFound):
        Residency(library[0], CPU, PLENTY).get("nobody")
