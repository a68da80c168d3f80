"""Recipe: parameters are read, and what cannot be used is told in words."""

import pytest

from tests.jobs.toy import TOYS
from wend.errors import InvalidParams
from wend.jobs.recipes import RECIPES


def test_the_first_parameter_that_cannot_be_used_is_named() -> None:
    with pytest.raises(InvalidParams, match="updates cannot be used") as caught:
        TOYS["toy"].parse({"updates": 0})
    assert caught.value.values["field"] == "updates"


def test_a_name_with_blanks_is_refused_without_a_pattern() -> None:
    values = {"model": "portraits-64", "sketches": "0123456789ab", "name": "My tilted heads"}
    with pytest.raises(InvalidParams, match="letters, digits, dots, dashes and underscores") as caught:
        RECIPES["sketch"].parse(values)
    assert "[A-Za-z" not in caught.value.sentence
