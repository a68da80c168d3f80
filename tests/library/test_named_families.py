"""What saved documents name: their pictures, keyframes and snapshots, those in the trash as well."""

from pathlib import Path

from wend.database.database import Database
from wend.documents.document import Document
from wend.documents.picture import Edit, Picture, SeedLatent
from wend.documents.timeline import Keyframe, Timeline
from wend.library.documents import DocumentStore
from wend.library.named_families import named_families
from wend.library.snapshots import SnapshotStore


def picture(walk: str) -> Picture:
    return Picture(model="tiny", latent=SeedLatent(seed=1), edits=(Edit(walk=walk, alpha=1.0),))


def test_pictures_keyframes_and_snapshots_name_families(tmp_path: Path) -> None:
    path = tmp_path / "wend.db"
    assert named_families(path, "region-") == frozenset()
    database = Database(path).open()
    try:
        store, gallery = DocumentStore(database, lambda: 1.0), SnapshotStore(database, lambda: 1.0)
        keyframes = (Keyframe(picture=picture("region-0000000b/x")), Keyframe(picture=picture("pca-w/1")))
        whole = Document(picture=picture("region-0000000a/x"), timeline=Timeline(keyframes=keyframes))
        document = store.add("Face", whole)
        gallery.take(document.id, "Smile", picture("region-0000000c/x"))
        store.remove(store.add("Other", Document(picture=picture("region-0000000d/y"))).id)
        found = named_families(path, "region-")
    finally:
        database.close()
    assert found == {f"region-0000000{letter}" for letter in "abcd"}
