"""Perception sets on disk: networks that look, listed, refused with a reason, loaded."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, assert_never, cast, get_args

import torch
from torch import nn

from wend.errors import CardInvalid, InvalidInput, PerceptionNotFound, WeightsInvalid, WendError
from wend.library.card import CARD_FILE, read_card_as
from wend.library.card_folders import CardFolders
from wend.library.perception_card import NetworkSection, PerceptionCard
from wend.library.weights import fill, read_weights, settle
from wend.perception.build import build_network
from wend.perception.network import (
    METHODS,
    ClassNetwork,
    DetectorNetwork,
    FactorNetwork,
    FeatureNetwork,
    LabelNetwork,
    LandmarkNetwork,
    LineNetwork,
    Role,
    SaliencyNetwork,
)
from wend.perception.panel import Panel, with_mirror
from wend.perception.placements import BoxFactors, PointFactors, SalienceFactors
from wend.perception.plug_in import PlugIn
from wend.perception.preprocess import Preprocess
from wend.perception.readers import READERS, WITHOUT_FILE, open_plug_in
from wend.perception.trust import Trust


@dataclass(frozen=True)
class PerceptionSet:
    """A card and the folder it describes."""

    card: PerceptionCard
    folder: Path

    def find(self, name: str) -> NetworkSection:
        """The network of this name. Raises: PerceptionNotFound."""
        for section in self.card.networks:
            if section.name == name:
                return section
        names = [f"{self.card.id}/{section.name}" for section in self.card.networks]
        raise PerceptionNotFound(f"{self.card.id}/{name}", known=names)

    def of_role(self, role: Role) -> tuple[NetworkSection, ...]:
        """The networks that tell this, in the card's order: the first is the one to use."""
        return tuple(section for section in self.card.networks if section.role == role)


@dataclass(frozen=True)
class RefusedSet:
    """A folder that looks like a perception set but cannot be used; `error` says why."""

    id: str
    error: WendError


@dataclass(frozen=True)
class PerceptionListing:
    """Everything in the folders of perception sets."""

    sets: tuple[PerceptionSet, ...]
    refused: tuple[RefusedSet, ...]


NumberRole = Literal["factors", "landmarks", "detector", "saliency"]
"""Roles that tell numbers of a picture, in the order in which these are listed."""
NUMBER_ROLES: tuple[NumberRole, ...] = get_args(NumberRole)

UNSURE = "unsure"
"""Key of a regressor's configuration: attributes that others tell much better, and it leaves to them."""


