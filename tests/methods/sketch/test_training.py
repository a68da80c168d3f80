"""Owner of C1 to C4, C7, C8 and C14 on the training: what moves, how often, from where, and resumed."""

from pathlib import Path
from typing import get_args

import pytest
import torch
from PIL import Image
from torch import nn

from tests.methods.sketch.toys import drawing, drawings, settings, small_bench, small_training
from tests.methods.steer_bench import CPU
from wend.errors import InvalidInput, NoDiscriminator, NoMappingNetwork, SketchUnusable
from wend.generators.build import build_generator
from wend.generators.generator import synthesize
from wend.generators.layers import normalize_second_moment
from wend.generators.stylegan2 import MappingNetwork
from wend.latents.seed import z_of_seeds
from wend.library.card import ModelCard
from wend.library.publish import CardText, publish_model
from wend.methods.sketch.match import drawn_with
from wend.methods.sketch.params import PUBLISHED, SketchParams, Trainable, presets
from wend.methods.sketch.pupil import Pupil
from wend.methods.sketch.training import SketchTraining
from wend.optim.checkpoint import load_checkpoint, save_checkpoint


@pytest.mark.parametrize(
    ("trainable", "count"),
    [("mapping", 2_101_248), ("w_shift", 512), ("z_warp", 2 * 512 * 1024 + 1024 + 512)],
)
def test_c1_what_is_trained_is_the_mapping_network_or_one_vector_or_a_warp(
    trainable: Trainable, count: int
) -> None:
    config: dict[str, bool | int | float | str] = {
        "resolution": 4, "z_dim": 512, "w_dim": 512, "mapping_layers": 8, "channel_base": 16,
    }  # fmt: skip
    generator = build_generator("stylegan2", config)
    card = ModelCard(
        id="big", title="", kind="stylegan2", summary="", licence="", resolution=4, z_dim=512, w_dim=512,
        num_ws=generator.spec.num_ws, layer_names=generator.spec.layer_names, hash="0" * 64, config=config,
    )  # fmt: skip
    assert Pupil(generator, card, trainable).count == count


@pytest.mark.parametrize("trainable", get_args(Trainable))
def test_c1_everything_else_is_bit_identical_after_training(tmp_path: Path, trainable: Trainable) -> None:
    training = small_training(tmp_path, trainable=trainable, learning_rate=0.5)
    assert isinstance(training.parent, nn.Module)
    before = {name: tensor.clone() for name, tensor in training.parent.state_dict().items()}
    while not training.is_done:
        training.step()
    after = training.pupil.network.state_dict()
    moved = {name for name, tensor in after.items() if not torch.equal(tensor, before.get(name, tensor + 1))}
    parts = ("weight", "bias")
    taught = {
        "mapping": {f"mapping.fc{k}.{part}" for k in range(2) for part in parts},
        "w_shift": {"mapping.w_shift"},
        "z_warp": {f"mapping.warp.{layer}_{part}" for layer in ("inner", "outer") for part in parts},
    }
    assert moved == taught[trainable]
    assert all(torch.equal(t, before[n]) for n, t in training.parent.state_dict().items()), "nor the parent"


@pytest.mark.parametrize("trainable", get_args(Trainable))
def test_c8_before_the_first_update_it_draws_what_its_parent_does(
    tmp_path: Path, trainable: Trainable
) -> None:
    training = small_training(tmp_path, trainable=trainable)
    seeds = [0, 1, 2]
    assert torch.equal(drawn_with(training.pupil.generator, seeds), drawn_with(training.parent, seeds))
    # In training, too: all latents of a picture alike, the second one at no row.
    z, noise = z_of_seeds(seeds, 8), training.parent.constant_noise()
    ws = training.parent.mapping(z)[:, None].expand(-1, training.parent.spec.num_ws, -1)
    drawn = training.pupil.draw(training.pupil.ws(z, z, training.parent.spec.num_ws), noise)
    assert torch.equal(drawn, synthesize(training.parent, ws, noise))


def test_a_warp_of_z_draws_what_the_parent_draws_of_other_latents(tmp_path: Path) -> None:
    training = small_training(tmp_path, trainable="z_warp", learning_rate=0.5, displacement_weight=0.0)
    while not training.is_done:
        training.step()
    pupil, mapping = training.pupil, training.pupil.generator.mapping
    x = normalize_second_moment(z_of_seeds([0, 1, 2], 8))
    assert isinstance(mapping, MappingNetwork)
    assert mapping.warp is not None
    other = mapping.warp(x)
    assert (other - x).norm(dim=1).min() > 0.01
    assert torch.allclose(other.norm(dim=1), x.norm(dim=1)), (
        "none lies where the parent was never asked to draw"
    )
    assert torch.allclose(mapping(x), training.parent.mapping(other), atol=1e-6)
    assert pupil.displaced(x).item() > 0.01


