"""A perception set of random weights for a world, and the shipped analytic models beside the test ones."""

from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors.torch import save_file

from tests.engine.library import FaultyStore, build_library
from wend.library.card import CARD_FILE, write_card
from wend.library.models import ModelStore
from wend.library.perception_card import NetworkSection, PerceptionCard
from wend.library.shelf import Shelf
from wend.library.walk_record import WalkRecord
from wend.perception.build import build_network
from wend.perception.factor_code import FactorCode
from wend.perception.network import Attribute, Choice, Role
from wend.settings import ROOT
from wend.worlds.registry import open_world
from wend.worlds.world import World

DISC = "analytic-disc"
PORTRAITS = "analytic-portraits"
ALL_ROLES: tuple[Role, ...] = ("factors", "labels", "lines")


def publish_set(root: Path, world_name: str, roles: Sequence[Role] = ALL_ROLES, seed: int = 0) -> Path:
    """Networks that look at a world's pictures and have learned nothing.

    The bundled regressors look at heads alone: they find portraits in whatever they are shown.
    """
    world = open_world(world_name)
    folder = root / world_name
    folder.mkdir(parents=True)
    sections = []
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        for role in roles:
            kind = "plain-regressor" if role == "factors" else "unet"
            config = _code(open_world("portraits")).as_config() if role == "factors" else {}
            names = world.labels if role == "labels" else ()
            save_file(build_network(kind, config, names).state_dict(), folder / f"{role}.safetensors")
            sections.append(
                NetworkSection(
                    name=role,
                    role=role,
                    kind=kind,
                    file=f"{role}.safetensors",
                    config={**config},
                    names=names,
                )
            )
    card = PerceptionCard(
        id=world_name,
        title=f"Untrained eyes for {world_name}",
        summary="Random weights for tests.",
        licence="MIT",
        world=world_name,
        networks=tuple(sections),
    )
    write_card(folder / CARD_FILE, card)
    return folder


def _code(world: World) -> FactorCode:
    plain = [f for f in world.factors if not f.is_discrete]
    return FactorCode(
        tuple(Attribute(f.name, f.unit, f.low, f.high) for f in plain),
        tuple((f.low + f.high) / 2 for f in plain),
        tuple((f.high - f.low) / 4 for f in plain),
        tuple(Choice(f.name, f.choices) for f in world.factors if f.is_discrete),
    )


def build_watched_library(folder: Path) -> tuple[ModelStore, Shelf]:
    """The test models of `build_library`, and the shipped ones with the disc's factors as walks test/*."""
    tiny, _ = build_library(folder)
    store = FaultyStore([*tiny.roots, ROOT / "models" / "generators"])
    shelf = Shelf(store, folder / "shelf")
    generator_hash = store.get(DISC).card.hash
    records = [
        WalkRecord(
            id=f"test/{index}",
            title=f"test {index}",
            method="test",
            space="w",
            unit="sd",
            layers=(0, 1),
            low=-3.0,
            high=3.0,
            psi=1.0,
            strength=0.1,
            generator_hash=generator_hash,
            vector=axis,
            unit_length=1.0,
        )
        for index, axis in enumerate(torch.eye(4))
    ]
    shelf.save(generator_hash, "test", records)
    return store, shelf
