"""A network for the classes of a world, from nothing to a set on disk: minutes, so in one go."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch

from wend.errors import InvalidInput
from wend.library.beside import written_beside
from wend.library.card import CARD_FILE, Scalar, TrainingSection, write_card
from wend.library.perception import PerceptionSet, file_hash
from wend.library.perception_card import NetworkSection, PerceptionCard
from wend.library.weights import save_weights
from wend.measure.classes import class_accuracy
from wend.perception.class_net import ClassNet
from wend.training.dataset import ImageDataset, world_dataset
from wend.training.loop import TrainingProgress, run_steps
from wend.training.perception.class_task import ClassTask
from wend.training.perception.pictures import TRAINING_SEED, Progress
from wend.training.perception.publish import LICENCE
from wend.training.perception.recipe import PerceptionRecipe
from wend.training.perception.trainer import NetworkTrainer
from wend.worlds.world import World, class_names

NETWORK = "classes"
_PICTURES_SEED, _HELD_OUT_SEED = TRAINING_SEED + 6, TRAINING_SEED + 7
# What the average of the weights is shipped with; never less, so that a run cut off is not shipped.
_LEAST_ACCURACY = 0.9


@dataclass(frozen=True)
class ClassRecipe:
    """How many pictures are drawn, and how many are seen in all while training."""

    pictures: int = 12_000
    images: int = 60_000
    size: int = 64
    batch: int = 32
    lr: float = 2e-3
    held_out: int = 1_200  # pictures of another seed that it is measured on


def train_classes(
    world: World,
    folder: Path,
    recipe: ClassRecipe,
    drawn: Progress,
    report: Callable[[TrainingProgress], None],
) -> PerceptionSet:
    """Draw pictures, train on them and publish the set `folder.name`, with its accuracy on held-out ones.

    drawn: called with (pictures drawn, of how many). Raises: InvalidInput for a world without classes,
    or when what came out tells too few pictures of the world apart to judge anything.
    """
    names = class_names(world)
    if not names:
        raise InvalidInput(f"The world {world.name} has no classes.")
    total = recipe.pictures + recipe.held_out
    dataset = world_dataset(
        world, recipe.pictures, _PICTURES_SEED, recipe.size, False, lambda done, _: drawn(done, total)
    )
    settings = PerceptionRecipe(data=world.name, batch=recipe.batch, lr=recipe.lr)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(settings.seed)
        network = ClassNet(names)
    task = ClassTask(network, dataset, recipe.batch)
    trainer = NetworkTrainer(task, settings, recipe.lr, recipe.images, torch.device("cpu"))
    run_steps(trainer, recipe.images, lambda: None, report, lambda: False)
    average = trainer.average
    assert isinstance(average, ClassNet)
    held = world_dataset(
        world,
        recipe.held_out,
        _HELD_OUT_SEED,
        recipe.size,
        False,
        lambda done, _: drawn(recipe.pictures + done, total),
    )
    accuracy = _accuracy(average, held)
    if accuracy < _LEAST_ACCURACY:
        raise InvalidInput(
            f"The network tells only {accuracy:.3f} of the held-out pictures; train it longer."
        )
    training = TrainingSection(
        images_seen=trainer.images_seen,
        seed=settings.seed,
        hours=round(trainer.seconds / 3600.0, 3),
        device="cpu",
        recipe={**vars(recipe), "data": world.name},
    )
    return _publish(average, folder, world, training, {"accuracy": accuracy, "held_out": recipe.held_out})


def _accuracy(network: ClassNet, held: ImageDataset) -> float:
    assert held.classes is not None
    return class_accuracy(network, [held.first(len(held))], held.classes).overall


def _publish(
    network: ClassNet, folder: Path, world: World, training: TrainingSection, measured: dict[str, Scalar]
) -> PerceptionSet:
    file = f"{NETWORK}.safetensors"
    with written_beside(folder) as partial:
        save_weights(partial / file, network.state_dict())
        section = NetworkSection(
            name=NETWORK,
            role="classes",
            kind="class-net",
            file=file,
            sha256=file_hash(partial / file),
            names=network.labels,
            licence=LICENCE,
            measured=measured,
            training=training,
        )
        card = PerceptionCard(
            id=folder.name,
            title=f"{world.name.replace('-', ' ').capitalize()}, told apart",
            summary=f"A network that says which of the {len(network.labels)} classes of the {world.name} "
            "world a picture is of.",
            licence=LICENCE,
            world=world.name,
            networks=(section,),
        )
        write_card(partial / CARD_FILE, card)
    return PerceptionSet(card, folder)
