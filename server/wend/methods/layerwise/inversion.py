"""Layer-wise inversion: one picture, by any of six methods, slice by slice; what jobs and measures share."""

from dataclasses import dataclass
from typing import cast

import numpy as np
import torch
from torch import Tensor

from wend.errors import EncoderMissing
from wend.generators.generator import Generator
from wend.generators.layered_encoder import LayeredEncoder
from wend.generators.split import Split, held_noise, in_layers
from wend.library.codes import CodeSpace
from wend.library.encoders import EncoderStore
from wend.library.models import ModelStore, hash_of
from wend.methods.invert.inversion import FoundCode
from wend.methods.invert.sight import PhotoSight
from wend.methods.layerwise.likeness import Likeness
from wend.methods.layerwise.objective import LayersObjective, TopObjective
from wend.methods.layerwise.settings import LayerwiseSettings, Start
from wend.methods.layerwise.wolfe import WolfeRun
from wend.optim.optimization import Optimization
from wend.optim.schedules import Schedule
from wend.optim.settings import OptimizationSettings
from wend.perception.distance import PixelDistance
from wend.perception.network import FeatureNetwork


@dataclass(frozen=True)
class LayeredModel:
    """A generator cut where its encoder was trained to cut it, and the encoder: frozen, eval, on a device."""

    split: Split
    encoder: LayeredEncoder


@dataclass(frozen=True)
class Eye:
    """By what pictures are compared. name: for people; features: None for pixels alone; is_relative: see
    `Likeness`."""

    name: str
    features: FeatureNetwork | None
    is_relative: bool


def open_layered(store: ModelStore, model: str, generator: Generator, start: Start) -> LayeredModel:
    """With the encoder that a start needs; a random start takes the layered one, for its units.

    Raises: EncoderMissing; GeneratorWhole; CardInvalid, WeightsInvalid.
    """
    encoders = EncoderStore.beside(store.roots)
    found = encoders.find(hash_of(generator), is_direct=start == "direct")
    if found is None:
        raise EncoderMissing(model)
    encoder = encoders.load(found, generator.device)
    return LayeredModel(Split(generator, encoder.config.layer, held_noise(in_layers(generator))), encoder)


class LayerwiseInversion:
    """From the start to the end of one method; the interface is that of `methods.invert.inversion.Inversion`.

    The same settings on the same weights give the same result, bit for bit on a CPU with as many threads.
    """

    def __init__(self, model: LayeredModel, target: Tensor, settings: LayerwiseSettings, eye: Eye) -> None:
        """target: float32 [1, 3, R, R] in [-1, 1]."""
        self.split, self.encoder, self.settings = model.split, model.encoder, settings
        self.target = target.to(self.split.device)
        self.sight = PhotoSight(self.target, PixelDistance(), 0.0)
        likeness = Likeness(
            self.target,
            eye.features,
            settings.pixels,
            settings.perceptual,
            is_relative=eye.is_relative,
        )
        top = self._start()
        self.objective: LayersObjective | TopObjective
        self._run: Optimization | WolfeRun | None = None
        if settings.free == "layers":
            self.objective = LayersObjective(self.split, likeness, settings, top, self.encoder)
            self._run = Optimization(
                self.objective,
                OptimizationSettings(
                    settings.updates,
                    settings.method,
                    settings.learning_rate,
                    schedule=Schedule(drops=settings.drops),
                    check_every=settings.check_every if settings.patience else 0,
                    patience=settings.patience or None,
                    least_gain=settings.least_gain,
                ),
            )
        else:
            self.objective = TopObjective(self.split, likeness, settings, top, self.encoder)
            self._run = WolfeRun(self.objective) if settings.free == "top" else None

    @torch.no_grad()
    def _start(self) -> Tensor:
        """z_0 or w_0, [1, D]; at random: of the seed."""
        if self.settings.start != "random":
            return self.encoder(self.target)  # type: ignore[no-any-return]  # modules answer Any
        rng = torch.Generator().manual_seed(self.settings.seed)
        z = torch.randn(1, self.split.generator.spec.z_dim, generator=rng)
        return self.split.top_of(z.to(self.split.device))

    @property
    def optimization(self) -> Optimization | WolfeRun | None:
        """None where an encoder's word is all."""
        return self._run

    @property
    def is_done(self) -> bool:
        return self._run is None or self._run.is_done

    @property
    def is_at_rest(self) -> bool:
        return self._run is None or self._run.is_at_rest

    @property
    def label(self) -> str:
        """What is being done."""
        return "Coming nearer"

    @property
    def updates(self) -> int:
        return 0 if self._run is None else self._run.updates

    @property
    def losses(self) -> dict[str, float]:
        return {} if self._run is None else dict(self._run.losses)

    @property
    def fraction(self) -> float:
        """Share done, 0..1; 1 once it is."""
        return 1.0 if self._run is None else self._run.fraction

    def step(self) -> None:
        """One picture's gradient, or one line of L-BFGS. Raises: Diverged."""
        if self._run is not None:
            self._run.step()

    def run(self) -> FoundCode:
        """All that is left, at once: for measures and tests. Raises: Diverged."""
        while not self.is_done:
            self.step()
        return self.found()

    @torch.no_grad()
    def image(self) -> Tensor:
        """The picture as it is now, float32 [1, 3, R, R]."""
        return self.objective.image()

    @torch.no_grad()
    def drift(self) -> float:
        """Mean squared difference of r from what e_f says of the target, in units of its mean square."""
        said = self.encoder.activation(self.target)
        return ((self.objective.r() - said) / self.encoder.sizes[-1]).square().mean().item()

    @torch.no_grad()
    def found(self) -> FoundCode:
        """The latent, the corrections behind its layers, and the picture of both."""
        image = self.objective.image()
        space: CodeSpace = "z" if self.split.top == "z" else "w"
        corrections = {
            index - 1: each[0].cpu().numpy().astype(np.float32)
            for index, each in self.objective.corrections().items()
        }
        return FoundCode(
            space,
            self.objective.top_now()[0].detach().cpu().numpy().astype(np.float32),
            None,
            self.sight.error(image),
            image.cpu(),
            corrections,
        )

    def state_dict(self) -> dict[str, object]:
        return {"optimization": None if self._run is None else self._run.state_dict()}

    def load_state_dict(self, state: dict[str, object]) -> None:
        """Raises: KeyError, ValueError for a state of something else."""
        if self._run is not None and state["optimization"] is not None:
            self._run.load_state_dict(cast("dict[str, object]", state["optimization"]))
