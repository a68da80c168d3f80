"""Three hundred damaged and malicious files: none crashes the reader, hangs, or runs anything."""

from wend.cli.bench.fuzz import OUTCOMES, measure_fuzz


def test_fuzz() -> None:
    found = measure_fuzz(300, seed=20)
    counts = {name: found[name] for name in OUTCOMES}
    assert (counts["crashed"], counts["hung"], counts["executed"]) == (0, 0, 0)
    assert sum(int(str(value)) for value in counts.values()) == found["files"] == 300
    # Some damage is no harm: numbers inside a tensor changed.
    assert int(str(counts["refused"])) > 100
    assert int(str(counts["opened"])) > 10
