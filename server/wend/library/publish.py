"""Publishing: a trained generator becomes a model on disk, complete or not at all."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import torch
from PIL import Image
from torch import Tensor

from wend.errors import CardInvalid
from wend.formats.layouts.own import METADATA
from wend.generators.analytic import AnalyticGenerator
from wend.generators.build import build_generator
from wend.generators.generator import synthesize
from wend.imaging.contact_sheet import contact_sheet
from wend.latents.seed import z_of_seeds
from wend.library.beside import written_beside
from wend.library.card import (
    CARD_FILE,
    ModelCard,
    SourceSection,
    TrainingSection,
    WorldSection,
    write_card,
)
from wend.library.models import PREVIEW_FILE, WALKS_FOLDER, Model
from wend.library.weights import (
    DISCRIMINATOR_FILE,
    ENCODER_FILE,
    WEIGHTS_FILE,
    generator_hash,
    save_exactly,
    save_weights,
)
from wend.worlds.registry import describe_biases, describe_laws, open_world
from wend.worlds.world import class_names, occurring_classes

SHEET_FILE = "samples.png"
NOTHING: Mapping[str, bytes] = MappingProxyType({})


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
    source: SourceSection | None = None
    world: WorldSection | None = None


def publish_model(
    folder: Path,
    text: CardText,
    generator: Mapping[str, Tensor],
    discriminator: Mapping[str, Tensor] | None,
    preview: Image.Image | None,
    sheet: Image.Image | None,
    encoder: Mapping[str, Tensor] | None = None,
    is_exact: bool = False,
    files: Mapping[str, bytes] = NOTHING,
) -> Model:
    """Write a model into `folder` (its name is the id): weights, card, pictures.

    Weights are stored in half precision; with `is_exact` only where that loses nothing.
    generator, discriminator, encoder: state dicts; preview: what the model draws, in any size; sheet:
    samples, best beside real pictures; files: what else goes with it, by plain names.
    A new folder appears complete in one rename. An existing one is replaced by two: old and new files never
    mix, but for an instant neither is there, and a process killed in it leaves the old one as
    `.<id>.<process>.old`. Its walks are taken along, and are shown again only if the weights are the same;
    nothing else of it stays.
    Raises: WeightsInvalid for values that half precision cannot hold, CardInvalid for a configuration
    that makes no network.
    """
    with written_beside(folder) as partial:
        write = save_exactly if is_exact else save_weights
        stored = write(partial / WEIGHTS_FILE, generator, {METADATA: _told(text)})
        for name, tensors in ((DISCRIMINATOR_FILE, discriminator), (ENCODER_FILE, encoder)):
            if tensors is not None:
                write(partial / name, tensors)
        _save_preview(partial, preview)
        if sheet is not None:
            sheet.convert("RGB").save(partial / SHEET_FILE, optimize=True)
        for name, data in files.items():
            (partial / name).write_bytes(data)
        card = _card(folder.name, text, stored, has_sheet=sheet is not None)
        write_card(partial / CARD_FILE, card)
        _keep_walks(folder, partial)
    return Model(card, folder)


def _told(text: CardText) -> str:
    """What weights say of themselves, as JSON: a file of them alone opens again (`formats/layouts/own`)."""
    told: dict[str, object] = {
        "title": text.title, "kind": text.kind, "config": dict(text.config), "psi": text.psi,
        "licence": text.licence,
    }  # fmt: skip
    told |= {"classes": text.classes} if text.classes else {}
    for name, section in (("training", text.training), ("world", text.world)):
        told |= {} if section is None else {name: section.model_dump(mode="json")}
    return json.dumps(told)


def publish_world(folder: Path, world_name: str, resolution: int | None = None) -> Model:
    """Write a world or variant into `folder` as an analytic model: a card and a preview, no weights.

    To be done again whenever the world's laws change: they are what its hash is of.
    Raises: WorldNotFound, InvalidVariant, InvalidFactor, CardInvalid for a resolution outside 4 to 1024.
    """
    world = open_world(world_name)
    config: dict[str, bool | int | float | str] = {"world": world_name}
    if resolution is not None:
        config["resolution"] = resolution
    classes = class_names(world)
    generator = build_generator("analytic", config, classes)
    assert isinstance(generator, AnalyticGenerator)
    text = CardText(
        title=f"{world_name.capitalize()}, analytic",
        summary=f"The {world_name} world itself: each coordinate of z is one of its factors, exactly.",
        licence="MIT",
        kind="analytic",
        config=config,
        classes=classes,
        world=WorldSection(
            name=world.name,
            config=world.config.name,
            biases=describe_biases(world),
            laws=describe_laws(world),
        ),
    )
    with torch.no_grad():
        shown = occurring_classes(world)
        chosen = torch.eye(len(classes))[[shown[k % len(shown)] for k in range(9)]] if classes else None
        w = text.psi * generator.mapping(z_of_seeds(list(range(9)), generator.spec.z_dim), chosen)
        images = synthesize(generator, w[:, None], None)
    with written_beside(folder) as partial:
        _save_preview(partial, contact_sheet(images, columns=3, gap=0))
        card = _card(folder.name, text, generator.canonical_tensors(), has_sheet=False)
        write_card(partial / CARD_FILE, card)
        _keep_walks(folder, partial)
    return Model(card, folder)


def _save_preview(folder: Path, preview: Image.Image | None) -> None:
    if preview is not None:
        preview.convert("RGB").save(folder / PREVIEW_FILE, quality=92, subsampling=0)


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
            spaces=spec.spaces,
            training=text.training,
            source=text.source,
            world=text.world,
        )
    except ValueError as error:
        raise CardInvalid(f"{model_id}/{CARD_FILE}", str(error)) from error


def _keep_walks(folder: Path, partial: Path) -> None:
    """Take the walks of the model that is replaced along."""
    walks = folder / WALKS_FOLDER
    if walks.is_dir() and not walks.is_symlink():
        shutil.copytree(walks, partial / WALKS_FOLDER, symlinks=True)
