"""A student: latents that stand for a world's pictures, what it is told, and a run that goes on."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from wend.errors import InvalidInput
from wend.generators.discriminator import Discriminator
from wend.generators.stylegan2 import StyleGAN2Generator
from wend.library.models import ModelStore
from wend.perception.unet import build_unet
from wend.training.dataset import ImageDataset, world_dataset
from wend.training.lesson import Lesson
from wend.training.likeness import Likeness, part_weights
from wend.training.origin import Origin
from wend.training.publish import load_start, publish_run, start_from
from wend.training.run import TrainingRun
from wend.training.student import LessonLoss, StudentLosses, StudentTrainer
from wend.training.student_recipe import ChainStudentRecipe, StudentRecipe
from wend.worlds.registry import open_world
from wend.worlds.world import factors_of, sample_factors, sample_numbers

CPU = torch.device("cpu")
WORLD = open_world("disc")
TINY = StudentRecipe(
    data="disc", resolution=16, batch=4, total_images=64, pictures=32, adversarial_from=0.5, z_dim=16,
    w_dim=16, mapping_layers=2, channel_base=128, channel_max=8, precision="float32", lessons=0,
)  # fmt: skip
CHAIN = ChainStudentRecipe(
    data="disc", resolution=16, batch=4, total_images=64, pictures=32, adversarial_from=0.5, z_dim=16,
    widths="16,12,8", precision="float32", lessons=0,
)  # fmt: skip
KINDS = pytest.mark.parametrize("tiny", [TINY, CHAIN], ids=["style", "chain"])


def _trainer(recipe: StudentRecipe | ChainStudentRecipe = TINY) -> StudentTrainer:
    dataset = world_dataset(WORLD, recipe.pictures, 1, recipe.resolution, False, lambda n, m: None)
    dataset.origin = Origin(WORLD, recipe.pictures, 1, recipe.z_dim)
    return StudentTrainer(recipe, dataset, CPU, None)


def _with_pictures(trainer: StudentTrainer) -> StudentLosses:
    losses = trainer.step()
    assert isinstance(losses, StudentLosses)
    return losses


def test_numbers_are_what_factors_are_drawn_from() -> None:
    drawn, again = sample_factors(WORLD, 20, 3), factors_of(WORLD, sample_numbers(WORLD, 20, 3))
    assert all(torch.equal(drawn[name], again[name]) for name in drawn)


def test_a_latent_tells_its_picture_by_its_direction_alone() -> None:
    origin, rng = Origin(WORLD, 50, 1, 16), torch.Generator().manual_seed(0)
    z = origin.latents(origin.numbers, rng)
    assert torch.allclose(z.square().sum(dim=1), torch.full((50,), 16.0), rtol=1e-4)
    assert torch.allclose(origin.numbers_of(3.0 * z), origin.numbers, atol=1e-4)
    other = origin.latents(origin.numbers, rng)
    assert (z - other).norm(dim=1).min() > 0.1  # what numbers leave open differs
    assert torch.allclose(origin.numbers_of(other), origin.numbers, atol=1e-4)


def test_normal_latents_stand_for_pictures_by_the_worlds_laws() -> None:
    origin = Origin(WORLD, 4, 1, 128)
    numbers = origin.numbers_of(torch.randn(4000, 128, generator=torch.Generator().manual_seed(1)))
    assert numbers.mean(dim=0).abs().max() < 0.06
    assert (numbers.std(dim=0) - 1.0).abs().max() < 0.05


@pytest.mark.parametrize(
    ("world", "z_dim", "words"), [("disc", 2, "cannot stand for"), ("portraits-cast", 64, "has classes")]
)
def test_worlds_that_cannot_be_taught(world: str, z_dim: int, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        Origin(open_world(world), 4, 1, z_dim)


def test_likeness_is_nothing_for_the_same_picture_and_grows_with_what_is_off() -> None:
    likeness = Likeness(None, 0.0, 0.0)
    real = torch.rand(2, 3, 16, 16, generator=torch.Generator().manual_seed(0)) * 2.0 - 1.0
    assert likeness.loss(real, real) == 0.0
    losses = [float(likeness.loss(torch.lerp(real, -real, share), real)) for share in (0.1, 0.3, 0.9)]
    assert losses == sorted(losses)
    assert losses[0] > 0.0


def test_a_pixel_of_a_small_part_counts_more() -> None:
    labels = torch.zeros(2, 4, 4, dtype=torch.int64)
    labels[0, 0, 0] = 3  # one pixel of sixteen; the second picture is of one part
    alike, halfway, even = (part_weights(labels, power) for power in (0.0, 0.5, 1.0))
    assert torch.equal(alike, torch.ones(2, 1, 4, 4))
    assert float(halfway[0, 0, 0, 0] / halfway[0, 0, 1, 1]) == pytest.approx(15**0.5)
    assert float(even[0, 0, 0, 0]) == pytest.approx(float(even[0].sum() - even[0, 0, 0, 0]))
    assert all(torch.allclose(each.mean(dim=(1, 2, 3)), torch.ones(2)) for each in (halfway, even))
    assert torch.equal(halfway[1], torch.ones(1, 4, 4))


def test_a_likeness_that_sees_parts_minds_the_small_ones() -> None:
    torch.manual_seed(0)
    eye = build_unet(("ground", "dot")).requires_grad_(False)
    with torch.no_grad():
        torch.nn.init.zeros_(eye.head.weight)
        eye.head.bias = torch.nn.Parameter(torch.tensor([1.0] * 4 + [0.0] * 8))
    drawn = torch.rand(1, 3, 16, 16)
    all_one_part = [Likeness(eye, 0.0, power).loss(drawn, -drawn) for power in (0.0, 1.0)]
    assert float(all_one_part[0]) == pytest.approx(float(all_one_part[1]))
    assert float(all_one_part[0]) == pytest.approx(float(Likeness(None, 0.0, 0.0).loss(drawn, -drawn)))


def test_a_lesson_is_learnt() -> None:
    origin = Origin(WORLD, 4, 1, 16)
    torch.manual_seed(0)
    lesson, mapping = Lesson(origin, 16), torch.nn.Linear(16, 16)
    optimizer = torch.optim.Adam([*lesson.parameters(), *mapping.parameters()], lr=0.03)
    rng, losses = torch.Generator().manual_seed(0), []
    for _ in range(60):
        z, targets, options = lesson.batch(rng)
        loss = lesson.loss(mapping(z), targets, options)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.5 * losses[0]


@KINDS
def test_a_student_comes_nearer_and_its_discriminator_joins_late(
    tiny: StudentRecipe | ChainStudentRecipe,
) -> None:
    trainer = _trainer(replace(tiny, total_images=480, lr=0.01))
    last = list(trainer.discriminator.state_dict())[-2]
    before = trainer.discriminator.state_dict()[last].clone()
    losses = [_with_pictures(trainer) for _ in range(60)]
    assert losses[0].generator is None
    assert torch.equal(before, trainer.discriminator.state_dict()[last])
    assert sum(each.error for each in losses[-10:]) < 0.8 * sum(each.error for each in losses[:10])
    joined = _with_pictures(trainer)
    assert joined.generator is not None
    assert joined.discriminator is not None
    assert not torch.equal(before, trainer.discriminator.state_dict()[last])


def test_one_that_begins_with_a_model_draws_as_it_does_from_latents_of_its_own() -> None:
    model, trainer = StyleGAN2Generator(TINY.config()), _trainer()
    assert isinstance(trainer.average, StyleGAN2Generator)
    judge = Discriminator(TINY.config())
    torch.nn.init.ones_(model.synthesis.block(1).conv1.noise_strength)
    mapping = {k: v.clone() for k, v in trainer.average.mapping.state_dict().items()}
    trainer.load_weights(model.state_dict(), judge.state_dict())
    ws = torch.randn(2, model.synthesis.num_ws, 16)
    alone = model.synthesis(ws, None)
    assert torch.allclose(trainer.average.synthesis(ws, None), alone, atol=1e-5)
    assert all(torch.equal(trainer.average.mapping.state_dict()[k], v) for k, v in mapping.items())
    noise = model.synthesis.constant_noise()  # the world has none
    assert torch.allclose(trainer.average.synthesis(ws, noise), alone, atol=1e-5)


@KINDS
def test_one_that_begins_with_a_student_of_the_same_latents_goes_on_drawing_from_them(
    tiny: StudentRecipe | ChainStudentRecipe,
) -> None:
    first, second = _trainer(tiny), _trainer(replace(tiny, keeps_latents=True, seed=1))
    first.step()
    taught = first.weights()
    assert taught.discriminator is not None
    second.load_weights(dict(taught.generator), dict(taught.discriminator))
    z = torch.randn(3, 16, generator=torch.Generator().manual_seed(0))
    assert torch.equal(second.samples(z), first.samples(z))


@KINDS
def test_lessons_come_first_and_are_gone_on_with(tiny: StudentRecipe | ChainStudentRecipe) -> None:
    recipe = replace(tiny, lessons=50)
    whole, half = _trainer(recipe), _trainer(recipe)
    first = whole.step()
    assert isinstance(first, LessonLoss)
    assert whole.images_seen == 0
    half.step()
    rest = _trainer(recipe)
    rest.load_state_dict(half.state_dict())
    for trainer in (whole, rest):
        last = [trainer.step() for _ in range(3)][1]
        assert isinstance(last, LessonLoss)
        assert last.lessons == 50
        assert last.loss < first.loss
        assert trainer.images_seen == 4
    pairs = zip(whole.average.state_dict().values(), rest.average.state_dict().values(), strict=True)
    assert all(torch.equal(a, b) for a, b in pairs)
    z = torch.randn(2, 16, generator=torch.Generator().manual_seed(1))
    whole.settle()
    if isinstance(tiny, StudentRecipe):
        assert float(whole.average.w_avg.abs().max()) > 0.0
    assert whole.samples(z).shape == (2, 3, 16, 16)


@KINDS
def test_one_that_was_broken_off_goes_on_with_the_same_bits(tiny: StudentRecipe | ChainStudentRecipe) -> None:
    whole, first, second = _trainer(tiny), _trainer(tiny), _trainer(tiny)
    for _ in range(12):
        whole.step()
    for _ in range(7):
        first.step()
    second.load_state_dict(first.state_dict())
    for _ in range(5):
        second.step()
    pairs = zip(whole.average.state_dict().values(), second.average.state_dict().values(), strict=True)
    assert all(torch.equal(a, b) for a, b in pairs)


def test_a_run_knows_where_its_pictures_come_from(tmp_path: Path) -> None:
    run = TrainingRun(tmp_path / "run", replace(TINY, total_images=8), CPU)
    run.prepare(WORLD, None, lambda n, m: None)
    run.train(lambda report: None, lambda: False)
    again = TrainingRun(tmp_path / "run", replace(TINY, total_images=8), CPU)
    again.prepare(WORLD, None, lambda n, m: None)
    assert again.trainer is not None
    assert again.trainer.is_done
    assert again.trainer.samples(torch.randn(3, 16), 0.8).shape == (3, 3, 16, 16)


@KINDS
def test_a_student_is_published_and_gone_on_from(
    tiny: StudentRecipe | ChainStudentRecipe, tmp_path: Path
) -> None:
    run = TrainingRun(tmp_path / "run", replace(tiny, total_images=8), CPU)
    run.prepare(WORLD, None, lambda n, m: None)
    run.train(lambda report: None, lambda: False)
    model = publish_run(run, WORLD, tmp_path / "models" / "taught")
    assert model.card.title.startswith("Student")
    assert "what the world's own program draws" in model.card.summary
    store = ModelStore((tmp_path / "models",))
    again = start_from(store, "taught", replace(tiny, lessons=7, lesson=0.5))
    assert (again.lessons, again.lesson, again.keeps_latents) == (0, 0.0, True)
    # Latents of another world's student stand for other pictures: it is taught what they mean.
    other = start_from(store, "taught", replace(tiny, lessons=7, data="portraits"))
    assert (other.lessons, other.keeps_latents) == (7, False)
    more = TrainingRun(tmp_path / "more", again, CPU)
    more.prepare(WORLD, None, lambda n, m: None)
    load_start(store, "taught", more)
    assert more.trainer is not None
    assert run.trainer is not None
    z = torch.randn(3, 16, generator=torch.Generator().manual_seed(0))
    # Weights are stored in half precision.
    assert torch.allclose(more.trainer.samples(z), run.trainer.samples(z), atol=0.02)


def test_latents_of_a_variant_stand_for_other_pictures(tmp_path: Path) -> None:
    run = TrainingRun(tmp_path / "run", replace(TINY, total_images=4), CPU)
    run.prepare(WORLD, None, lambda n, m: None)
    run.train(lambda report: None, lambda: False)
    publish_run(run, WORLD, tmp_path / "models" / "taught")
    variant = replace(TINY, lessons=7, data="disc:x.sd=2x")
    other = start_from(ModelStore((tmp_path / "models",)), "taught", variant)
    assert (other.lessons, other.keeps_latents) == (7, False)


@pytest.mark.parametrize("recipe", [StudentRecipe(), ChainStudentRecipe()], ids=["style", "chain"])
def test_there_is_a_larger_recipe_for_a_gpu(recipe: StudentRecipe | ChainStudentRecipe) -> None:
    larger = recipe.on_gpu()
    assert type(larger) is type(recipe)
    assert larger.resolution == larger.config().resolution == 128


def test_a_picture_drawn_as_nothing_finite_ruins_no_run() -> None:
    trainer = _trainer()
    bias = next(p for n, p in trainer.generator.named_parameters() if n.endswith("bias") and "rgb" in n)
    kept = bias.detach().clone()
    bias.data.fill_(torch.nan)
    trainer.step()
    assert torch.isfinite(trainer.errors).all()
    bias.data.copy_(kept)
    assert _with_pictures(trainer).error > 0.0


def test_what_was_drawn_badly_comes_oftener() -> None:
    trainer = _trainer(replace(TINY, by_error=2.0))
    trainer.errors[:] = 1e-6
    trainer.errors[5] = 1.0
    trainer.step()
    assert float(trainer.errors[5]) < 1.0  # it was drawn, and is known now
    assert torch.equal(trainer.errors[trainer.errors != trainer.errors[5]], torch.full((31,), 1e-6))
    alike = _trainer(replace(TINY, by_error=0.0))
    alike.step()
    assert torch.equal(alike.errors, torch.ones(32))


def test_pictures_of_unknown_latents_teach_nothing() -> None:
    pixels = world_dataset(WORLD, 4, 1, 16, False, lambda n, m: None).pixels
    with pytest.raises(InvalidInput, match="nobody knows the latents"):
        StudentTrainer(TINY, ImageDataset(pixels, False), CPU, None)


@pytest.mark.parametrize(
    "wrong", [{"mirror": True}, {"adversarial_from": 1.5}, {"batch": 1}, {"resolution": 32}]
)
def test_recipes_that_there_cannot_be(wrong: dict[str, float]) -> None:
    with pytest.raises(InvalidInput):
        replace(CHAIN, **wrong)  # type: ignore[arg-type]  # names and types are the recipe's own
