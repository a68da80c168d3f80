"""The energy of whole chains on a toy generator: rows, gradients, starts, and what optimising does."""

from pathlib import Path

import pytest
import torch
from torch import Tensor

from tests.methods.manifold.manifold_bench import TOY, manifold_bench
from wend.measure.slices import finish
from wend.methods.manifold.build import manifold_task
from wend.methods.manifold.chain import ManifoldObjective, Pull, Weights
from wend.methods.manifold.directions import local_directions
from wend.methods.manifold.energy import inside_energy, spring_energy, stiffener_energy
from wend.methods.manifold.start import line_start, resample

PULL = Pull(torch.full((5,), 0.02), 0.5, Weights(0.3, 0.1, 0.5))


def _chain(frames: int = 5, rows: int = 4) -> Tensor:
    return 0.3 * torch.randn(frames, rows, 8, generator=torch.Generator().manual_seed(2))


@pytest.mark.parametrize("layers", [(2, 6), (0, 1), (7, 8), (3, 8), None])
def test_a4_only_rows_of_the_range_ever_change(layers: tuple[int, int] | None, tmp_path: Path) -> None:
    bench, _ = manifold_bench(tmp_path)
    task = manifold_task(TOY.model_copy(update={"layers": layers}), bench)
    scene = task.scene
    start, end = layers or (0, 8)
    before = scene.ws.clone()
    chain = _chain(rows=end - start)
    objective = ManifoldObjective(scene, task.sight, chain, PULL)
    optimizer = torch.optim.SGD(list(objective.parameters), lr=0.05)
    for _ in range(3):
        for chunk in range(objective.draw()):
            objective.backward(chunk)
        optimizer.step()
    ws = scene.latents(objective.chain.detach())
    assert torch.equal(scene.ws, before)
    for row in range(8):
        same = torch.equal(ws[:, row], before[:, row].expand(5, -1))
        assert same is not (start <= row < end)
    assert not torch.equal(objective.chain, chain)


def test_a5_the_gradient_frame_by_frame_is_that_of_the_energy_in_one_graph(tmp_path: Path) -> None:
    bench, _ = manifold_bench(tmp_path)
    task = manifold_task(TOY, bench)
    objective = ManifoldObjective(task.scene, task.sight, _chain(), PULL)
    told: dict[str, float] = {}
    for chunk in range(objective.draw()):
        for name, value in objective.backward(chunk).items():
            told[name] = told.get(name, 0.0) + value
    chain = _chain().requires_grad_()
    inside, outside = task.sight.look(task.scene.draw(chain))
    springs, stiffeners = spring_energy(chain, 0.5), stiffener_energy(chain, 0.5)
    l_in = inside_energy(inside, PULL.offsets)
    energy = 0.5 * (l_in + outside).sum() + 0.3 * springs + 0.1 * stiffeners
    energy.backward()
    (moving,) = objective.parameters
    assert moving.grad is not None
    assert chain.grad is not None
    assert torch.allclose(moving.grad, chain.grad, rtol=1e-4, atol=1e-7)
    assert told["total"] == pytest.approx(energy.item(), rel=1e-5)
    assert told["L_in"] == pytest.approx(l_in.mean().item(), rel=1e-5)
    assert told["L_out"] == pytest.approx(outside.mean().item(), rel=1e-5)
    assert told["spring"] == pytest.approx(0.3 * springs.item() / 5, rel=1e-5)
    assert told["stiffener"] == pytest.approx(0.1 * stiffeners.item() / 5, rel=1e-5)


def test_a5_no_more_frames_are_drawn_at_once_however_long_the_chain(tmp_path: Path) -> None:
    bench, generator = manifold_bench(tmp_path)
    most = []
    for frames in (4, 40):
        task = manifold_task(TOY.model_copy(update={"frames": frames}), bench)
        pull = Pull(torch.full((frames,), 0.02), 0.5, PULL.weights)
        objective = ManifoldObjective(task.scene, task.sight, _chain(frames), pull)
        generator.batches.clear()
        for chunk in range(objective.draw()):
            objective.backward(chunk)
        assert sum(generator.batches) == frames
        most.append(max(generator.batches))
    assert most[0] == most[1]


