"""Owner of the bounded mapping: made once, the least recently used leaves."""

from wend.pictures.recent import Recent


def test_the_least_recently_used_leaves() -> None:
    made: list[str] = []

    def get(recent: Recent[str, str], key: str) -> str:
        return recent.get(key, lambda: made.append(key) or key.upper())  # type: ignore[func-returns-value]

    recent: Recent[str, str] = Recent(2)
    assert [get(recent, key) for key in "abacb"] == ["A", "B", "A", "C", "B"]
    assert made == ["a", "b", "c", "b"]
    assert len(recent) == 2
    recent.clear()
    assert len(recent) == 0
