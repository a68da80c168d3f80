"""Children for tests: models whose mapping alone is another than their parent's, as sketching makes them."""

import torch
from torch import nn

from wend.library.card import TrainingSection
from wend.library.inherited_walks import InheritedWalks
from wend.library.models import Model
from wend.library.publish import CardText, publish_model
from wend.library.shelf import Shelf

CPU = torch.device("cpu")


def publish_child(shelf: Shelf, parent_id: str, child_id: str, amount: float = 0.5, seed: int = 0) -> Model:
    """Nudge the mapping weights of a parent by `amount` of their own spread and publish that beside the last
    root's models, with the parent's walks. Its mean of w is that of the nudged mapping."""
    parent = shelf.store.get(parent_id).card
    generator = shelf.store.load(parent_id, CPU)
    assert isinstance(generator, nn.Module)
    rng = torch.Generator().manual_seed(seed)
    for name, tensor in generator.named_parameters():
        if name.startswith("mapping.") and tensor.dim() > 1:
            tensor.data.add_(amount * tensor.std() * torch.randn(tensor.shape, generator=rng))
    with torch.no_grad():
        z = torch.randn(16_384, parent.z_dim, generator=rng)
        generator.w_avg.copy_(generator.mapping(z).mean(0))
    text = CardText(
        title=f"{parent.title}, nudged to {child_id}"[:200],
        summary=f"{parent.id} with another mapping network, for tests.",
        licence=parent.licence,
        kind=parent.kind,
        config=parent.config,
        classes=parent.classes,
        psi=parent.psi,
        training=TrainingSection(
            images_seen=0,
            seed=seed,
            hours=0.0,
            recipe={"method": "sketch", "parent": parent.id, "parent_hash": parent.hash},
        ),
        world=parent.world,
    )
    child = publish_model(shelf.store.roots[-1] / child_id, text, generator.state_dict(), None, None, None)
    InheritedWalks.of(shelf, parent_id).give(shelf, child.card.hash, has_own_mapping=True)
    return child