def test_a6_the_published_start_lies_on_one_line_through_the_picture() -> None:
    chain = line_start((4, 8), 6, seed=3)
    assert torch.equal(chain[0], torch.zeros(4, 8))
    flat = chain.flatten(1).double()
    assert torch.linalg.matrix_rank(flat, atol=1e-9).item() == 1
    apart = torch.cdist(flat, flat) + torch.eye(6)
    assert float(apart.min()) > 0.0
    # P ~ 0.001 N(0, 1) over 32 numbers, s_i ~ N(0, 1).
    assert 1e-4 < float(flat.norm(dim=1)[1:].mean()) < 0.05
    assert torch.equal(chain, line_start((4, 8), 6, seed=3))
    assert not torch.equal(chain, line_start((4, 8), 6, seed=4))


def test_a_pinned_start_stays(tmp_path: Path) -> None:
    bench, _ = manifold_bench(tmp_path)
    task = manifold_task(TOY, bench)
    chain = _chain()
    chain[0] = 0.0
    objective = ManifoldObjective(task.scene, task.sight, chain, PULL, is_pinned=True)
    (moving,) = objective.parameters
    assert len(moving) == 4
    for chunk in range(objective.draw()):
        objective.backward(chunk)
    assert moving.grad is not None
    # The second frame still feels the spring to the first one.
    springs = chain.clone().requires_grad_()
    (0.3 * spring_energy(springs, 0.5) + 0.1 * stiffener_energy(springs, 0.5)).backward()
    assert springs.grad is not None
    part = chain[1:].clone().requires_grad_()
    inside, outside = task.sight.look(task.scene.draw(part))
    (0.5 * (inside_energy(inside, PULL.offsets[1:]) + outside)).sum().backward()
    assert part.grad is not None
    assert torch.allclose(moving.grad, springs.grad[1:] + part.grad, rtol=1e-4, atol=1e-7)
    assert torch.equal(objective.chain[0], chain[0])


def test_directions_change_the_region_and_leave_the_rest(tmp_path: Path) -> None:
    bench, _ = manifold_bench(tmp_path)
    task = manifold_task(TOY, bench)
    found = finish(local_directions(task.scene, task.mask, 3))
    assert found.shape == (3, 4, 8)
    small = 0.05
    with torch.no_grad():
        change = (task.scene.draw(small * found) - task.scene.image).square().mean(dim=1)
    inside = ((change * task.mask).sum((1, 2)) / task.mask.sum()).sqrt()
    outside = ((change * (1.0 - task.mask)).sum((1, 2)) / (1.0 - task.mask).sum()).sqrt()
    # Each is as long as would change the inside by 1.
    assert inside.tolist() == pytest.approx([small] * 3, rel=0.3)
    ratios = (outside / inside).tolist()
    assert ratios[0] == min(ratios)
    rng = torch.Generator().manual_seed(0)
    chance = torch.randn(20, 4, 8, generator=rng) * small
    with torch.no_grad():
        change = (task.scene.draw(chance) - task.scene.image).square().mean(dim=1)
    within = (change * task.mask).sum((1, 2)) / task.mask.sum()
    without = (change * (1.0 - task.mask)).sum((1, 2)) / (1.0 - task.mask).sum()
    assert ratios[0] < float((without / within).sqrt().min())


def test_resampling_spaces_points_evenly_and_keeps_the_ends() -> None:
    corner = torch.tensor([[0.0, 0.0], [1.0, 0.0], [1.0, 3.0]])
    found = resample(corner, 5)
    assert found.tolist() == [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [1.0, 2.0], [1.0, 3.0]]
    assert torch.equal(resample(corner, 2), corner[[0, 2]])
