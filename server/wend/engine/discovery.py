"""Discovery as work: finding a model's closed-form walks, unless its shelf has them."""

from wend.engine.running import Running
from wend.library.shelf import Shelf
from wend.methods.discover.job import FAMILIES, DiscoverWalks
from wend.methods.workbench import Workbench


def discovery(model_id: str) -> Running:
    """The work that finds them; done at once where nothing is missing."""
    return Running(f"discover:{model_id}", model_id, _build, _lacks_walks)


def _build(bench: Workbench) -> DiscoverWalks:
    return DiscoverWalks(bench.model, bench.generator, bench.shelf, bench.perception)


def _lacks_walks(model_id: str, shelf: Shelf) -> bool:
    return not all(shelf.has(model_id, family) for family in FAMILIES)
