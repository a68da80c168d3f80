"""Child: what a model that was tuned to a photo says of itself, and the name it may have."""

import torch

from wend.errors import InvalidParams
from wend.library.card import ModelCard, TrainingSection
from wend.library.models import ModelStore
from wend.library.publish import CardText
from wend.library.walk_record import Scalar
from wend.methods.pivotal.params import PivotalParams


def text_of(parent: ModelCard, params: PivotalParams, seconds: float, device: torch.device) -> CardText:
    """The card: parent and photo, and all settings as its recipe. seconds: it was worked on."""
    of = params.title or "a photo"
    return CardText(
        title=f"{parent.title}, tuned to {of}"[:200],
        summary=f"{parent.id} tuned to one picture by pivotal tuning (Roich et al. 2022). Near the photo's "
        "latent it draws the photo; its walks are its parent's.",
        licence=parent.licence,
        kind=parent.kind,
        config=parent.config,
        classes=parent.classes,
        psi=parent.psi,
        training=TrainingSection(
            images_seen=0 if parent.training is None else parent.training.images_seen,
            seed=params.seed,
            hours=round(seconds / 3600.0, 3),
            device=device.type,
            recipe=_recipe(parent, params),
        ),
        world=parent.world,
    )


def _recipe(parent: ModelCard, params: PivotalParams) -> dict[str, Scalar]:
    """Method, parent and all that was asked for; what is a list as text."""
    told = params.model_dump(mode="json", exclude_none=True)
    plain = {k: v if isinstance(v, str | bool | int | float) else str(v) for k, v in told.items()}
    return {"method": "pivotal tuning", "parent": parent.id, "parent_hash": parent.hash, **plain}


def check_name(store: ModelStore, parent: ModelCard, params: PivotalParams) -> str:
    """A name that is free, or that this very job has published already, before it was cut off.

    Raises: InvalidParams for any other, and for none.
    """
    if params.name is None:
        raise InvalidParams("name", "the new model needs one")
    taken = {model.card.id: model.card for model in store.list().models}
    card = taken.get(params.name)
    if card is not None and (card.training is None or card.training.recipe != _recipe(parent, params)):
        raise InvalidParams("name", f"there is a model {params.name} already")
    # One whose card cannot be read is no model, and somebody's all the same.
    if card is None and any((root / params.name).exists() for root in store.roots):
        raise InvalidParams("name", f"there is a folder {params.name} already")
    return params.name
