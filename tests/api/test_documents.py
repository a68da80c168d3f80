"""Documents over HTTP: saved, found, told to every page, and refused in words."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import update

from wend.api import documents, problems, snapshots
from wend.api.document_news import DocumentNews
from wend.database.database import Database
from wend.database.tables import DOCUMENTS
from wend.documents.document import VERSION
from wend.library.documents import DocumentStore
from wend.library.snapshots import SnapshotStore
from wend.protocol.base import Message
from wend.protocol.documents import DocumentRemoved, DocumentSaved

PICTURE = {"model": "tiny", "latent": {"kind": "seed", "seed": 7}, "psi": 0.5}
DOCUMENT = {"version": VERSION, "picture": PICTURE, "timeline": None}


@pytest.fixture
def told() -> list[tuple[str, Message]]:
    return []


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "wend.db").open()
    yield database
    database.close()


@pytest.fixture
def client(database: Database, told: list[tuple[str, Message]]) -> Iterator[TestClient]:
    """The routes alone, and what they tell."""
    app = FastAPI()
    problems.install(app, {})
    tell = lambda key, message: told.append((key, message))  # noqa: E731
    news = DocumentNews(tell)
    app.include_router(documents.routes(DocumentStore(database, lambda: 1000.0), news))
    app.include_router(snapshots.routes(SnapshotStore(database, lambda: 1000.0), news))
    with TestClient(app) as client:
        yield client


def add(client: TestClient, name: str = "Faces") -> str:
    answer = client.post("/api/documents", json={"name": name, "document": DOCUMENT})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def test_a_document_is_saved_read_and_told(client: TestClient, told: list[tuple[str, Message]]) -> None:
    kept = add(client)
    detail = client.get(f"/api/documents/{kept}").json()
    assert detail["document"]["picture"]["psi"] == 0.5
    assert detail["summary"]["created"] == "1970-01-01T00:16:40.000+00:00"
    changed = {**DOCUMENT, "picture": {**PICTURE, "psi": 0.7}}
    answer = client.put(f"/api/documents/{kept}", json={"base": 1, "document": changed})
    assert (answer.status_code, answer.json()["revision"]) == (200, 2)
    assert client.patch(f"/api/documents/{kept}", json={"name": "Heads"}).json()["name"] == "Heads"
    (listed,) = client.get("/api/documents", params={"search": "head"}).json()["documents"]
    assert listed["picture"]["psi"] == 0.7
    saved = [message.document for _, message in told if isinstance(message, DocumentSaved)]
    assert [(each.name, each.revision) for each in saved] == [("Faces", 1), ("Faces", 2), ("Heads", 2)]
    assert {key for key, _ in told} == {f"document:{kept}"}


def test_lists_go_on_after_a_place(client: TestClient) -> None:
    ids = sorted(add(client) for _ in range(3))
    # All were saved at once: their ids say which comes first.
    listed = client.get("/api/documents", params={"before": f"1000000,{ids[0]}"}).json()["documents"]
    assert [each["id"] for each in listed] == ids[1:]
    client.delete(f"/api/documents/{ids[1]}")
    listed = client.get("/api/documents", params={"before": f"1000000,{ids[1]}", "limit": 1}).json()[
        "documents"
    ]
    assert [each["id"] for each in listed] == ids[2:]
    assert client.get("/api/documents", params={"before": ids[0]}).status_code == 422


def test_a_save_on_an_old_revision_is_refused(client: TestClient) -> None:
    kept = add(client)
    body = {"base": 1, "document": {**DOCUMENT, "picture": {**PICTURE, "psi": 0.1}}}
    assert client.put(f"/api/documents/{kept}", json=body).status_code == 200
    answer = client.put(f"/api/documents/{kept}", json=body)
    assert answer.status_code == 409
    assert (answer.json()["code"], answer.json()["values"]["revision"]) == ("document_changed", 2)


def test_it_is_duplicated_deleted_and_restored(client: TestClient, told: list[tuple[str, Message]]) -> None:
    kept = add(client)
    assert client.post(f"/api/documents/{kept}/duplicate").json()["name"] == "Faces copy"
    assert client.delete(f"/api/documents/{kept}").status_code == 204
    assert told[-1][1] == DocumentRemoved(id=kept)
    gone = client.get(f"/api/documents/{kept}")
    assert (gone.status_code, gone.json()["code"]) == (404, "document_not_found")
    assert client.post(f"/api/documents/{kept}/restore").json()["id"] == kept


def test_snapshots_lie_beside_it(client: TestClient, told: list[tuple[str, Message]]) -> None:
    path = f"/api/documents/{add(client)}/snapshots"
    shot = client.post(path, json={"title": "Smile", "picture": PICTURE}).json()
    assert shot["picture"]["latent"] == {"kind": "seed", "seed": 7}
    assert client.patch(f"{path}/{shot['id']}", json={"title": "Grin"}).json()["title"] == "Grin"
    assert client.delete(f"{path}/{shot['id']}").status_code == 204
    assert client.get(path).json() == {"snapshots": []}
    assert client.post(f"{path}/{shot['id']}/restore").json()["title"] == "Grin"
    told_of = [message.document.gallery for _, message in told if isinstance(message, DocumentSaved)]
    assert told_of == [0, 1, 2, 3, 4]
    assert client.delete(f"{path}/none").json()["code"] == "snapshot_not_found"


def damage(database: Database, content: str) -> None:
    """What a disk, or another version, may leave of a document."""
    values = {"content": content, "picture": "{}"}
    database.write(lambda connection: connection.execute(update(DOCUMENTS).values(values)))


def test_what_was_damaged_on_disk_comes_as_it_is(client: TestClient, database: Database) -> None:
    kept = add(client)
    for content in ('{"version": 9, "picture": {"model": "later"}}', "{half"):
        damage(database, content)
        detail = client.get(f"/api/documents/{kept}").json()
        assert detail["summary"]["picture"] is None
        assert detail["document"] == (content if content == "{half" else json.loads(content))


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": "", "document": DOCUMENT},
        {"name": "a\nb", "document": DOCUMENT},
        {"name": "x" * 121, "document": DOCUMENT},
        {"name": "x", "document": {**DOCUMENT, "version": VERSION + 1}},
        {"name": "x", "document": {"version": VERSION}},
        {"name": "x", "document": {**DOCUMENT, "picture": {**PICTURE, "psi": "0.5"}}},
    ],
)
def test_what_is_no_document_is_refused(client: TestClient, body: dict[str, object]) -> None:
    answer = client.post("/api/documents", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_message")
    assert client.get("/api/documents").json() == {"documents": []}
