"""A workbench for chains: a small network of 32 px with random weights, that can be watched or go wrong."""

from dataclasses import asdict
from pathlib import Path

import torch
from torch import Tensor

from wend.documents.picture import Picture, SeedLatent
from wend.generators.generator import SynthesisState
from wend.generators.stylegan2 import StyleGAN2Config, StyleGAN2Generator
from wend.imaging.codec import encode
from wend.library.images import ImageStore
from wend.library.models import ModelStore
from wend.library.perception import PerceptionStore
from wend.library.publish import CardText, publish_model
from wend.library.shelf import Shelf
from wend.methods.manifold.params import ManifoldParams
from wend.methods.workbench import Workbench

CONFIG = StyleGAN2Config(
    resolution=32, z_dim=8, w_dim=8, mapping_layers=2, channel_base=128, channel_max=8
)  # fmt: skip
SIDE = 32
PICTURE = Picture(model="toy", latent=SeedLatent(seed=1), psi=1.0)
TOY = ManifoldParams(picture=PICTURE, rectangle=(8, 20, 8, 24), loss="l2", frames=5, calls=8, layers=(2, 6))


class WatchedGenerator(StyleGAN2Generator):
    """Counts what it draws, and paints what is no number from a given picture on, if asked to."""

    def __init__(self, config: StyleGAN2Config) -> None:
        super().__init__(config)
        self.batches: list[int] = []
        self.breaks_after: int | None = None

    def start(self, count: int, dtype: torch.dtype) -> SynthesisState:
        self.batches.append(count)
        return super().start(count, dtype)

    def step(self, state: SynthesisState, w: Tensor, noise: Tensor | None) -> SynthesisState:
        found = super().step(state, w, noise)
        if self.breaks_after is None or len(self.batches) <= self.breaks_after or found.rgb is None:
            return found
        return SynthesisState(found.row, found.x, found.rgb * torch.nan)


def manifold_bench(root: Path) -> tuple[Workbench, WatchedGenerator]:
    """The model 'toy' on a shelf of its own, with a store of images."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(5)
        generator = WatchedGenerator(CONFIG)
    generator.eval().requires_grad_(False)
    plain = {name: value for name, value in asdict(CONFIG).items() if value is not None}
    text = CardText(title="x", summary="x", licence="MIT", kind="stylegan2", config=plain, psi=0.9)
    publish_model(root / "models" / "toy", text, generator.state_dict(), None, None, None)
    shelf = Shelf(ModelStore([root / "models"]), root / "shelf")
    # As they lie on disk: published weights are in half precision.
    loaded = shelf.store.load("toy", torch.device("cpu"))
    assert isinstance(loaded, StyleGAN2Generator)
    generator.load_state_dict(loaded.state_dict())
    images = ImageStore(root / "images")
    return Workbench("toy", generator, shelf, PerceptionStore([]), images), generator


def put_mask(bench: Workbench, mask: Tensor) -> str:
    """Keep a mask float [H, W] in 0..1; its hash."""
    assert bench.images is not None
    pixels = (mask * 255.0).round().to(torch.uint8)[:, :, None].numpy()
    return bench.images.put(encode(pixels, "png"), "mask").id
