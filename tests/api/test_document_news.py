"""Document news: what is told last is what was changed last, whatever the threads do."""

from threading import Event, Thread

from wend.api.document_news import DocumentNews
from wend.protocol.base import Message
from wend.protocol.documents import DocumentRemoved


def test_a_change_is_told_before_the_next_is_made() -> None:
    told: list[str] = []
    made: list[str] = []
    telling, go = Event(), Event()

    def tell(key: str, _: Message) -> None:
        # The first is slow to be told: the second must wait for it.
        if not telling.is_set():
            telling.set()
            go.wait()
        told.append(key)

    news = DocumentNews(tell)

    def change(document: str) -> None:
        news.change(lambda: made.append(document), lambda _: (document, DocumentRemoved(id=document)))

    first = Thread(target=change, args=("0" * 12,))
    first.start()
    telling.wait()
    second = Thread(target=change, args=("1" * 12,))
    second.start()
    assert made == ["0" * 12]
    go.set()
    first.join()
    second.join()
    assert told == [f"document:{'0' * 12}", f"document:{'1' * 12}"]
