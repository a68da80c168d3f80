"""Widening: the published settings, its terms by hand, the known direction, and a resume that is exact."""

from dataclasses import replace

import pytest
import torch
from torch import Tensor, nn

from tests.methods.widen.small_dcgan import SMALL, small_widening
from wend.errors import InvalidInput
from wend.generators.analytic import AnalyticGenerator
from wend.methods.edits.catalog import EDITS
from wend.methods.edits.loss import edit_loss, masked_errors
from wend.methods.reals import Reals
from wend.methods.widen.errors import PUBLISHED_AMOUNTS, edit_errors, still_error
from wend.methods.widen.objective import Widening
from wend.methods.widen.plan import WideningPlan
from wend.optim.adversarial import fake_loss, real_loss
from wend.optim.checkpoint import load_checkpoint, save_checkpoint
from wend.worlds.disc import Disc

TINY = WideningPlan(iterations=3, batch=6, walk_updates=2, reach=20.0)


def test_the_defaults_are_the_published_ones() -> None:
    # Adam lr 2e-4, beta1 0.5 for both networks; the walk lr 2e-4; batch 64; D once, (G, w) twice; 25
    # epochs, about 27.3 k iterations; whole degrees to 20 either way, not scaled; 50 000 of 60 000
    # and 9 000 of 10 000 pictures turned. Frozen: lr 5e-3, batch 10, 2 000 updates.
    assert WideningPlan() == WideningPlan(
        is_joint=True, iterations=27_300, batch=64, lr=2e-4, beta1=0.5, lr_walk=2e-4, generator_updates=2,
        reach=20.0, scale=1.0, augment_share=59_000 / 70_000, walk_updates=2_000, walk_batch=10,
        lr_frozen=5e-3, has_fake_term=True, has_steered_term=True, has_edit_term=True,
        warps_mask_twice=False, seed=0,
    )  # fmt: skip
    assert PUBLISHED_AMOUNTS == (-30.0, -24.0, -18.0, -12.0, -6.0, 0.0, 6.0, 12.0, 18.0, 24.0, 30.0)
    widening = small_widening(WideningPlan())
    for optimizer in (widening.opt_g, widening.opt_d):
        assert (optimizer.defaults["lr"], optimizer.defaults["betas"]) == (2e-4, (0.5, 0.999))
    assert (widening.opt_w.defaults["lr"], widening.opt_w.defaults["betas"]) == (2e-4, (0.9, 0.999))
    assert small_widening(replace(WideningPlan(), is_joint=False)).opt_w.defaults["lr"] == 5e-3


def test_losses_by_hand() -> None:
    logits = torch.tensor([[0.0], [2.0]])
    chance = torch.sigmoid(logits)
    bce = nn.functional.binary_cross_entropy
    assert real_loss(logits).item() == pytest.approx(bce(chance, torch.ones(2, 1)).item())
    assert fake_loss(logits).item() == pytest.approx(bce(chance, torch.zeros(2, 1)).item())
    # Two pictures of two pixels in [-1, 1]; three of the four pixels are known: (0.5^2 + 0 + 1^2) / 3.
    images = torch.tensor([[[[1.0, 0.0]]], [[[1.0, 0.3]]]])
    target = torch.tensor([[[[0.0, 0.0]]], [[[-1.0, 9.0]]]])
    mask = torch.tensor([[[[1.0, 1.0]]], [[[1.0, 0.0]]]])
    assert edit_loss(images, target, mask).item() == pytest.approx(1.25 / 3.0)
    assert masked_errors(images, target, mask).tolist() == pytest.approx([0.125, 1.0])


def test_the_walk_starts_uniform_and_leaves_the_class_alone() -> None:
    widening = small_widening(TINY)
    assert widening.walk.shape == (SMALL.z_dim,)
    assert float(widening.walk.detach().abs().max()) <= 1.0
    w = widening.codes(torch.tensor([0, 1]))
    seen: list[Tensor] = []
    step = widening.generator.step

    def spy(state: object, w: Tensor, noise: object) -> object:
        seen.append(w)
        return step(state, w, noise)  # type: ignore[arg-type]  # passed through

    widening.generator.step = spy  # type: ignore[method-assign,assignment]  # to see what it reads
    widening.draw(w, torch.tensor([2.0, -1.0]))
    moved = seen[0].detach()
    assert torch.allclose(
        moved[0, : SMALL.z_dim] - w[0, : SMALL.z_dim], 2.0 * widening.walk.detach(), atol=1e-6
    )
    assert torch.equal(seen[0][:, SMALL.z_dim :], w[:, SMALL.z_dim :])