def test_what_a_warp_costs_is_told_direction_by_direction_and_the_far_way_costs_less(tmp_path: Path) -> None:
    pupil = small_training(tmp_path, trainable="z_warp").pupil
    z = z_of_seeds(list(range(300)), 8)
    assert pupil.displaced(z).item() == 0.0
    mapping = pupil.generator.mapping
    assert isinstance(mapping, MappingNetwork)
    assert mapping.warp is not None
    with torch.no_grad():
        mapping.warp.outer_bias[2] = 0.05 / 0.01
    x = normalize_second_moment(z)
    ways = (mapping.warp(x) - x).detach()
    # Nearly all go one way: the root mean square of one direction, and little beside it.
    assert ways.square().sum(1).mean().sqrt().item() == pytest.approx(0.05, rel=0.1)
    sds = torch.linalg.svdvals(ways) / 300**0.5
    assert pupil.displaced(z).item() == pytest.approx(float((0.3 * (1.0 + sds / 0.3).log()).sum()))
    near = pupil.displaced(z).item()
    with torch.no_grad():
        mapping.warp.outer_bias[2] *= 8.0
    assert near < pupil.displaced(z).item() < 7.0 * near
    assert small_training(tmp_path / "other", trainable="mapping").pupil.displaced(z).item() == 0.0


def test_a_childs_child_is_taught_beyond_the_childs_warp(tmp_path: Path) -> None:
    bench = small_bench(tmp_path)
    first = SketchTraining(bench, settings(learning_rate=0.5), drawings(2))
    first.step()
    text = CardText("Child", "A toy.", "MIT", "stylegan2", first.pupil.config)
    own = first.judge_of_pictures()
    publish_model(tmp_path / "models" / "child", text, first.pupil.network.state_dict(), own, None, None)
    second = SketchTraining(bench, settings(model="child", name="grandchild"), drawings(2))
    z = z_of_seeds([4, 5], 8)
    assert second.pupil.displaced(z).item() == 0.0
    before = second.pupil.generator.mapping(z).detach()
    assert torch.allclose(before, first.pupil.generator.mapping(z), atol=1e-3)
    second.step()
    assert not torch.allclose(second.pupil.generator.mapping(z), before, atol=1e-4)


def test_c2_without_lambda_no_pictures_are_wanted(tmp_path: Path) -> None:
    training = small_training(tmp_path, image_weight=0.0, pictures="no such folder")
    assert training.pictures is None
    assert {"sketch", "total"} <= set(training.step())
    with pytest.raises(InvalidInput, match="no such folder"):
        small_training(tmp_path / "other", image_weight=0.5, pictures="no such folder")


def test_too_few_pictures_for_an_update_are_refused_and_unreadable_ones_are_told(tmp_path: Path) -> None:
    folder = tmp_path / "pictures" / "few"
    folder.mkdir(parents=True)
    for number in range(2):
        Image.new("RGB", (32, 32), (90 * number, 0, 0)).save(folder / f"{number}.png")
    (folder / "torn.png").write_bytes(b"no picture")
    with pytest.raises(InvalidInput, match="2 pictures of few, 1 more cannot be read, and an update shows 3"):
        small_training(tmp_path, count=3, batch=3, pictures="few")
    assert "judge of pictures" in small_training(tmp_path, count=3, batch=2, pictures="few").step()


def test_c2_l_weight_is_a_mean_over_tensors_of_mean_differences(tmp_path: Path) -> None:
    training = small_training(tmp_path, l1_weight=2.0)
    pupil = training.pupil
    with torch.no_grad():
        for parameter in pupil.parameters[:2]:
            parameter.add_(0.5)
    assert pupil.moved().item() == pytest.approx(0.25)
    assert training.step()["weight"] == pytest.approx(0.5, rel=0.01)


def test_c3_both_judges_begin_as_the_parents_own_and_fresh_is_d_y_alone(tmp_path: Path) -> None:
    bench = small_bench(tmp_path)
    own = bench.shelf.store.load_discriminator("small", CPU)
    assert own is not None
    for start in ("pretrained", "fresh"):
        judges = SketchTraining(bench, settings(discriminator=start), drawings(3)).judges
        assert judges.pictures is not None
        same = [
            all(torch.equal(a, b) for a, b in zip(own.parameters(), judge.parameters(), strict=True))
            for judge in (judges.drawings, judges.pictures)
        ]
        assert same == [start == "pretrained", True]
        assert judges.drawings is not judges.pictures


