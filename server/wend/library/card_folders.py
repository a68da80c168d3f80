"""Card folders: the folders that hold one card each, by id, in the order in which they are searched."""

import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from wend.errors import CardInvalid, WendError
from wend.library.card import CARD_FILE
from wend.library.file_cache import FileCache
from wend.library.inbox import INBOX

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class Card(Protocol):
    """What names its folder."""

    @property
    def id(self) -> str: ...


C = TypeVar("C", bound=Card)


class CardFolders(Generic[C]):
    """Sub-folders of `roots`, each with a card of its own name; read anew whenever a card changes.

    Safe to share between threads. Folders are looked up by validated ids only, never by links.
    """

    def __init__(self, roots: Sequence[Path], read: Callable[[Path], C], noun: str) -> None:
        """`noun`: what a folder is called in errors."""
        self._roots = tuple(roots)
        self._cards = FileCache(read)
        self._noun = noun

    def list(self) -> tuple[list[tuple[C, Path]], list[tuple[str, WendError]]]:
        """Cards with their folders, root by root and by name; and what cannot be used, with the reason."""
        found: dict[str, tuple[C, Path]] = {}
        refused: list[tuple[str, WendError]] = []
        for root in self._roots:
            for folder in _folders(root):
                try:
                    card = self._open(folder)
                    if card.id in found:
                        raise CardInvalid(f"{folder.name}/{CARD_FILE}", f"another {self._noun} has this id")
                    found[card.id] = card, folder
                except WendError as error:
                    refused.append((folder.name, error))
        return [*found.values()], refused

    def find(self, card_id: str) -> tuple[C, Path] | None:
        """One card with its folder. Raises: CardInvalid when it is there but cannot be used."""
        if _ID.fullmatch(card_id) is None:
            return None
        for root in self._roots:
            folder = root / card_id
            if folder.is_dir() or folder.is_symlink():
                return self._open(folder), folder
        return None

    def _open(self, folder: Path) -> C:
        name = f"{folder.name}/{CARD_FILE}"
        if folder.is_symlink():
            raise CardInvalid(name, "its folder is a link")
        card = self._cards.get(folder / CARD_FILE)
        if card.id != folder.name:
            raise CardInvalid(name, f"its id {card.id!r} is not the name of its folder")
        return card


def _folders(root: Path) -> list[Path]:
    """Sub-folders that may hold a card; hidden ones are unfinished or not ours, the inbox holds none."""
    if not root.is_dir():
        return []
    with os.scandir(root) as entries:
        found = [
            Path(e.path) for e in entries if not e.name.startswith(".") and e.name != INBOX and e.is_dir()
        ]
    return sorted(found, key=lambda folder: folder.name)
