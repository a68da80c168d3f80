"""A run that trains an encoder, on disk: recipe, checkpoint and sheets; killed and resumed at will."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from pathlib import Path

from wend.errors import CheckpointInvalid, InvalidInput
from wend.generators.generator import Generator
from wend.generators.split import Split, held_noise, in_layers
from wend.imaging.contact_sheet import contact_sheet, save_sheet
from wend.library.card import TrainingSection
from wend.library.encoders import Encoder, EncoderCard, publish_encoder
from wend.library.models import hash_of
from wend.measure.recovery import Recovery
from wend.optim.checkpoint import load_checkpoint, save_checkpoint
from wend.training.encoder import EncoderTrainer, config_of
from wend.training.encoder_recipe import EncoderRecipe
from wend.training.loop import INTERVAL_S, TrainingProgress, run_steps
from wend.training.recipe import Setting

RECIPE_FILE = "recipe.json"
CHECKPOINT_FILE = "checkpoint.safetensors"
_MAY_CHANGE = ("steps_joint",)
"""Asked for anew: to train longer."""


class EncoderRun:
    """One run in one folder: recipe.json, checkpoint.safetensors (all state, atomic), sheet-*.png."""

    def __init__(self, folder: Path, recipe: EncoderRecipe, generator: Generator) -> None:
        """Goes on from the folder's checkpoint, if there is one.

        Raises: GeneratorWhole; InvalidInput for a generator with classes, or other than when it was begun;
        CheckpointInvalid.
        """
        if generator.spec.c_dim:
            raise InvalidInput("An encoder is trained for a generator without classes.")
        if hash_of(generator) != recipe.generator_hash:
            raise InvalidInput(f"The run in {folder} was begun for a generator with other weights.")
        self.folder, self.recipe = folder, recipe
        noise = held_noise(in_layers(generator))
        self.trainer = EncoderTrainer(recipe, Split(generator, recipe.layer or None, noise))
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(recipe.as_dict(), indent=2) + "\n"
        (folder / RECIPE_FILE).write_text(text, encoding="utf-8")
        if self.checkpoint_path.exists():
            state = load_checkpoint(self.checkpoint_path)
            try:
                self.trainer.load_state_dict(state)
            except (KeyError, RuntimeError, ValueError) as error:
                raise CheckpointInvalid(self.checkpoint_path.name, str(error)) from error

    @property
    def checkpoint_path(self) -> Path:
        return self.folder / CHECKPOINT_FILE

    def train(
        self,
        report: Callable[[TrainingProgress], None],
        should_stop: Callable[[], bool],
        interval_s: float = INTERVAL_S,
    ) -> None:
        """Train until done or asked to stop; a checkpoint and a sheet every `interval_s` and at the end."""
        run_steps(self.trainer, self.recipe.total_images, self.save, report, should_stop, interval_s)

    def save(self) -> None:
        """Write the checkpoint and a sheet: what the generator drew, and what the encoder makes of it."""
        save_checkpoint(self.checkpoint_path, self.trainer.state_dict())
        images, columns = self.trainer.sheet()
        save_sheet(images, self.folder / f"sheet-{self.trainer.images_seen:09d}.png", columns)

    def publish(self, folder: Path, licence: str, extra: Mapping[str, float] | None = None) -> Encoder:
        """As the encoder `folder.name`. extra: more measured numbers for its card, the unit in the name."""
        trainer, recipe = self.trainer, self.recipe
        found = trainer.measure()
        images, columns = trainer.sheet()
        kind = "one network, learnt as a whole" if recipe.direct else "a network a layer, then all as one"
        card = EncoderCard(
            id=folder.name,
            title=f"{recipe.model}, encoder",
            summary=f"From a picture to {trainer.split.top} of {recipe.model} at once: {kind}; trained on "
            f"{trainer.images_seen:,} pictures that the generator drew, and on no others.",
            licence=licence,
            model=recipe.model,
            generator_hash=recipe.generator_hash,
            is_direct=recipe.direct,
            config=asdict(config_of(recipe, trainer.split)),
            measured={**numbers_of(found, trainer.split.top), **(extra or {})},
            training=TrainingSection(
                images_seen=trainer.images_seen,
                seed=recipe.seed,
                hours=round(trainer.seconds / 3600.0, 2),
                device=trainer.split.device.type,
                recipe=recipe.as_dict(),
            ),
        )
        return publish_encoder(folder, card, trainer.encoder, contact_sheet(images, columns))


def numbers_of(found: Recovery, top: str) -> dict[str, float]:
    """As they stand on a card: of pictures that the generator drew."""
    return {
        f"correlation_{top}": round(found.z, 4),
        "correlation_r": round(found.r, 4),
        "correlation_pixels": round(found.pixels, 4),
        "error_of_255": round(found.error, 2),
        "drawn_pictures": float(found.count),
    }


def settle_encoder(folder: Path, fresh: EncoderRecipe, asked: Mapping[str, Setting]) -> EncoderRecipe:
    """The recipe of the run in `folder`: the saved one if it has begun, else `fresh`, as asked.

    A run that has begun keeps its recipe; only `steps_joint` may be asked for anew, to train longer.
    Raises: InvalidInput naming what cannot change, CheckpointInvalid.
    """
    path = folder / RECIPE_FILE
    if not path.exists():
        return replace(fresh, **asked)  # type: ignore[arg-type]  # names and types are the recipe's own
    try:
        saved = EncoderRecipe(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise CheckpointInvalid(path.name, str(error)) from error
    has = saved.as_dict()
    for name, value in asked.items():
        if name not in _MAY_CHANGE and has[name] != value:
            raise InvalidInput(
                f"The run in {folder} was begun with {name} {has[name]}, not {value}; "
                "another --run or --name begins another."
            )
    return replace(saved, steps_joint=int(asked.get("steps_joint", saved.steps_joint)))
