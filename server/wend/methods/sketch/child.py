"""Child: what a model that was taught by drawings says of itself, and the name it may have."""

from collections.abc import Sequence

import torch

from wend.errors import InvalidParams
from wend.library.card import ModelCard, TrainingSection
from wend.library.models import ModelStore
from wend.library.publish import CardText
from wend.library.taught import METHOD
from wend.library.walk_record import Scalar
from wend.methods.sketch.match import Look
from wend.methods.sketch.params import SketchParams, Trainable
from wend.methods.sketch.sketches import OpenedSet
from wend.methods.sketch.training import SketchTraining

_NEW: dict[Trainable, str] = {
    "z_warp": "how its latents are drawn is new, its mapping and",
    "mapping": "its mapping network is new,",
    "w_shift": "one shift of w is new,",
}
"""Of what was taught, before "its synthesis network its parent's"."""


def asked_for(parent: ModelCard, params: SketchParams) -> dict[str, Scalar]:
    """Method, parent and all that was asked for."""
    told = params.model_dump(mode="json", exclude_none=True)
    plain = {k: v if isinstance(v, str | bool | int | float) else str(v) for k, v in told.items()}
    return {"method": METHOD, "parent": parent.id, "parent_hash": parent.hash, **plain}


def text_of(
    training: SketchTraining, opened: OpenedSet, look: Look, shown: str, device: torch.device
) -> CardText:
    """The card: parent, drawings, extractor, settings and how well it matches; its title is the name that was
    asked for. shown: 'best ...' or 'last ...'."""
    parent, params, extractor = training.card, training.params, training.extractor
    count = len(opened.drawings)
    before = training.looks[0].match
    drawings = f"{count} drawing{'' if count == 1 else 's'}"
    told: dict[str, Scalar] = {
        "set": opened.kept.name,
        "set_revision": opened.kept.revision,
        "drawings": ",".join(image[:16] for image in opened.kept.drawings),
        "drawn_by": extractor.title,
        "extractor": extractor.kind,
        "lookalikes": "none" if training.pictures is None else training.pictures.told,
        "batch_used": training.batch,
        "checkpoint": shown,
        "trained_updates": look.update,
        "match": round(look.match, 4),
        "match_before": round(before, 4),
        "gap": round(look.gap, 4),
        "gap_before": round(training.looks[0].gap, 4),
        "match_held_out": training.drawn.is_held_out,
    }
    called = params.title or params.name or f"{parent.title}, as in {opened.kept.name}"
    fallback = " What is drawn of a picture here is its edges, a fallback." if extractor.is_fallback else ""
    return CardText(
        title=called[:180] + (", last update" if shown.startswith("last") else ""),
        summary=f"{parent.id} taught the pose of {drawings} by sketching (Wang, Bau and Zhu, ICCV 2021): "
        f"{_NEW[params.trainable]} its synthesis network its parent's.{fallback}",
        licence=parent.licence,
        kind=parent.kind,
        config=training.pupil.config,
        classes=parent.classes,
        psi=parent.psi,
        training=TrainingSection(
            images_seen=look.update * training.batch
            + (0 if parent.training is None else parent.training.images_seen),
            seed=params.seed,
            hours=round(training.seconds / 3600.0, 3),
            device=device.type,
            recipe={**_judges(parent), **asked_for(parent, params), **told},
        ),
        world=parent.world,
    )


def _judges(parent: ModelCard) -> dict[str, Scalar]:
    """What judged in the training of the weights that it went on from."""
    before = parent.training.recipe if parent.training else {}
    return {name: before[name] for name in ("judge", "moments") if name in before}


def check_name(store: ModelStore, parent: ModelCard, params: SketchParams, names: Sequence[str]) -> None:
    """That names are free, or that this very job has published under them, before it was cut off.

    Raises: InvalidParams for any other.
    """
    taken = {model.card.id: model.card for model in store.list().models}
    asked = asked_for(parent, params)
    # Which of several networks draws is settled when it begins.
    asked.pop("extractor", None)
    for name in names:
        card = taken.get(name)
        if card is not None:
            recipe = {} if card.training is None else card.training.recipe
            if any(recipe.get(key) != value for key, value in asked.items()):
                raise InvalidParams("name", f"there is a model {name} already")
        # One whose card cannot be read is no model, and somebody's all the same.
        elif any((root / name).exists() for root in store.roots):
            raise InvalidParams("name", f"there is a folder {name} already")
