"""The guide to plug-ins: its examples are cards of kinds and roles there are, and no role is missing."""

import re
import tomllib
from pathlib import Path
from typing import get_args

import pytest

from wend.library.perception_card import PerceptionCard
from wend.perception.network import Role
from wend.perception.readers import READERS
from wend.perception.torchscript import ANSWERS
from wend.settings import ENVIRONMENT_PREFIX, Settings

GUIDE = (Path(__file__).parents[2] / "docs" / "perception.md").read_text(encoding="utf-8")
CARDS = re.findall(r"```toml\n(.*?)```", GUIDE, re.DOTALL)


@pytest.mark.parametrize("text", CARDS, ids=range(len(CARDS)))
def test_an_example_is_a_card_that_a_reader_knows(text: str) -> None:
    for section in PerceptionCard.model_validate(tomllib.loads(text)).networks:
        assert section.role in READERS[section.kind]


def test_each_role_has_an_example_and_each_kind_a_word() -> None:
    shown = {n.role for text in CARDS for n in PerceptionCard.model_validate(tomllib.loads(text)).networks}
    assert shown == set(get_args(Role))
    for kind in READERS:
        assert f"`{kind}`" in GUIDE or f'"{kind}"' in GUIDE, kind


def test_settings_and_answers_are_those_of_the_code() -> None:
    named = set(re.findall(rf"{ENVIRONMENT_PREFIX}([A-Z_]+)", GUIDE))
    assert named == {"MAX_WEIGHTS_BYTES", "TRUNKS_DIR", "ALLOW_DOWNLOADS", "ALLOW_TORCHSCRIPT"}
    assert {name.lower() for name in named} <= set(Settings.model_fields)
    for role, answer in ANSWERS.items():
        assert f"| `{role}` | {answer} |" in GUIDE
