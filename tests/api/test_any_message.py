"""Whatever comes in at the socket is a message or a problem that can itself be sent."""

import json

from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.api.conftest import MODEL
from tests.api.test_socket import LIMIT, render
from wend.api.incoming import parse, refusal
from wend.errors import InvalidMessage, MessageTooLarge
from wend.protocol.messages import Problem

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["render", "discover", "live", "final", MODEL]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["type", "view", "revision", "quality", "picture", "model", "latent", "seed", "edits"]
            )
            | st.text(max_size=8),
            inner,
            max_size=6,
        )
    ),
    max_leaves=20,
)


def survives(text: str) -> None:
    try:
        message = parse(text, LIMIT)
    except (InvalidMessage, MessageTooLarge) as error:
        problem = refusal(text, error)
        # What is sent must itself be a message that can be sent.
        assert Problem.model_validate_json(problem.model_dump_json()) == problem
    else:
        assert parse(message.model_dump_json(), LIMIT) == message


@hypothesis_settings(max_examples=150, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_a_message_or_a_problem(text: str) -> None:
    survives(text)


@hypothesis_settings(max_examples=150, deadline=None)
@given(JSON)
def test_any_json_is_a_message_or_a_problem(value: object) -> None:
    survives(json.dumps(value))


@hypothesis_settings(max_examples=150, deadline=None)
@given(st.sampled_from(["view", "revision", "quality", "picture", "type"]), JSON)
def test_a_render_with_one_field_replaced_is_a_message_or_a_problem(field: str, value: object) -> None:
    survives(json.dumps({**render(1), field: value}))
