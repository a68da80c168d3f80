"""Widening arms: generators with and without their walk, trained equally long, kept on disk and measured.

Source: the digit experiment of Jahanian, Chai and Isola 2020, which compares a walk on a frozen generator,
the same on a generator of edited pictures, and both trained together; the fourth arm, together but on
pictures as they are, was run by its authors and not shown. Their arms were trained unequally long.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import torch
from pydantic import JsonValue

from wend.errors import CheckpointInvalid
from wend.generators.dcgan import DCGANConfig, DCGANDiscriminator, DCGANGenerator
from wend.methods.edits.catalog import EDITS
from wend.methods.reals import Reals
from wend.methods.widen.errors import EditErrors, edit_errors
from wend.methods.widen.objective import Widening
from wend.methods.widen.plan import PUBLISHED_SHARE, WideningPlan
from wend.optim.checkpoint import load_checkpoint, save_checkpoint
from wend.worlds.digits import CLASSES, Digits

ARMS = ("plain", "augmented", "joint", "joint-unaugmented")
RESCALED = "joint-rescaled"
"""The joint arm with the other scale of alpha, of the first seed alone: reported, not compared."""
SAVE_EVERY = 100

Progress = Callable[[int, int], None]
"""Updates done, and of how many."""


@dataclass(frozen=True)
class ArmsSettings:
    """What fixes all arms. The defaults are small enough for minutes of one core each.

    scale: degrees that move the code by the walk's vector once, and lr_walk its rate beside the generator.
    Published are 1 (raw degrees) and 2e-4, which take some ten thousand iterations: the walk begins at 20
    times the spread of the codes and first has to shrink.
    """

    iterations: int = 600
    batch: int = 32
    pictures: int = 20_000
    scale: float = 20.0
    lr_walk: float = 5e-3
    walk_updates: int = 1_000
    count: int = 1_000
    network: DCGANConfig = field(
        default_factory=lambda: DCGANConfig(dense=256, maps=32, discriminator_maps=16)
    )
    edit: str = "rotate2d"
    augment_share: float = 5.0 / 6.0

    def reals(self) -> Reals:
        """Digits of the bundled world."""
        return Reals.of_world(Digits(), self.pictures, 1, self.network.resolution)

    def plan(self, arm: str, seed: int) -> WideningPlan:
        """The adversarial part of an arm; a frozen arm's walk comes after it."""
        is_joint = arm.startswith("joint")
        has_edits = arm in ("augmented", "joint", RESCALED)
        base = WideningPlan(
            is_joint=is_joint, iterations=self.iterations, batch=self.batch, lr_walk=self.lr_walk,
            scale=self.scale, augment_share=self.augment_share, walk_updates=0, seed=seed,
        )  # fmt: skip
        if arm == RESCALED:
            base = replace(base, scale=self.other_scale)
        return base if has_edits else replace(base, augment_share=0.0)

    @property
    def other_scale(self) -> float:
        """Raw degrees where alpha is scaled, and the reverse."""
        return 1.0 if self.scale != 1.0 else WideningPlan().reach


def _completed(text: str) -> JsonValue:
    """What a plan.json says; what plans could not say when it was written stands as it was then."""
    told: JsonValue = json.loads(text)
    if isinstance(told, dict) and isinstance(plan := told.get("plan"), dict):
        told["plan"] = {**asdict(WideningPlan()), **plan}
    return told


PUBLISHED = ArmsSettings(
    27_300, 64, 70_000, 1.0, 2e-4, 2_000, 10_000, DCGANConfig(), augment_share=PUBLISHED_SHARE
)


class Arm:
    """One arm of one seed in a folder: plan.json, checkpoint.safetensors, errors.json."""

    def __init__(
        self, folder: Path, settings: ArmsSettings, arm: str, seed: int, reals: Reals, device: torch.device
    ) -> None:
        """Goes on from the checkpoint. Raises: CheckpointInvalid for one of other settings."""
        self.name, self.seed, self.settings = arm, seed, settings
        self.folder = folder / f"{arm}-{seed}"
        self.folder.mkdir(parents=True, exist_ok=True)
        plan = settings.plan(arm, seed)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            generator = DCGANGenerator(settings.network, CLASSES).to(device)
            discriminator = DCGANDiscriminator(settings.network).to(device)
        self.work = Widening(generator, discriminator, reals, EDITS[settings.edit], plan)
        said = {"plan": asdict(plan), "network": asdict(settings.network), "pictures": len(reals.pixels)}
        text = json.dumps(said, indent=2) + "\n"
        path = self.folder / "plan.json"
        if path.exists() and _completed(path.read_text()) != said:
            raise CheckpointInvalid(f"{self.folder.name}/plan.json", "it is of an arm with other settings")
        path.write_text(text)
        if self._checkpoint.exists():
            self.work.load_state_dict(load_checkpoint(self._checkpoint))

    @property
    def _checkpoint(self) -> Path:
        return self.folder / "checkpoint.safetensors"

    def train(self, progress: Progress, should_stop: Callable[[], bool]) -> bool:
        """Train to the end, or until asked to stop; whether it got there. Saves now and then."""
        while not self.work.is_done and not should_stop():
            self.work.step()
            progress(self.work.update, self.work.plan.total)
            if self.work.update % SAVE_EVERY == 0:
                save_checkpoint(self._checkpoint, self.work.state_dict())
        save_checkpoint(self._checkpoint, self.work.state_dict())
        return self.work.is_done

    def errors(self, progress: Progress, should_stop: Callable[[], bool]) -> dict[float, EditErrors] | None:
        """By scale of alpha: of the joint walk, or of walks learned on the frozen generator, in raw degrees
        and scaled. Kept in the folder; None when asked to stop."""
        path = self.folder / "errors.json"
        asked = {"count": self.settings.count, "walk_updates": self.settings.walk_updates}
        if path.exists():
            kept = json.loads(path.read_text())
            if kept["asked"] == asked:
                return {float(k): _errors_of(v) for k, v in kept["errors"].items()}
        if self.work.plan.is_joint:
            found = {self.work.plan.scale: edit_errors(self.work, count=self.settings.count)}
        else:
            found = {}
            for scale in (self.settings.scale, self.settings.other_scale):
                walk = self.frozen(scale)
                while not walk.is_done:
                    if should_stop():
                        return None
                    walk.step()
                    progress(walk.update, walk.plan.total)
                found[scale] = edit_errors(walk, count=self.settings.count)
        told = {str(scale): asdict(errors) for scale, errors in found.items()}
        path.write_text(json.dumps({"asked": asked, "errors": told}) + "\n")
        return found

    def frozen(self, scale: float) -> Widening:
        """A walk to be learned on this arm's generator, which stays as it is."""
        plan = replace(
            self.work.plan, is_joint=False, iterations=0, walk_updates=self.settings.walk_updates, scale=scale
        )
        return Widening(self.work.generator, self.work.discriminator, self.work.reals, self.work.edit, plan)


def _errors_of(kept: dict[str, object]) -> EditErrors:
    values = {k: tuple(v) if isinstance(v, list) else v for k, v in kept.items()}
    return EditErrors(**values)  # type: ignore[arg-type]  # as asdict wrote them