def test_the_target_is_edited_on_black_and_masked() -> None:
    widening = small_widening(TINY)
    images = torch.full((3, 3, 16, 16), -1.0)
    images[:, :, 4:12, 4:12] = 1.0
    target, mask = widening.target(images, torch.tensor([0.0, 20.0, 20.0]))
    assert torch.equal(target[0], images[0])
    assert torch.equal(mask[0], torch.ones(3, 16, 16))
    assert torch.equal(target[1], target[2])
    assert target[1, 0, 0, 0] == -1.0  # what comes in is black, not grey
    assert mask[1, 0, 0, 0] == 0.0
    twice = small_widening(replace(TINY, warps_mask_twice=True)).target(images, torch.tensor([20.0] * 3))[1]
    assert float(twice.sum()) < float(mask[1:2].sum()) * 3.0


def test_every_term_can_be_left_out() -> None:
    names = {
        (True, True, True): {"discriminator", "generator", "steered", "edit", "total"},
        (True, False, False): {"discriminator", "generator", "total"},
        (False, True, True): {"discriminator", "steered", "edit", "total"},
        (True, False, True): {"discriminator", "generator", "edit", "total"},
    }
    for (fake, steered, edit), expected in names.items():
        plan = replace(TINY, has_fake_term=fake, has_steered_term=steered, has_edit_term=edit)
        losses = small_widening(plan).step()
        assert set(losses) == expected
        parts = [losses[name] for name in ("generator", "steered", "edit") if name in losses]
        assert losses["total"] == pytest.approx(sum(parts), rel=1e-5)
    alone = small_widening(replace(TINY, is_joint=False))
    before = alone.walk.detach().clone()
    assert set(alone.step()) == names[True, False, False]
    assert torch.equal(alone.walk, before)


@pytest.mark.parametrize("is_joint", [True, False])
def test_a_generator_without_a_term_is_refused(is_joint: bool) -> None:
    with pytest.raises(InvalidInput, match="No term is left"):
        replace(
            TINY,
            is_joint=is_joint,
            has_fake_term=False,
            has_steered_term=not is_joint,
            has_edit_term=not is_joint,
        )
    # A walk alone, on a generator as it is, needs none.
    assert replace(TINY, is_joint=False, has_fake_term=False, iterations=0).walk_updates == 2


def test_generator_and_walk_learn_and_a_frozen_one_stays() -> None:
    joint = small_widening(TINY)
    before = {name: t.clone() for name, t in joint.network.state_dict().items()}
    walk = joint.walk.detach().clone()
    joint.step()
    assert not torch.equal(joint.walk, walk)
    assert not torch.equal(joint.network.state_dict()["dense_0.weight"], before["dense_0.weight"])
    frozen = small_widening(replace(TINY, is_joint=False, iterations=0))
    before = {name: t.clone() for name, t in frozen.network.state_dict().items()}
    walk = frozen.walk.detach().clone()
    while not frozen.is_done:
        frozen.step()
    assert not torch.equal(frozen.walk, walk)
    assert all(torch.equal(t, before[name]) for name, t in frozen.network.state_dict().items())


class _Lifted(AnalyticGenerator):
    """A world with one number that can be trained: how bright all pictures are."""

    def __init__(self) -> None:
        super().__init__(Disc(), 16)
        self.lift = nn.Parameter(torch.zeros(1))


def test_on_a_frozen_world_the_known_direction_is_found() -> None:
    reals = Reals.of_world(Disc(), 12, 0, 16)
    plan = WideningPlan(
        is_joint=False, iterations=0, walk_updates=250, reach=3.0, lr_frozen=2e-2, walk_batch=8
    )
    # Disc pictures lie on grey ground; nothing comes in from the edges but what the mask leaves out.
    widening = Widening(_Lifted(), nn.Linear(1, 1), reals, EDITS["shift_x"], plan, ground=0.0)
    while not widening.is_done:
        widening.step()
    # One pixel of 16 to the right is 1 / 16 of the width, and the factor x has a spread of 0.07.
    truth = torch.zeros(4)
    truth[0] = 1.0 / 16.0 / 0.07
    cosine = torch.nn.functional.cosine_similarity(widening.walk.detach(), truth, dim=0)
    assert float(cosine) > 0.99
    assert float(widening.walk.detach()[0]) == pytest.approx(float(truth[0]), rel=0.1)
    errors = edit_errors(widening, (-3.0, 0.0, 3.0), count=20)
    assert errors.means[1] == 0.0
    assert max(errors.means) < 2e-3
    still = still_error(widening, (-3.0, 0.0, 3.0), count=20)
    assert still > 5.0 * errors.mean
    with torch.no_grad():
        widening.walk.zero_()
    assert edit_errors(widening, (-3.0, 3.0), count=20).mean == pytest.approx(still, rel=1e-5)
    assert errors.mean == pytest.approx((errors.means[0] + errors.means[2]) / 2.0)
    assert len(errors.steps) == 2


