"""Card world: the world that a model's card says it was trained on."""

from wend.errors import InvalidInput
from wend.library.card import ModelCard
from wend.measure.export import Plain
from wend.worlds.factor import WorldConfig
from wend.worlds.registry import describe_laws, open_world
from wend.worlds.world import World


def world_of(card: ModelCard) -> World:
    """The world, or the variant of it, that the card names.

    Raises: InvalidInput when it names none; WorldNotFound, InvalidVariant.
    """
    if card.world is None:
        raise InvalidInput(
            f"The card of {card.id} names no world, so there is nothing to measure its pictures against."
        )
    name, config = card.world.name, card.world.config
    # A variant's configuration is named by its changes, so name and changes together open it again.
    return open_world(name if config == WorldConfig.name else f"{name}:{config}")


def has_matched_moments(card: ModelCard) -> bool:
    """Whether the model was drawn, in training, to what its judge's second factor network reads."""
    return card.training is not None and bool(card.training.recipe.get("moments"))


def judgement(card: ModelCard, labels: str | None, factors: str | None = None) -> dict[str, Plain]:
    """Whether a model was trained under the eyes that now judge it, by its card; sentences where it was.

    labels, factors: the sets whose networks tell these; None where none does. Keys judged_by_trainer and,
    where that is true, judged_by_trainer_note.
    """
    judge = None if card.training is None else card.training.recipe.get("judge")
    notes: list[str] = []
    if judge is not None and judge == labels:
        notes.append(
            f"The label network of {labels} took part in the training of {card.id}: "
            "the model was rewarded for what this network sees, so labels and parts found by it flatter it."
        )
    if judge is not None and judge == factors and has_matched_moments(card):
        notes.append(
            f"Means and covariances of factors, as the second factor network of {factors} reads them, were "
            f"matched in the training of {card.id}: distributions of factors flatter it. The first factor "
            "network and the features took no part."
        )
    if not notes:
        return {"judged_by_trainer": False}
    return {"judged_by_trainer": True, "judged_by_trainer_note": " ".join(notes)}


def changed_laws(card: ModelCard, world: World) -> tuple[str, ...]:
    """Factors whose law today is another than the card says: the world moved on after the training."""
    if card.world is None or not card.world.laws:
        return ()
    said, now = card.world.laws, describe_laws(world)
    return tuple(sorted(name for name in said.keys() | now.keys() if said.get(name) != now.get(name)))
