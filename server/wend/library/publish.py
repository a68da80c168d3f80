"""Publishing: a trained generator becomes a model on disk, complete or not at all."""

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor

from wend.errors import CardInvalid
from wend.generators.build import build_generator
from wend.library.card import CARD_FILE, ModelCard, TrainingSection, WorldSection, write_card
from wend.library.models import PREVIEW_FILE, Model
from wend.library.weights import DISCRIMINATOR_FILE, WEIGHTS_FILE, generator_hash, save_weights

SHEET_FILE = "samples.png"


@dataclass(frozen=True)
class CardText:
    """What the publisher knows of a model; shapes and hash are filled in from the network itself."""

    title: str
    summary: str
    licence: str
    kind: str
    config: Mapping[str, bool | int | float | str]
    classes: tuple[str, ...] = ()
    psi: float = 0.8
    live_error: float | None = None
    training: TrainingSection | None = None
    world: WorldSection | None = None


def publish_model(
    folder: Path,
    text: CardText,
    generator: Mapping[str, Tensor],
    discriminator: Mapping[str, Tensor] | None,
    preview: Image.Image | None,
    sheet: Image.Image | None,
) -> Model:
    """Write a model into `folder` (its name is the id): weights in half precision, card, pictures.

    generator, discriminator: state dicts; preview: what the model draws, in any size; sheet: samples,
    best beside real pictures. A new folder appears complete in one rename. In an existing one every
    file is replaced whole, the card, which holds the hash, last; its walks stay, and are shown again
    only if the weights are the same.
    Raises: WeightsInvalid for values that half precision cannot hold, CardInvalid for a configuration
    that makes no network.
    """
    partial = folder.with_name(f".{folder.name}.{os.getpid()}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    try:
        stored = save_weights(partial / WEIGHTS_FILE, generator)
        if discriminator is not None:
            save_weights(partial / DISCRIMINATOR_FILE, discriminator)
        if preview is not None:
            preview.convert("RGB").save(partial / PREVIEW_FILE, quality=92, subsampling=0)
        if sheet is not None:
            sheet.convert("RGB").save(partial / SHEET_FILE, optimize=True)
        card = _card(folder.name, text, stored, has_sheet=sheet is not None)
        write_card(partial / CARD_FILE, card)
        _move(partial, folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return Model(card, folder)


def _card(model_id: str, text: CardText, stored: Mapping[str, Tensor], has_sheet: bool) -> ModelCard:
    with torch.random.fork_rng(devices=[]):
        spec = build_generator(text.kind, text.config, text.classes).spec
    try:
        return ModelCard(
            id=model_id,
            title=text.title,
            kind=text.kind,
            summary=text.summary,
            licence=text.licence,
            resolution=spec.resolution,
            z_dim=spec.z_dim,
            w_dim=spec.w_dim,
            num_ws=spec.num_ws,
            layer_names=spec.layer_names,
            classes=spec.classes,
            psi=text.psi,
            live_error=text.live_error,
            hash=generator_hash(stored),
            sheet=SHEET_FILE if has_sheet else None,
            config=dict(text.config),
            training=text.training,
            world=text.world,
        )
    except ValueError as error:
        raise CardInvalid(f"{model_id}/{CARD_FILE}", str(error)) from error


def _move(partial: Path, folder: Path) -> None:
    for path in partial.iterdir():
        with path.open("rb") as file:
            os.fsync(file.fileno())
    if not folder.exists():
        partial.rename(folder)
        return
    for path in sorted(partial.iterdir(), key=lambda p: p.name == CARD_FILE):
        path.replace(folder / path.name)