def test_the_walk_goes_first_and_the_network_waits() -> None:
    widening = small_widening(replace(TINY, walk_first=2, iterations=1))
    before = {name: t.clone() for name, t in widening.network.state_dict().items()}
    walk = widening.walk.detach().clone()
    for _ in range(2):
        assert widening.step().keys() == {"edit", "total"}
    assert not torch.equal(widening.walk, walk)
    assert all(torch.equal(t, before[name]) for name, t in widening.network.state_dict().items())
    assert "discriminator" in widening.step()
    assert widening.is_done


def test_a_walk_that_is_taught_in_parts_learns_what_it_would_at_once() -> None:
    plan = replace(TINY, is_joint=False, iterations=0, walk_updates=1)
    whole, parts = small_widening(plan), small_widening(plan)
    assert whole.walk_at_once == plan.walk_batch
    parts.walk_at_once = 3
    assert parts.step() == pytest.approx(whole.step(), rel=1e-5)
    assert parts.walk.grad is not None
    assert whole.walk.grad is not None
    assert torch.allclose(parts.walk.grad, whole.walk.grad, rtol=1e-4, atol=1e-9)


def test_half_precision_is_of_the_training_alone() -> None:
    plan = replace(TINY, walk_first=1, iterations=2, precision="bfloat16")
    half, whole = small_widening(plan), small_widening(replace(plan, precision="float32"))
    w = torch.randn(2, half.generator.spec.w_dim, generator=torch.Generator().manual_seed(0))
    assert torch.equal(half.draw(w), whole.draw(w))
    for _ in range(3):
        found, wanted = half.step(), whole.step()
        assert found.keys() == wanted.keys()
        assert found["total"] == pytest.approx(wanted["total"], rel=0.1)
        assert found["total"] != wanted["total"]
    assert all(tensor.dtype != torch.bfloat16 for tensor in half.network.state_dict().values())


def test_the_penalty_comes_every_so_often_and_calms_the_discriminator() -> None:
    plan = replace(TINY, iterations=4, r1_gamma=50.0, r1_every=2)
    calm, wild = small_widening(plan), small_widening(replace(plan, r1_gamma=0.0))
    assert ["r1" in calm.step() for _ in range(4)] == [True, False, True, False]
    for _ in range(4):
        assert "r1" not in wild.step()
    apart = zip(calm.discriminator.parameters(), wild.discriminator.parameters(), strict=True)
    assert any(not torch.equal(a, b) for a, b in apart)


def test_a_state_of_a_version_without_averages_is_refused_in_words() -> None:
    plan = replace(TINY, average_images=100.0)
    earlier = {
        k: v for k, v in small_widening(TINY).state_dict().items() if k not in ("averages", "opt_first")
    }
    small_widening(TINY).load_state_dict(earlier)
    with pytest.raises(ValueError, match="start it over"):
        small_widening(plan).load_state_dict(earlier)


def test_averages_follow_slowly_and_are_taken_at_the_end() -> None:
    plan = replace(TINY, iterations=8, average_images=1000.0)
    widening = small_widening(plan)
    begun = [p.detach().clone() for p in (*widening.network.parameters(), widening.walk)]
    while not widening.is_done:
        widening.step()
    newest = [p.detach().clone() for p in (*widening.network.parameters(), widening.walk)]
    widening.take_averages()
    taken = [p.detach() for p in (*widening.network.parameters(), widening.walk)]
    way = [(t - b).norm() / (n - b).norm() for b, n, t in zip(begun, newest, taken, strict=True)]
    assert all(float(share) > 0.0 for share in way)
    assert any(not torch.equal(t, n) for t, n in zip(taken, newest, strict=True))
    again = [t.clone() for t in taken]
    widening.take_averages()
    assert all(torch.equal(a, b) for a, b in zip(again, taken, strict=True))


@pytest.mark.parametrize(
    "plan",
    [
        TINY,
        replace(TINY, is_joint=False),
        replace(TINY, walk_first=1, r1_gamma=1.0, r1_every=2, average_images=100.0),
    ],
)
def test_a_resumed_run_equals_an_unbroken_one(
    plan: WideningPlan, tmp_path_factory: pytest.TempPathFactory
) -> None:
    whole = small_widening(plan)
    while not whole.is_done:
        whole.step()
    whole.take_averages()
    path = tmp_path_factory.mktemp("run") / "checkpoint.safetensors"
    for broken_at in range(1, whole.plan.total):
        first = small_widening(plan)
        for _ in range(broken_at):
            first.step()
        save_checkpoint(path, first.state_dict())
        second = small_widening(plan)
        second.load_state_dict(load_checkpoint(path))
        while not second.is_done:
            second.step()
        second.take_averages()
        assert torch.equal(second.walk, whole.walk), broken_at
        ends = second.network.state_dict()
        assert all(torch.equal(t, ends[name]) for name, t in whole.network.state_dict().items()), broken_at
