"""The steering objective: its gradient in parts, what it leaves alone, classes, codes, held-out pairs."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor

from tests.methods.steer_bench import CPU, bench_of
from wend.errors import InvalidParams, PerceptionNotFound
from wend.generators.generator import Generator
from wend.latents.walk import Direction
from wend.methods.edits.catalog import EDITS
from wend.methods.edits.edit import user_edit
from wend.methods.edits.picture import shift_x
from wend.methods.losses import MaskedL2, masked_l2
from wend.methods.steer.build import steer_task
from wend.methods.steer.learners import LinearLearner, Place, Site
from wend.methods.steer.objective import Precision, SteerObjective, SteerPlan
from wend.methods.steer.params import SteerParams
from wend.optim.optimization import Optimization

PLAN = SteerPlan("layers", 0, batch=5, chunk=1, psi=0.7, seed=0, held_out=3)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Generator:
    return bench_of("small", tmp_path_factory.mktemp("small")).generator


def _learner(generator: Generator, place: Place, layers: tuple[int, int] = (0, 6)) -> LinearLearner:
    rng = torch.Generator().manual_seed(0)
    site = Site(place, layers, 8, generator.spec.num_ws)
    return LinearLearner(EDITS["shift_x"], site, 4.0, 0.25, 0.3, rng, CPU)


def _gradient(
    generator: Generator, plan: SteerPlan, layers: tuple[int, int] = (0, 6)
) -> tuple[float, Tensor]:
    """Loss and gradient of the first draw."""
    learner = _learner(generator, plan.place, layers)
    objective = SteerObjective(generator, [learner], MaskedL2(), plan)
    total = sum(objective.backward(chunk)["total"] for chunk in range(objective.draw()))
    assert learner.w.grad is not None
    return total, learner.w.grad.clone()


@pytest.mark.parametrize("place", ["z", "w", "layers"])
def test_parts_add_up_to_the_loss_and_gradient_of_the_batch(small: Generator, place: Place) -> None:
    plan = replace(PLAN, place=place)
    alone, together = _gradient(small, plan), _gradient(small, replace(plan, chunk=5))
    uneven = _gradient(small, replace(plan, chunk=2))
    for other in (together, uneven):
        assert other[0] == pytest.approx(alone[0], rel=1e-5)
        assert torch.allclose(other[1], alone[1], rtol=1e-3, atol=1e-7)
    assert float(alone[1].abs().max()) > 0.0


@pytest.mark.parametrize("model", ["small", "classed", "analytic-disc"])
def test_half_precision_is_of_pictures_in_training_alone(model: str, tmp_path: Path) -> None:
    bench = bench_of(model, tmp_path)

    def run(precision: Precision) -> tuple[list[float], float, Tensor]:
        told = SteerParams(
            model=model, edit="luminance", place="w", batch=4, held_out=2, start_sd=0.3, precision=precision
        )
        objective = steer_task(told, bench).objective
        held_out = [objective.held_out(chunk) for chunk in range(2)]
        total = sum(objective.backward(chunk)["total"] for chunk in range(objective.draw()))
        (walk,) = objective.parameters
        assert walk.grad is not None
        return held_out, total, walk.grad.flatten()

    exact, half = run("float32"), run("bfloat16")
    assert half[0] == exact[0]
    assert half[1] == pytest.approx(exact[1], rel=0.05)
    assert float(torch.nn.functional.cosine_similarity(half[2], exact[2], dim=0)) > 0.98
    if model != "analytic-disc":  # a painter, not a network: it is exact whatever is asked
        assert not torch.equal(half[2], exact[2])


def test_it_is_the_published_loss(small: Generator) -> None:
    """Written out once, straight down, for a batch in w: codes and strengths are those of the seed."""
    learner = _learner(small, "w")
    rng = torch.Generator().manual_seed(0)
    z = torch.randn(5, 8, generator=rng)
    alpha = float(EDITS["shift_x"].draw(rng, 5, 4.0)[0, 0])
    w = small.w_avg + 0.7 * (small.mapping(z) - small.w_avg)
    objective = SteerObjective(small, [learner], MaskedL2(), replace(PLAN, place="w"))

    def draw(latent: Tensor) -> Tensor:
        state = small.start(5, torch.float32)
        for row in range(6):
            state = small.step(state, latent, objective._noise[row])
        assert state.rgb is not None
        return state.rgb

    with torch.no_grad():
        target, mask = shift_x(draw(w), alpha)
    loss = masked_l2(draw(w + alpha * 0.25 * learner.w[0, 0]), target, mask)
    (expected,) = torch.autograd.grad(loss, learner.w)
    total = sum(objective.backward(chunk)["total"] for chunk in range(objective.draw()))
    assert total == pytest.approx(float(loss.detach()), rel=1e-5)
    assert learner.w.grad is not None
    assert torch.allclose(learner.w.grad, expected, rtol=1e-3, atol=1e-7)


def test_rows_before_the_walk_are_shared_and_change_nothing(small: Generator) -> None:
    plain = _gradient(small, PLAN, (3, 5))
    shared = _gradient(small, replace(PLAN, first_row=3), (3, 5))
    assert plain[0] == shared[0]
    assert torch.equal(plain[1], shared[1])


def test_no_gradient_goes_through_the_target(small: Generator) -> None:
    seen: list[Tensor] = []

    def remember(images: Tensor, alpha: float) -> Tensor:
        seen.append(images)
        return images * (1.0 + alpha)

    edit = user_edit("brighter", remember, reach=0.5)
    site = Site("w", (0, 6), 8, 6)
    learner = LinearLearner(edit, site, 0.5, 2.0, 0.3, torch.Generator().manual_seed(0), CPU)
    objective = SteerObjective(small, [learner], MaskedL2(), replace(PLAN, place="w"))
    for chunk in range(objective.draw()):
        objective.backward(chunk)
    assert len(seen) == 5
    assert not any(images.requires_grad for images in seen)
    assert learner.w.grad is not None


def test_the_generator_is_left_as_it_was(small: Generator) -> None:
    assert isinstance(small, torch.nn.Module)
    before = {name: value.clone() for name, value in small.state_dict().items()}
    _gradient(small, PLAN)
    assert all(torch.equal(value, before[name]) for name, value in small.state_dict().items())
    assert all(p.grad is None for p in small.parameters())


def test_held_out_pairs_stay_the_same_and_cost_no_draw(small: Generator) -> None:
    objective = SteerObjective(small, [_learner(small, "layers")], MaskedL2(), PLAN)
    before = objective._rng.get_state()
    losses = [objective.held_out(chunk) for chunk in range(objective.held_out_chunks)]
    assert losses == [objective.held_out(chunk) for chunk in range(3)]
    assert torch.equal(objective._rng.get_state(), before)
    assert len(set(losses)) == 3
    # Its strengths are drawn one by one, so that a batch's single one does not decide.
    assert len(objective._held_out.alphas.unique()) > 1


@pytest.mark.parametrize(("scale", "gain"), [("even", 1.0 / 2.0), ("published", 2.0 / 16.0)])
def test_the_scale_is_that_of_the_near_reach_or_as_published(scale: str, gain: float, tmp_path: Path) -> None:
    values = {"model": "small", "scale": scale, "range": "published", "start_sd": 0.1}
    task = steer_task(SteerParams.model_validate(values), bench_of("small", tmp_path))
    ((_, walk),) = task.learners[0].walks()
    assert isinstance(walk, Direction)
    assert walk.unit == pytest.approx(gain * float(task.learners[0].parameters[0].detach().norm()), rel=1e-5)
    assert task.reach == 7.0


@pytest.mark.parametrize("per_sample", [False, True])
def test_strengths_are_drawn_for_a_batch_or_for_each_picture(small: Generator, per_sample: bool) -> None:
    plan = replace(PLAN, batch=12, per_sample=per_sample)
    objective = SteerObjective(small, [_learner(small, "layers")], MaskedL2(), plan)
    objective.draw()
    assert objective._drawn is not None
    assert (len(objective._drawn.alphas.unique()) > 1) == per_sample


def test_pictures_of_one_chunk_may_have_their_own_strengths(small: Generator) -> None:
    plan = replace(PLAN, per_sample=True)
    alone, together = _gradient(small, plan), _gradient(small, replace(plan, chunk=5))
    assert together[0] == pytest.approx(alone[0], rel=1e-5)
    assert torch.allclose(together[1], alone[1], rtol=1e-3, atol=1e-7)


def test_codes_may_be_cut_at_two_standard_deviations(small: Generator) -> None:
    plan = replace(PLAN, batch=400)
    for codes, is_cut in (("normal", False), ("truncated", True)):
        objective = SteerObjective(
            small,
            [_learner(small, "layers")],
            MaskedL2(),
            replace(plan, codes=codes),  # type: ignore[arg-type]
        )
        objective.draw()
        assert objective._drawn is not None
        assert (float(objective._drawn.z.abs().max()) <= 2.0) == is_cut
        assert float(objective._drawn.z.std()) == pytest.approx(0.88 if is_cut else 1.0, abs=0.03)


def test_classes_are_drawn_and_each_may_have_its_own_walk(tmp_path: Path) -> None:
    bench = bench_of("classed", tmp_path)
    shared = steer_task(SteerParams(model="classed", batch=30), bench)
    assert (len(shared.learners), shared.classes, shared.class_of(0)) == (1, (0, 1, 2), None)
    shared.objective.draw()
    assert shared.objective._drawn is not None
    assert shared.objective._drawn.classes is not None
    assert set(shared.objective._drawn.classes.tolist()) == {0, 1, 2}

    one = steer_task(SteerParams(model="classed", classes="one", class_index=1, batch=4), bench)
    one.objective.draw()
    assert one.objective._drawn is not None
    assert one.objective._drawn.classes is not None
    assert set(one.objective._drawn.classes.tolist()) == {1}
    assert one.class_of(0) == 1

    each = steer_task(SteerParams(model="classed", classes="each", batch=2, start_sd=0.1), bench)
    assert [each.class_of(k) for k in range(3)] == [0, 1, 2]
    for chunk in range(each.objective.draw()):
        each.objective.backward(chunk)
    assert each.objective._drawn is not None
    assert each.objective._drawn.classes is not None
    drawn = set(each.objective._drawn.classes.tolist())
    for k, learner in enumerate(each.learners):
        assert (learner.parameters[0].grad is not None) == (k in drawn)


@pytest.mark.parametrize("walk", ["linear", "steps"])
@pytest.mark.parametrize("place", ["w", "layers"])
def test_a_class_that_lies_in_w_stays_what_it_is(walk: str, place: str, tmp_path: Path) -> None:
    bench = bench_of("classed", tmp_path)
    values = {"model": "classed", "walk": walk, "place": place, "batch": 2, "samples": 8}
    begin = {"start": "normal"} if walk == "steps" else {"start_sd": 0.1}
    params = SteerParams.model_validate({**values, **begin, "learning_rate": 0.1})
    task = steer_task(params, bench)
    run = Optimization(task.objective, params.optimization)
    run.run()
    ((_, learned),) = task.learners[0].walks()
    ws = bench.generator.mapping(torch.randn(3, 8), torch.eye(3))[:, None]
    ws = ws.expand(-1, bench.generator.spec.num_ws, -1)
    moved = learned.apply(ws, 6.0)
    assert torch.equal(moved[:, :, 8:], ws[:, :, 8:])
    assert not torch.equal(moved[:, :, :8], ws[:, :, :8])
    if walk == "steps":
        with pytest.raises(InvalidParams, match="hold their class"):
            steer_task(params.model_copy(update={"pull": 0.9}), bench)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"edit": "shift_z"}, "edit"),
        ({"layers": (2, 9)}, "layers"),
        ({"classes": "each"}, "classes"),
        ({"classes": "one", "class_index": 0}, "classes"),
        ({"reach": 0.5}, "reach"),
        ({"reach": 500.0}, "reach"),
        ({"edit": "zoom", "reach": 12.0}, "reach"),
        ({"edit": "rotate2d", "reach": 1000.0}, "reach"),
        ({"walk": "steps", "step_size": 1000.0, "step_count": 64}, "step_count"),
        ({"loss": "perceptual"}, "loss"),
    ],
)
def test_what_does_not_fit_the_model_is_refused(
    values: dict[str, object], field: str, tmp_path: Path
) -> None:
    bench = bench_of("small", tmp_path)
    with pytest.raises(InvalidParams) as refused:
        steer_task(SteerParams.model_validate({"model": "small", **values}), bench)
    assert refused.value.values["field"] == field


def test_a_class_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidParams, match="classes 0 to 2"):
        steer_task(SteerParams(model="classed", classes="one", class_index=3), bench_of("classed", tmp_path))


def test_step_networks_too_large_for_a_file_are_refused(tmp_path: Path) -> None:
    bench = bench_of("small", tmp_path)
    spec = replace(bench.generator.spec, num_ws=18, w_dim=512)

    class Large:
        """A generator of 18 rows of 512 numbers, as far as its shapes go."""

        def __init__(self) -> None:
            self.spec = spec
            self.device = CPU
            self.w_avg = torch.zeros(512)

    large = replace(bench, generator=Large())  # type: ignore[arg-type]  # nothing of it is drawn
    with pytest.raises(InvalidParams, match="too large"):
        steer_task(SteerParams(model="small", walk="steps", place="layers"), large)


def test_bundled_perception_can_be_the_loss(tmp_path: Path) -> None:
    bench = bench_of("portraits-64", tmp_path)
    task = steer_task(SteerParams(model="portraits-64", loss="perceptual", batch=1, start_sd=0.1), bench)
    total = sum(task.objective.backward(chunk)["total"] for chunk in range(task.objective.draw()))
    gradient = task.objective.parameters[0].grad
    assert total > 0.0
    assert gradient is not None
    assert float(gradient.abs().sum()) > 0.0


def test_a_world_nobody_looks_at_has_no_perceptual_loss(tmp_path: Path) -> None:
    with pytest.raises(PerceptionNotFound):
        steer_task(SteerParams(model="analytic-disc", loss="perceptual"), bench_of("analytic-disc", tmp_path))


def test_more_than_a_file_holds_is_refused_at_the_start(tmp_path: Path) -> None:
    bench = bench_of("cast-64", tmp_path)
    for place in ("w", "layers"):
        values = {"model": "cast-64", "walk": "steps", "place": place, "classes": "each"}
        params = SteerParams.model_validate(values)
        if place == "w":
            assert len(steer_task(params, bench).learners) == bench.generator.spec.c_dim
        else:
            with pytest.raises(InvalidParams, match="too much for one job"):
                steer_task(params, bench)
