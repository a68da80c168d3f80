"""Models on disk: listed, refused with a reason, loaded."""

import secrets
import shutil
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import nn

from wend.errors import CardInvalid, DiskFull, ModelNotFound, ModelShipped, WeightsInvalid, WendError
from wend.generators.analytic import AnalyticGenerator
from wend.generators.build import build_discriminator, build_encoder, build_generator
from wend.generators.generator import Generator
from wend.generators.program import ProgramGenerator
from wend.library.card import CARD_FILE, ModelCard, read_card, read_card_text
from wend.library.card_folders import CardFolders
from wend.library.weights import (
    DISCRIMINATOR_FILE,
    ENCODER_FILE,
    WEIGHTS_FILE,
    fill,
    generator_hash,
    read_weights,
    settle,
)

PREFERRED = "portraits-64"
PREVIEW_FILE = "preview.jpg"
WALKS_FOLDER = "walks"


@dataclass(frozen=True)
class Model:
    """A card and the folder it describes."""

    card: ModelCard
    folder: Path

    @property
    def text(self) -> str:
        """The card as it stands in its file, for reading. Raises: CardInvalid."""
        return read_card_text(self.folder / CARD_FILE)

    @property
    def weights_stamp(self) -> tuple[int, int] | None:
        """Time of change (ns) and size (bytes) of the weights' file; None without one."""
        return _stamp(self._file(WEIGHTS_FILE))

    @property
    def encoder_stamp(self) -> tuple[int, int] | None:
        """Likewise of the encoder's file."""
        return _stamp(self._file(ENCODER_FILE))

    @property
    def preview(self) -> Path | None:
        """A picture of what it draws, where there is one."""
        return self._file(PREVIEW_FILE)

    @property
    def sheet(self) -> Path | None:
        """The sample sheet the card names, where there is one."""
        return None if self.card.sheet is None else self._file(self.card.sheet)

    @property
    def has_discriminator(self) -> bool:
        return self._file(DISCRIMINATOR_FILE) is not None

    @property
    def has_encoder(self) -> bool:
        return self._file(ENCODER_FILE) is not None

    def _file(self, name: str) -> Path | None:
        path = self.folder / name
        return path if path.is_file() and not path.is_symlink() else None


def _stamp(path: Path | None) -> tuple[int, int] | None:
    if path is None:
        return None
    stat = path.stat()
    return stat.st_mtime_ns, stat.st_size


@dataclass(frozen=True)
class RefusedModel:
    """A folder that looks like a model but cannot be used; `error` says why."""

    id: str
    error: WendError


@dataclass(frozen=True)
class Listing:
    """Everything in the models' folders."""

    models: tuple[Model, ...]
    refused: tuple[RefusedModel, ...]


