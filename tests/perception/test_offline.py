"""Offline: said to the environment and to a client that has read it already, and taken back."""

import os
from types import SimpleNamespace

import pytest

from wend.perception.offline import offline


def test_it_holds_within_the_block_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "0")
    monkeypatch.delenv("TRANSFORMERS_OFFLINE", raising=False)
    constants = SimpleNamespace(HF_HUB_OFFLINE=False)
    seen: list[object] = []

    def build() -> None:
        with offline(constants):
            seen.extend([os.environ["HF_HUB_OFFLINE"], os.environ["TRANSFORMERS_OFFLINE"]])
            seen.append(constants.HF_HUB_OFFLINE)
            raise KeyError("building failed")

    with pytest.raises(KeyError):
        build()
    assert seen == ["1", "1", True]
    assert os.environ["HF_HUB_OFFLINE"] == "0"
    assert "TRANSFORMERS_OFFLINE" not in os.environ
    assert constants.HF_HUB_OFFLINE is False
