"""A perception set of untrained networks: sees little, but the same of the same picture."""

from pathlib import Path

import torch

from wend.library.card import CARD_FILE, Scalar, write_card
from wend.library.perception_card import NetworkSection, PerceptionCard
from wend.library.weights import save_weights
from wend.perception.build import build_network
from wend.perception.factor_code import FactorCode
from wend.perception.network import Attribute, Choice, Role
from wend.worlds.world import World


def publish_blind_set(root: Path, world: World) -> None:
    """Write a set named after the world, with a network for each of the three roles that measures need.

    The world must have heads, as the regressors look for those.
    """
    numbers = [f for f in world.factors if not f.is_discrete]
    code = FactorCode(
        tuple(Attribute(f.name, f.unit, f.low, f.high) for f in numbers),
        tuple(0.5 * (f.low + f.high) for f in numbers),
        tuple(0.25 * (f.high - f.low) for f in numbers),
        tuple(Choice(f.name, f.choices) for f in world.factors if f.is_discrete),
    )
    told = dict[str, Scalar | list[Scalar]](code.as_config())
    kinds: dict[Role, str] = {
        "factors": "residual-regressor",
        "labels": "unet",
        "features": "residual-regressor",
    }
    folder = root / world.name
    folder.mkdir(parents=True)
    sections: list[NetworkSection] = []
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        for role, kind in kinds.items():
            config, names = ({}, world.labels) if role == "labels" else (told, ())
            file = f"{role}.safetensors"
            save_weights(folder / file, build_network(kind, config, names).state_dict())
            sections.append(
                NetworkSection(name=role, role=role, kind=kind, file=file, config=config, names=names)
            )
    card = PerceptionCard(
        id=world.name, title="Blind", summary="Untrained.", licence="MIT", world=world.name,
        networks=tuple(sections),
    )  # fmt: skip
    write_card(folder / CARD_FILE, card)
