"""Trying out: a network that does not answer as its role promises is refused, and told why."""

from collections.abc import Callable

import pytest
from torch import Tensor, nn

from wend.errors import WeightsInvalid
from wend.perception.dry_run import try_out
from wend.perception.network import Role


class Answering(nn.Module):
    """Answers every call with what it is given here."""

    labels, points = ("a", "b"), ("eye",)

    def __init__(self, answer: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.logits = self.draw = self.locate = self.salience = self.chances = answer


@pytest.mark.parametrize(("role", "answer", "why"), [
    ("labels", lambda x: x, r"its logits are \[2, 3, 64, 64\], expected \[2, 2, 64, 64\]"),
    ("labels", lambda x: x[:, :2, ::2], r"logits are \[2, 2, 32, 64\]"),
    ("labels", lambda x: x[:, :2] / 0, "not all finite"),
    ("lines", lambda x: x[:, :1] * 3, r"its lines lie in -[23].*, expected 0\.\.1"),
    ("saliency", lambda x: x[:, :2], r"its maps are \[2, 2, 64, 64\], expected \[2, 1, 64, 64\]"),
    ("landmarks", lambda x: x[:, 0, 0, :2], r"points are \[2, 2\], expected \[2, 1, 2\]"),
    ("classes", lambda x: x[:, 0, 0, :2].abs() + 5, r"sums of chances lie in"),
    ("features", lambda x: x, "has no attribute"),
])  # fmt: skip
def test_a_network_that_answers_otherwise_is_refused(
    role: Role, answer: Callable[[Tensor], Tensor], why: str
) -> None:
    with pytest.raises(WeightsInvalid, match=why):
        try_out(Answering(answer), role, "mine/w.pt")
