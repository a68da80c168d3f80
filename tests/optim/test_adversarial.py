"""Adversarial losses: taught one after the other, they leave the gradient of their sum."""

from collections.abc import Callable

import torch
from torch import Tensor

from wend.optim.adversarial import taught


def test_the_gradient_is_that_of_the_sum() -> None:
    numbers = torch.tensor([1.0, -2.0, 3.0], requires_grad=True)

    def drawn() -> Tensor:
        return numbers.square() + 0.5

    values = taught(drawn(), {"a": lambda x: x.square().sum(), "b": lambda x: 3.0 * x.sin().sum()})
    found, numbers.grad = numbers.grad, None
    a, b = drawn().square().sum(), 3.0 * drawn().sin().sum()
    torch.autograd.backward(a + b)
    assert found is not None
    assert numbers.grad is not None
    assert torch.equal(found, numbers.grad)
    assert values == {"a": a.item(), "b": b.item()}


def test_the_way_back_of_one_loss_is_over_before_the_next_looks() -> None:
    told: list[str] = []

    def loss_of(name: str) -> Callable[[Tensor], Tensor]:
        def loss(images: Tensor) -> Tensor:
            told.append(f"{name} looks")
            seen = 2.0 * images
            seen.register_hook(lambda _slope: told.append(f"{name} is over"))
            return seen.sum()

        return loss

    images = torch.ones(2, requires_grad=True) * 1.0
    images.register_hook(lambda _slope: told.append("images"))
    taught(images, {name: loss_of(name) for name in ("a", "b")})
    assert told == ["a looks", "a is over", "b looks", "b is over", "images"]