class ModelStore:
    """The folders that hold models, one sub-folder each; read anew whenever a card changes.

    Safe to share between threads. Files are looked up by validated ids only, never by links.
    """

    def __init__(
        self, roots: Sequence[Path], default: str | None = None, allows_programs: bool = False
    ) -> None:
        """allows_programs: generators that bring a program of their own may run it."""
        self.roots = tuple(roots)
        self._wanted = default
        self._allows_programs = allows_programs
        self._folders = CardFolders(self.roots, read_card, "model")

    @property
    def default(self) -> str:
        """The model a new picture is of: the configured one; without one portraits-64, else the first.

        Raises: ModelNotFound when there is none at all, or the configured one is not there; CardInvalid
        when that cannot be used.
        """
        if self._wanted is not None:
            return self.get(self._wanted).card.id
        ids = [model.card.id for model in self.list().models]
        for wanted in (PREFERRED, *ids):
            if wanted in ids:
                return wanted
        raise ModelNotFound(PREFERRED)

    def list(self) -> Listing:
        """Every model, root by root and by name; what cannot be used is listed with its reason."""
        found, refused = self._folders.list()
        return Listing(
            tuple(Model(card, folder) for card, folder in found),
            tuple(RefusedModel(name, error) for name, error in refused),
        )

    def get(self, model_id: str) -> Model:
        """One model. Raises: ModelNotFound; CardInvalid when it is there but cannot be used."""
        found = self._folders.find(model_id)
        if found is None:
            raise ModelNotFound(model_id)
        return Model(*found)

    def is_shipped(self, model: Model) -> bool:
        """Whether it lies in another folder than the last, which is the user's own."""
        return model.folder.parent != self.roots[-1]

    def delete(self, model_id: str) -> None:
        """Take a model of the user's own away, from one instant to the next.

        Raises: ModelNotFound, CardInvalid, ModelShipped, DiskFull.
        """
        model = self.get(model_id)
        if self.is_shipped(model):
            raise ModelShipped(model_id)
        gone = model.folder.with_name(f".{model.folder.name}.{secrets.token_hex(6)}.partial")
        try:
            model.folder.rename(gone)
        except OSError as error:
            raise DiskFull(model_id, error.strerror or str(error)) from error
        shutil.rmtree(gone, ignore_errors=True)

    def load(self, model_id: str, device: torch.device) -> Generator:
        """The generator in memory: float32, eval, without gradients, channels_last.

        Raises: ModelNotFound, CardInvalid, WeightsInvalid.
        """
        model = self.get(model_id)
        card, path = model.card, model.folder / WEIGHTS_FILE
        with _own_random_state():
            generator = build_generator(card.kind, card.config, card.classes)
        _check_shapes(card, generator)
        if isinstance(generator, AnalyticGenerator):
            tensors = generator.canonical_tensors()
        else:
            assert isinstance(generator, nn.Module)
            tensors = read_weights(path)
            fill(generator, tensors, path)
        if generator_hash(tensors) != card.hash:
            raise WeightsInvalid(
                f"{card.id}/{path.name}", "it is not what the card describes (its hash differs)"
            )
        assert isinstance(generator, nn.Module)
        settle(generator, device)
        if isinstance(generator, ProgramGenerator):
            self._switch_on(generator, f"{card.id}/{path.name}", device)
        return generator

    def _switch_on(self, generator: ProgramGenerator, name: str, device: torch.device) -> None:
        """Raises: WeightsInvalid where programs may not run, or this one cannot."""
        if not self._allows_programs:
            raise WeightsInvalid(
                name,
                "it is a TorchScript program, which would run as its author wrote it; if you trust it, set"
                " allow_torchscript (WEND_ALLOW_TORCHSCRIPT=true)",
            )
        try:
            generator.switch_on(device)
        except RuntimeError as error:
            raise WeightsInvalid(name, "its program cannot be loaded") from error

    def load_discriminator(self, model_id: str, device: torch.device) -> nn.Module | None:
        """The discriminator published with a model, or None. Raises as `load`."""
        model = self.get(model_id)
        if not model.has_discriminator:
            return None
        path = model.folder / DISCRIMINATOR_FILE
        with _own_random_state():
            generator = build_generator(model.card.kind, model.card.config, model.card.classes)
            discriminator = build_discriminator(generator)
        if discriminator is None:
            raise WeightsInvalid(f"{model_id}/{path.name}", f"a {model.card.kind} model judges nothing")
        fill(discriminator, read_weights(path), path)
        settle(discriminator, device)
        return discriminator

    def load_encoder(self, model_id: str, device: torch.device) -> nn.Module | None:
        """What finds the latent of an image, published with a model: images -> (mean, log variance) of z,
        [N, z_dim] each; a `StyleEncoder`'s images -> ws [N, num_ws, w_dim].

        None without one, and for one whose network is not here. Raises as `load`.
        """
        model = self.get(model_id)
        if not model.has_encoder:
            return None
        path = model.folder / ENCODER_FILE
        with _own_random_state():
            encoder = build_encoder(build_generator(model.card.kind, model.card.config, model.card.classes))
        if encoder is None:
            return None
        fill(encoder, read_weights(path), path)
        settle(encoder, device)
        return encoder


def hash_of(generator: Generator) -> str:
    """The hash that a card of this very generator would have."""
    if isinstance(generator, AnalyticGenerator):
        return generator_hash(generator.canonical_tensors())
    assert isinstance(generator, nn.Module)
    return generator_hash(generator.state_dict())


def _own_random_state() -> AbstractContextManager[None]:
    """Initialisation draws from torch's global random state; this leaves it as it was."""
    context: AbstractContextManager[None] = torch.random.fork_rng(devices=[])
    return context


def _check_shapes(card: ModelCard, generator: Generator) -> None:
    spec = generator.spec
    for field in ("resolution", "z_dim", "w_dim", "num_ws", "layer_names", "classes", "spaces"):
        says, is_ = getattr(card, field), getattr(spec, field)
        if says != is_:
            raise CardInvalid(
                f"{card.id}/{CARD_FILE}", f"{field} is {says}, but its configuration makes {is_}"
            )
