"""Small generators with an encoder of random or hardly trained weights, and a workbench around them."""

from dataclasses import asdict, replace
from pathlib import Path

import torch
from torch import Tensor, nn

from tests.generators.small_ones import CHAIN, STYLED, VAE, small
from wend.generators.generator import Generator
from wend.generators.layered_encoder import LayeredEncoder
from wend.generators.split import Split, held_noise, in_layers
from wend.imaging.codec import encode
from wend.imaging.pixels import to_uint8
from wend.library.encoders import FOLDER
from wend.library.images import ImageStore
from wend.library.models import ModelStore, hash_of
from wend.library.perception import PerceptionStore
from wend.library.publish import CardText, publish_model
from wend.library.shelf import Shelf
from wend.methods.layerwise.inversion import Eye, LayeredModel
from wend.methods.workbench import Workbench
from wend.training.encoder import EncoderTrainer
from wend.training.encoder_recipe import EncoderRecipe
from wend.training.encoder_run import EncoderRun

CPU = torch.device("cpu")
TINY = EncoderRecipe(batch=4, steps_apart=1, steps_joint=1, trunk=2, hidden=4, test=2)
PIXELS = Eye("pixels", None, is_relative=True)


def layered(kind: str, steps: int = 0, **changes: object) -> LayeredModel:
    """A small generator, and an encoder after so many steps; frozen, eval."""
    generator = small(kind)
    split = Split(generator, noise=held_noise(in_layers(generator)))
    half = steps // 2
    recipe = replace(TINY, steps_apart=half, steps_joint=steps - half, **changes)  # type: ignore[arg-type]  # names are its own
    trainer = EncoderTrainer(recipe, split)
    while not trainer.is_done:
        trainer.step()
    encoder: LayeredEncoder = trainer.encoder.eval().requires_grad_(False)
    return LayeredModel(split, encoder)


def drawn(model: LayeredModel, seed: int = 3) -> tuple[Tensor, Tensor]:
    """A top [1, D] and the picture that the generator draws of it."""
    z = torch.randn(1, model.split.generator.spec.z_dim, generator=torch.Generator().manual_seed(seed))
    with torch.no_grad():
        top = model.split.top_of(z)
        return top, model.split.draw(top)


def bench_with_encoders(kind: str, folder: Path) -> tuple[Workbench, str]:
    """The model `kind` with a layered and a direct encoder on its shelf, and the hash of a photo: a picture
    it drew."""
    generator, config = (
        small(kind),
        {"chain": asdict(CHAIN), "styled": asdict(STYLED), "vae": asdict(VAE)}[kind],
    )
    assert isinstance(generator, nn.Module)
    named = {"chain": "progressive", "styled": "stylegan2", "vae": "vae"}[kind]
    plain = {name: value for name, value in config.items() if value is not None}
    text = CardText(title="x", summary="x", licence="MIT", kind=named, config=plain)
    publish_model(folder / "generators" / kind, text, generator.state_dict(), None, None, None)
    store = ModelStore([folder / "generators"])
    loaded = store.load(kind, CPU)
    for direct in (False, True):
        _train(folder, loaded, kind, direct)
    images = ImageStore(folder / "images")
    split = Split(loaded, noise=held_noise(in_layers(loaded)))
    with torch.no_grad():
        image = split.draw(split.top_of(torch.ones(1, loaded.spec.z_dim))).clamp(-1.0, 1.0)
    photo = images.put(encode(to_uint8(image)[0].numpy(), "png"), "photo").id
    shelf = Shelf(store, folder / "shelf")
    return Workbench(kind, loaded, shelf, PerceptionStore([folder / "none"]), images), photo


def _train(folder: Path, generator: Generator, kind: str, direct: bool) -> None:
    recipe = replace(TINY, model=kind, generator_hash=hash_of(generator), direct=direct)
    run = EncoderRun(folder / f"run-{direct}", recipe, generator)
    while not run.trainer.is_done:
        run.trainer.step()
    run.publish(folder / FOLDER / f"{kind}-{'direct' if direct else 'layers'}", "MIT")
