"""Owner of C2 to C5 on the judges' side: the softplus forms, lambda on every term of D_X, R1 and its Adam."""

import math

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from wend.methods.sketch.judges import Judges

GENERATOR = torch.Generator().manual_seed(0)
IMAGES, REALS = torch.rand(2, 4, 3, 8, 8, generator=GENERATOR)
MAPS, DRAWN = torch.rand(2, 4, 1, 8, 8, generator=GENERATOR)


class Judge(nn.Module):
    """Logits [N, 1]: a number times the sum of squares of a picture; remembers what it was shown."""

    def __init__(self, weight: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.tensor(weight))
        self.shown: list[Tensor] = []

    def forward(self, images: Tensor) -> Tensor:
        self.shown.append(images.detach())
        return self.weight * images.square().sum(dim=(1, 2, 3))[:, None] / 100.0


def judges(image_weight: float = 0.7, has_pictures: bool = True, gamma: float = 10.0) -> Judges:
    own = Judge(-2.0) if has_pictures else None
    return Judges(Judge(3.0), own, image_weight, 0.002, gamma, lambda maps: maps)


def logits(weight: float, images: Tensor) -> Tensor:
    own = images if images.shape[1] == 3 else images.expand(-1, 3, -1, -1)
    return weight * own.square().sum(dim=(1, 2, 3)) / 100.0


def test_c2_losses_are_the_softplus_forms_and_lambda_is_on_every_term_of_d_x() -> None:
    both = judges()
    own = {name: loss(IMAGES) for name, loss in both.of_generator(lambda _: MAPS).items()}
    assert own["sketch"].item() == pytest.approx(F.softplus(-logits(3.0, MAPS)).mean().item())
    assert own["image"].item() == pytest.approx(0.7 * F.softplus(-logits(-2.0, IMAGES)).mean().item())
    told, was_taken = both.update(DRAWN, MAPS, REALS, IMAGES)
    assert was_taken
    for name, weight, real, fake in (
        ("judge of drawings", 3.0, DRAWN, MAPS), ("judge of pictures", -2.0, REALS, IMAGES),
    ):  # fmt: skip
        wanted = F.softplus(-logits(weight, real)).mean() + F.softplus(logits(weight, fake)).mean()
        assert told[name] == pytest.approx(wanted.item())


@pytest.mark.parametrize("act", ["update", "penalize"])
def test_c2_lambda_scales_what_d_x_learns_in_its_loss_and_in_its_penalty(act: str) -> None:
    slopes = {}
    for image_weight in (0.35, 0.7):
        both = judges(image_weight)
        if act == "update":
            both.update(DRAWN, MAPS, REALS, IMAGES)
        else:
            both.penalize(DRAWN, REALS)
        assert both.pictures is not None
        grads = [p.grad for p in (*both.drawings.parameters(), *both.pictures.parameters())]
        slopes[image_weight] = [grad.item() for grad in grads if grad is not None]
    assert slopes[0.7][0] == pytest.approx(slopes[0.35][0])
    assert slopes[0.7][1] == pytest.approx(2.0 * slopes[0.35][1])


def test_c2_without_lambda_there_is_no_judge_of_pictures() -> None:
    alone = judges(0.0, has_pictures=False)
    assert set(alone.of_generator(lambda _: MAPS)) == {"sketch"}
    assert set(alone.update(DRAWN, MAPS, None, IMAGES)[0]) == {"judge of drawings"}
    assert set(alone.penalize(DRAWN, None)[0]) == {"r1 of drawings"}


def test_c4_r1_has_its_factor_and_reads_the_map_before_it_is_repeated() -> None:
    both = judges(gamma=10.0)
    told, _ = both.penalize(DRAWN, REALS)
    # Of one channel that is shown three times: d/dx of 3 w x^2 / 100 is 6 w x / 100.
    slope = (6.0 * 3.0 / 100.0 * DRAWN).square().sum(dim=(1, 2, 3)).mean()
    assert told["r1 of drawings"] == pytest.approx(slope.item(), rel=1e-5)
    # 10 / 2 * 16 times the penalty, which goes with the square of the number: its slope is twice over w.
    grad = next(both.drawings.parameters()).grad
    assert grad is not None
    assert grad.item() == pytest.approx(80.0 * 2.0 * slope.item() / 3.0, rel=1e-4)


def test_c4_adam_of_the_judges_is_corrected_for_the_lazy_penalty() -> None:
    group = judges().optimizer.param_groups[0]
    assert group["lr"] == pytest.approx(0.001882, abs=1e-6)
    assert group["betas"] == pytest.approx((0.0, 0.990585), abs=1e-6)
    assert math.isclose(group["lr"], 0.002 * 16 / 17)


def test_c5_only_what_d_y_is_shown_is_moved_and_each_side_by_itself() -> None:
    asked: list[Tensor] = []

    def augment(maps: Tensor) -> Tensor:
        asked.append(maps.detach())
        return maps + 1.0

    drawings, pictures = Judge(1.0), Judge(1.0)
    both = Judges(drawings, pictures, 0.7, 0.002, 10.0, augment)
    both.update(DRAWN, MAPS, REALS, IMAGES)
    both.penalize(DRAWN, REALS)
    for loss in both.of_generator(lambda _: MAPS).values():
        loss(IMAGES)
    for got, wanted in zip(asked, (DRAWN, MAPS, DRAWN, MAPS), strict=True):
        assert torch.equal(got, wanted)
    for got, wanted in zip(pictures.shown, (REALS, IMAGES, REALS, IMAGES), strict=True):
        assert torch.equal(got, wanted)
    for got, wanted in zip(drawings.shown, asked, strict=True):
        assert torch.equal(got, (wanted + 1.0).expand(-1, 3, -1, -1))
