"""What the rooms of looking tests share: an engine of a test's own, disc pictures, a view finished."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.engine.desk import Desk, Viewer
from tests.engine.eyes_library import DISC, build_watched_library
from wend.documents.picture import Edit, Picture, SeedLatent
from wend.engine.engine import Engine
from wend.engine.settings import EngineSettings


@contextmanager
def thread_desk(folder: Path) -> Iterator[Desk]:
    """An engine of this test's own, in this process."""
    store, shelf = build_watched_library(folder)
    settings = EngineSettings("cpu", threads=1, perception_roots=(folder / "perception",))
    desk = Desk(lambda deliver: Engine(store, shelf, settings, deliver), shelf)
    try:
        yield desk
    finally:
        desk.engine.stop()


def disc(seed: int = 3, *alphas: float) -> Picture:
    edits = tuple(Edit(walk=f"test/{index}", alpha=alpha) for index, alpha in enumerate(alphas))
    return Picture(model=DISC, latent=SeedLatent(seed=seed), psi=1.0, edits=edits)


def finish_view(viewer: Viewer, picture: Picture) -> int:
    """Render it in final quality; the frame is there."""
    revision = viewer.submit(picture, "final")
    viewer.frame(revision)
    return revision
