"""Card world: the world that a model's card says it was trained on."""

from wend.errors import InvalidInput
from wend.library.card import ModelCard
from wend.worlds.registry import describe_laws, open_world
from wend.worlds.world import World


def world_of(card: ModelCard) -> World:
    """The world and configuration the card names.

    Raises: InvalidInput when it names none, or a configuration of laws that is not bundled;
    WorldNotFound.
    """
    if card.world is None:
        raise InvalidInput(
            f"The card of {card.id} names no world, so there is nothing to measure its pictures against."
        )
    world = open_world(card.world.name)
    if card.world.config != world.config.name:
        raise InvalidInput(
            f"{card.id} was trained on the configuration {card.world.config!r} of {world.name}, "
            "which is not a bundled one."
        )
    return world


def changed_laws(card: ModelCard, world: World) -> tuple[str, ...]:
    """Factors whose law today is another than the card says: the world moved on after the training."""
    if card.world is None or not card.world.laws:
        return ()
    said, now = card.world.laws, describe_laws(world)
    return tuple(sorted(name for name in said.keys() | now.keys() if said.get(name) != now.get(name)))