class PerceptionStore:
    """The folders that hold perception sets, one sub-folder each; read anew whenever a card changes.

    Safe to share between threads. Files are looked up by validated names only, never by links. Each
    `load` makes a network of its own: who needs it often keeps it.
    """

    def __init__(self, roots: Sequence[Path], trust: Trust | None = None) -> None:
        self.roots = tuple(roots)
        self.trust = trust or Trust()
        self._folders = CardFolders(self.roots, read_perception_card, "set")

    def list(self) -> PerceptionListing:
        """Every set, root by root and by name; what cannot be used is listed with its reason."""
        found, refused = self._folders.list()
        return PerceptionListing(
            tuple(PerceptionSet(card, folder) for card, folder in found),
            tuple(RefusedSet(name, error) for name, error in refused),
        )

    def get(self, set_id: str) -> PerceptionSet:
        """One set. Raises: PerceptionNotFound; CardInvalid when it is there but cannot be used."""
        found = self._folders.find(set_id)
        if found is None:
            raise PerceptionNotFound(set_id, known=[one.card.id for one in self.list().sets])
        return PerceptionSet(*found)

    def for_world(self, world: str, role: Role | None = None) -> PerceptionSet:
        """The first set trained on a world's pictures, with a network of this role if one is wanted.

        Raises: PerceptionNotFound.
        """
        for found in self.list().sets:
            if found.card.world == world and (role is None or found.of_role(role)):
                return found
        raise PerceptionNotFound(world, role or "")

    def load(self, set_id: str, name: str, device: torch.device) -> nn.Module:
        """The network of this name in memory: float32, eval, without gradients of its own, channels_last.

        It has the methods of its role's protocol. Raises: PerceptionNotFound, CardInvalid, WeightsInvalid.
        """
        found = self.get(set_id)
        return self._load(found, found.find(name), device)

    def factors(self, set_id: str, device: torch.device, which: int = 0) -> FactorNetwork:
        """The regressor number `which`: 0 steers, 1 was trained apart from it and may judge.

        Raises: as `load`.
        """
        return cast("FactorNetwork", self._load_role(set_id, "factors", device, which))

    def eye(self, set_id: str, device: torch.device) -> FactorNetwork:
        """What sets values: the first regressor, and with it those after the second that tell the same, but
        for what their configuration calls `unsure`; the second is left to judge. Raises: as `load`.
        """
        return self._panel(set_id, device, 0)

    def jury(self, set_id: str, device: torch.device) -> FactorNetwork:
        """What judges where the first regressor alone has steered or named: the second, asked of mirror
        images, too, and with it those after it, as in `eye`. Raises: as `load`; PerceptionNotFound for a
        set with one regressor.
        """
        return self._panel(set_id, device, 1)

    def _panel(self, set_id: str, device: torch.device, which: int) -> FactorNetwork:
        first = self.factors(set_id, device, which)
        networks, unsure = [first if which == 0 else with_mirror(first)], [frozenset[str]()]
        for index, section in enumerate(self.get(set_id).of_role("factors")[2:], start=2):
            other = self.factors(set_id, device, index)
            if (other.attributes, other.choices) == (first.attributes, first.choices):
                networks.append(other)
                told = section.config.get(UNSURE, [])
                unsure.append(frozenset(map(str, told)) if isinstance(told, list) else frozenset())
        return Panel(tuple(networks), tuple(unsure)) if len(networks) > 1 else networks[0]

    def labels(self, set_id: str, device: torch.device) -> LabelNetwork:
        """Raises: as `load`."""
        return cast("LabelNetwork", self._load_role(set_id, "labels", device))

    def lines(self, set_id: str, device: torch.device) -> LineNetwork:
        """Raises: as `load`."""
        return cast("LineNetwork", self._load_role(set_id, "lines", device))

    def features(self, set_id: str, device: torch.device) -> FeatureNetwork:
        """Raises: as `load`."""
        return cast("FeatureNetwork", self._load_role(set_id, "features", device))

    def classes(self, set_id: str, device: torch.device) -> ClassNetwork:
        """Raises: as `load`."""
        return cast("ClassNetwork", self._load_role(set_id, "classes", device))

    def detector(self, set_id: str, device: torch.device) -> DetectorNetwork:
        """Raises: as `load`."""
        return cast("DetectorNetwork", self._load_role(set_id, "detector", device))

    def saliency(self, set_id: str, device: torch.device) -> SaliencyNetwork:
        """Raises: as `load`."""
        return cast("SaliencyNetwork", self._load_role(set_id, "saliency", device))

    def landmarks(self, set_id: str, device: torch.device) -> LandmarkNetwork:
        """Raises: as `load`."""
        return cast("LandmarkNetwork", self._load_role(set_id, "landmarks", device))

    def numbers(self, set_id: str, role: NumberRole, device: torch.device) -> FactorNetwork:
        """What a role tells of a picture, as factors with a unit: the eye's, or `perception.placements`.

        Raises: as `load`.
        """
        match role:
            case "factors":
                return self.eye(set_id, device)
            case "landmarks":
                return PointFactors(self.landmarks(set_id, device))
            case "detector":
                return BoxFactors(self.detector(set_id, device))
            case "saliency":
                return SalienceFactors(self.saliency(set_id, device))
            case _:
                assert_never(role)

    def _load_role(self, set_id: str, role: Role, device: torch.device, which: int = 0) -> nn.Module:
        found = self.get(set_id)
        sections = found.of_role(role)
        if which >= len(sections):
            raise PerceptionNotFound(set_id, role if which == 0 else f"{role} for the {which + 1}. time")
        return self._load(found, sections[which], device)

    def _load(self, found: PerceptionSet, section: NetworkSection, device: torch.device) -> nn.Module:
        network = open_network(found.folder, section, self.trust)
        settle(network, device)
        return network


def open_network(folder: Path, section: NetworkSection, trust: Trust | None = None) -> nn.Module:
    """A section's network with its weights, from the folder of its card. Raises: CardInvalid, WeightsInvalid.

    Kinds of elsewhere (`perception.readers`) read their own file; ours are plain safetensors.
    """
    plain = section.preprocess
    preprocess = None if plain is None else Preprocess(plain.size, plain.mean, plain.sd)
    if section.file is None and section.kind not in WITHOUT_FILE:
        raise _wrong(folder, section, "it names no file")
    path = folder / (section.file or section.name)
    if section.kind in READERS:
        return open_plug_in(
            PlugIn(
                name=section.name,
                role=section.role,
                kind=section.kind,
                path=path,
                sha256=section.sha256,
                config=section.config,
                preprocess=preprocess,
                names=section.names,
                trust=trust or Trust(),
            )
        )
    _check_hash(path, section)
    try:
        with torch.random.fork_rng(devices=[]):
            network = build_network(section.kind, section.config, section.names, preprocess)
    except InvalidInput as error:
        raise _wrong(folder, section, error.sentence.rstrip(".")) from error
    if not hasattr(network, METHODS[section.role]):
        raise _wrong(folder, section, f"kind {section.kind!r} is of another role than {section.role}")
    fill(network, read_weights(path), path)
    return network


def read_perception_card(path: Path) -> PerceptionCard:
    """Read the card of a set. Raises: CardInvalid, with the place and the reason."""
    return read_card_as(PerceptionCard, path)


def file_hash(path: Path) -> str:
    """sha256 of a file's bytes, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _wrong(folder: Path, section: NetworkSection, why: str) -> CardInvalid:
    return CardInvalid(f"{folder.name}/{CARD_FILE}", f"network {section.name!r}: {why}")


def _check_hash(path: Path, section: NetworkSection) -> None:
    if section.sha256 is None:
        return
    name = f"{path.parent.name}/{path.name}"
    if path.is_symlink() or not path.is_file():
        raise WeightsInvalid(name, "it is missing" if not path.exists() else "it is no ordinary file")
    if file_hash(path) != section.sha256:
        raise WeightsInvalid(name, "it is not what the card describes (its sha256 differs)")
