"""Encoders on disk: networks that find the latent of a picture at once, each for one generator."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Self

import torch
from PIL import Image
from pydantic import BaseModel, ConfigDict, Field

from wend.errors import CardInvalid, WeightsInvalid
from wend.generators.build import CORRECTED_KINDS
from wend.generators.layered_encoder import EncoderConfig, LayeredEncoder
from wend.library.beside import written_beside
from wend.library.card import (
    CARD_FILE,
    Finite,
    ModelCard,
    ModelId,
    Scalar,
    Text,
    TrainingSection,
    read_card_as,
    write_card,
)
from wend.library.card_folders import CardFolders
from wend.library.weights import ENCODER_FILE, fill, read_weights, save_weights, settle

FOLDER = "encoders"
SHEET_FILE = "samples.jpg"


class EncoderCard(BaseModel):
    """What an encoder says of itself. generator_hash: of the only generator it is for, whatever the model is
    called; is_direct: learnt as one network, without the layers; measured: name -> number, the unit in the
    name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: ModelId
    title: Text
    summary: Text
    licence: Text
    model: ModelId
    generator_hash: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    is_direct: bool = False
    config: dict[str, Scalar]
    measured: dict[str, Finite] = Field(default_factory=dict)
    training: TrainingSection | None = None


@dataclass(frozen=True)
class Encoder:
    """A card and the folder it describes."""

    card: EncoderCard
    folder: Path


class EncoderStore:
    """The folders that hold encoders, one sub-folder each; read anew whenever a card changes.

    Safe to share between threads. Files are looked up by validated ids only, never by links.
    """

    def __init__(self, roots: Sequence[Path]) -> None:
        self.roots = tuple(roots)
        self._folders = CardFolders(self.roots, _read_card, "encoder")

    @classmethod
    def beside(cls, model_roots: Sequence[Path]) -> Self:
        """Those beside the folders of models: `models/encoders` beside `models/generators`."""
        return cls([root.parent / FOLDER for root in model_roots])

    def list(self) -> list[Encoder]:
        """Every encoder that can be used, root by root and by name."""
        return [Encoder(card, folder) for card, folder in self._folders.list()[0]]

    def find(self, generator_hash: str, *, is_direct: bool = False) -> Encoder | None:
        """The one for a generator: the user's own before a shipped one, of several the last by name."""
        able = [
            each
            for each in self.list()
            if (each.card.generator_hash, each.card.is_direct) == (generator_hash, is_direct)
        ]
        return able[-1] if able else None

    def places(self, card: ModelCard) -> tuple[str, ...]:
        """Where a photo can be looked for by the layered encoder of a model, as parameters of an inversion
        name it: "encoder" for its word, "layers" for corrections near it; () without one."""
        if self.find(card.hash) is None:
            return ()
        return ("encoder", "layers") if card.kind in CORRECTED_KINDS else ("encoder",)

    def load(self, encoder: Encoder, device: torch.device) -> LayeredEncoder:
        """In memory: float32, eval, without gradients. Raises: CardInvalid, WeightsInvalid."""
        card, path = encoder.card, encoder.folder / ENCODER_FILE
        try:
            with torch.random.fork_rng(devices=[]):
                network = LayeredEncoder(EncoderConfig(**card.config))  # type: ignore[arg-type]  # an unknown name is a TypeError
        except (TypeError, ValueError, RuntimeError, AttributeError) as error:
            raise CardInvalid(f"{card.id}/{CARD_FILE}", str(error)) from error
        fill(network, read_weights(path), path)
        settle(network, device)
        return network


def publish_encoder(
    folder: Path, card: EncoderCard, encoder: LayeredEncoder, sheet: Image.Image | None
) -> Encoder:
    """Write an encoder into `folder`, complete or not at all: weights in half precision, card, sheet.

    Raises: WeightsInvalid for values that half precision cannot hold.
    """
    with written_beside(folder) as partial:
        save_weights(partial / ENCODER_FILE, encoder.state_dict())
        if sheet is not None:
            sheet.convert("RGB").save(partial / SHEET_FILE, quality=90, subsampling=0)
        write_card(partial / CARD_FILE, card)
    return Encoder(card, folder)


def _read_card(path: Path) -> EncoderCard:
    card = read_card_as(EncoderCard, path)
    weights = path.parent / ENCODER_FILE
    if weights.is_symlink() or not weights.is_file():
        raise WeightsInvalid(f"{path.parent.name}/{ENCODER_FILE}", "it is missing")
    return card
