"""Moment matching: false bonds between factors and lost variance are seen, mended, and resumed."""

from collections.abc import Sequence

import torch
from torch import Tensor

from wend.perception.alignment import POSE, Pose
from wend.perception.factor_code import FactorCode
from wend.perception.network import Attribute
from wend.perception.regressor import HeadRegressor
from wend.training.moments import MomentMatch

CPU = torch.device("cpu")
WIDTH = len(POSE)


class FirstPixels(HeadRegressor):
    """Reads the factors off the first pixels of the red channel."""

    def __init__(self) -> None:
        plain = tuple(Attribute(name, "x", -4.0, 4.0) for name in POSE)
        super().__init__(FactorCode(plain, (0.0,) * WIDTH, (1.0,) * WIDTH, ()))

    def stages(self, images: Tensor, pose: Pose | None = None) -> Sequence[Tensor]:
        return (images[:, 0, 0, :WIDTH],)


def _pictures(codes: Tensor) -> Tensor:
    images = torch.zeros(len(codes), 3, 32, 32)
    images[:, 0, 0, :WIDTH] = codes
    return images


def _match() -> tuple[MomentMatch, torch.Generator]:
    rng = torch.Generator().manual_seed(0)
    real = torch.randn(4000, WIDTH, generator=rng)
    return MomentMatch(FirstPixels(), _pictures(real).split(500), CPU), rng


def _settled(match: MomentMatch, draw: Tensor) -> float:
    value = 0.0
    for batch in draw.split(32):
        value = float(match.loss(_pictures(batch)))
    return value


def test_real_pictures_are_near_and_bonds_and_lost_variance_far() -> None:
    free = torch.randn(9600, WIDTH, generator=torch.Generator().manual_seed(1))
    bound, still = free.clone(), free.clone()
    bound[:, 1] = 0.8 * free[:, 0] + 0.6 * free[:, 1]
    still[:, 2] *= 0.3
    near = _settled(_match()[0], free)
    assert _settled(_match()[0], bound) > 5.0 * near
    assert _settled(_match()[0], still) > 5.0 * near


def test_its_gradient_frees_bound_factors_and_restores_their_spread() -> None:
    match, rng = _match()
    mixing = torch.eye(WIDTH)
    mixing[0, 1], mixing[2, 2] = 0.9, 0.3
    mixing.requires_grad_(True)
    offset = torch.full((WIDTH,), 0.7, requires_grad=True)
    optimizer = torch.optim.SGD([mixing, offset], lr=0.02)
    for _ in range(1200):
        optimizer.zero_grad()
        match.loss(_pictures(torch.randn(32, WIDTH, generator=rng) @ mixing + offset)).backward()
        optimizer.step()
    covariance = (mixing.T @ mixing).detach()
    assert float((covariance - torch.eye(WIDTH)).abs().max()) < 0.25
    assert float(offset.detach().abs().max()) < 0.2


def test_state_comes_back() -> None:
    match, rng = _match()
    match.loss(_pictures(torch.randn(32, WIDTH, generator=rng)))
    other, _ = _match()
    other.load_state_dict({k: v.clone() for k, v in match.state_dict().items() if isinstance(v, Tensor)})
    batch = _pictures(torch.randn(32, WIDTH, generator=rng))
    assert torch.equal(match.loss(batch), other.loss(batch))