def test_c4_the_penalty_comes_every_16th_time_and_g_has_no_correction(tmp_path: Path) -> None:
    training = small_training(tmp_path, iterations=1000, look_every=1000)
    penalized = []
    for training.update in (0, 1, 8, 15, 16, 17, 31, 32):
        update = training.update
        if "r1 of drawings" in training.step():
            penalized.append(update)
    assert penalized == [0, 16, 32]
    group = training.optimizer.param_groups[0]
    assert (group["lr"], group["betas"]) == (training.params.learning_rate, (0.0, 0.99))
    # The published numbers, read from the table of its code.
    assert PUBLISHED["learning_rate"] == 0.002
    assert (PUBLISHED["iterations"], PUBLISHED["batch"], PUBLISHED["image_weight"]) == (75_000, 4, 0.7)
    assert (PUBLISHED["r1_gamma"], PUBLISHED["style_mixing"], PUBLISHED["patience"]) == (10.0, 0.9, 0)
    SketchParams.model_validate({"model": "m", "sketches": "0" * 12, **PUBLISHED})


@pytest.mark.parametrize(("count", "batch"), [(1, 1), (3, 3), (9, 4)])
def test_c7_a_batch_holds_no_more_than_there_are_and_one_drawing_trains(
    tmp_path: Path, count: int, batch: int
) -> None:
    training = small_training(tmp_path, count=count, batch=4)
    assert training.batch == batch
    before = training.pupil.weights()
    training.step()
    assert any(not torch.equal(before[name], now) for name, now in training.pupil.weights().items())
    # Every drawing once an epoch, each time in another order; what does not fill a batch is left out.
    shown = torch.cat([training.drawn.batch(n, batch, 0) for n in range(count // batch)])
    assert len(shown.flatten(1).unique(dim=0)) == count // batch * batch


@pytest.mark.parametrize(
    ("asked", "count", "shifts"),
    [("few", 11, True), ("few", 12, False), ("always", 12, True), ("never", 2, False)],
)
def test_drawings_are_shifted_where_that_was_asked_for_and_where_there_are_few(
    tmp_path: Path, asked: str, count: int, shifts: bool
) -> None:
    training = small_training(tmp_path, count=count, augmentation=asked, softening=0.0, jitter=0.0)
    seen: list[torch.Tensor] = []
    training.judges.drawings.register_forward_pre_hook(lambda _, given: seen.append(given[0].detach()))
    training.step()
    shown = {tuple(maps[0, 0].flatten().tolist()) for maps in training.drawn.maps[:, None]}
    as_they_are = [tuple(each[0].flatten().tolist()) in shown for each in seen[0]]
    assert all(as_they_are) != shifts


def test_what_a_judge_of_drawings_sees_is_jittered_unless_that_was_not_asked_for(tmp_path: Path) -> None:
    for jitter in (0.0, 0.1):
        training = small_training(tmp_path / str(jitter), augmentation="never", softening=0.0, jitter=jitter)
        seen: list[torch.Tensor] = []
        training.judges.drawings.register_forward_pre_hook(
            lambda _, given, seen=seen: seen.append(given[0].detach())
        )
        training.step()
        batch = training.drawn.batch(0, training.batch, training.params.seed)
        assert torch.equal(seen[0], batch.expand(-1, 3, -1, -1)) == (jitter == 0.0)


def test_what_judges_of_drawings_see_is_softened_and_what_judges_of_pictures_see_is_not(
    tmp_path: Path,
) -> None:
    training = small_training(tmp_path, augmentation="never", softening=0.05, jitter=0.0)
    assert training.judges.pictures is not None
    of_drawings: list[torch.Tensor] = []
    of_pictures: list[torch.Tensor] = []
    for judge, seen in ((training.judges.drawings, of_drawings), (training.judges.pictures, of_pictures)):
        judge.register_forward_pre_hook(lambda _, given, seen=seen: seen.append(given[0].detach()))
    training.step()
    own = training.drawn.maps
    edges = (own[..., 1:] - own[..., :-1]).abs().amax()
    assert (of_drawings[0][..., 1:] - of_drawings[0][..., :-1]).abs().amax() < 0.8 * edges
    assert training.pictures is not None
    images, _, _ = training.pictures.reals.batch(0, training.batch, training.params.seed)
    assert torch.equal(of_pictures[0], images)


def test_many_drawings_are_judged_by_those_kept_back(tmp_path: Path) -> None:
    bench = small_bench(tmp_path)
    training = SketchTraining(bench, settings(patience=2), drawings(30))
    assert (len(training.drawn.maps), len(training.drawn.held_out)) == (25, 5)
    # As published none are kept back, nor of a few.
    assert len(SketchTraining(bench, settings(patience=0), drawings(30)).drawn.maps) == 30
    assert not SketchTraining(bench, settings(patience=2), drawings(11)).drawn.is_held_out


def test_it_ends_when_nothing_comes_nearer(tmp_path: Path) -> None:
    # So slow that float32 holds the pictures still: the first look stays the best.
    training = small_training(tmp_path, patience=2, look_every=2, iterations=100, learning_rate=1e-12)
    while not training.is_done:
        training.step()
    assert training.update == 4
    assert [look.update for look in training.looks] == [0, 2, 4]


@pytest.mark.parametrize("at", [1, 3])
def test_c14_a_resumed_run_equals_an_unbroken_one(tmp_path: Path, at: int) -> None:
    whole, first, second = (small_training(tmp_path / name, average=0.5) for name in "abc")
    while not whole.is_done:
        whole.step()
    for _ in range(at):
        first.step()
    save_checkpoint(tmp_path / "state.safetensors", first.state_dict())
    second.load_state_dict(load_checkpoint(tmp_path / "state.safetensors"))
    assert second.update == at
    while not second.is_done:
        second.step()
    assert second.looks == whole.looks
    for one, other in zip(tensors_of(whole.state_dict()), tensors_of(second.state_dict()), strict=True):
        assert torch.equal(one, other)


def tensors_of(state: object) -> list[torch.Tensor]:
    """All of a nested state but how long it took, in order."""
    if isinstance(state, torch.Tensor):
        return [state]
    if isinstance(state, dict):
        return [tensor for key in state if key != "seconds" for tensor in tensors_of(state[key])]
    return (
        [tensor for part in state for tensor in tensors_of(part)] if isinstance(state, list | tuple) else []
    )


def test_what_cannot_be_taught_is_refused(tmp_path: Path) -> None:
    bench = small_bench(tmp_path)
    with pytest.raises(SketchUnusable, match="Drawing 2 cannot be used: it is empty"):
        SketchTraining(bench, settings(), [drawing(), torch.ones(1, 32, 32)])
    with pytest.raises(SketchUnusable, match="nearly all of it is ink"):
        SketchTraining(bench, settings(), [-torch.ones(1, 32, 32)])
    for count in (0, 31):
        with pytest.raises(InvalidInput, match="1 to 30"):
            SketchTraining(bench, settings(), drawings(count))
    lone = small_bench(tmp_path / "lone", has_judge=False)
    with pytest.raises(NoDiscriminator):
        SketchTraining(lone, settings(), drawings(2))
    # Fresh is offered, for both then.
    SketchTraining(lone, settings(discriminator="fresh"), drawings(2)).step()


def test_a_generator_without_a_mapping_network_is_refused(tmp_path: Path) -> None:
    generator = build_generator("analytic", {"world": "disc", "resolution": 32})
    card = ModelCard(
        id="disc", title="", kind="analytic", summary="", licence="", resolution=32,
        z_dim=generator.spec.z_dim, w_dim=generator.spec.w_dim, num_ws=generator.spec.num_ws,
        layer_names=generator.spec.layer_names, hash="0" * 64,
    )  # fmt: skip
    with pytest.raises(NoMappingNetwork, match="enters the first layer as it is"):
        Pupil(generator, card, "mapping")


def test_the_rate_goes_down_with_the_updates_and_stays_where_it_is_published(tmp_path: Path) -> None:
    training = small_training(tmp_path, learning_rate=0.1, slowing=2, iterations=4)
    rates = []
    while not training.is_done:
        training.step()
        rates.append(training.optimizer.param_groups[0]["lr"])
    assert rates == pytest.approx([0.1, 0.1 / 1.5, 0.05, 0.04])
    assert [presets()[name]["slowing"] for name in presets()] == [0, 0]
    # Jobs that were stored before there was such a thing keep their rate.
    published = {name: value for name, value in PUBLISHED.items() if name != "slowing"}
    for told in (published, {"slowing": 0}):
        params = SketchParams.model_validate({"model": "m", "sketches": "0" * 12, **told})
        assert params.learning_rate_at(1_000) == params.learning_rate
    assert SketchParams(model="m", sketches="0" * 12).learning_rate_at(60) == 0.05
