"""Build hook: a wheel and a source archive hold the built page, or are not built at all."""

import re
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PAGE = Path("frontend/dist")
_REFERENCE = re.compile(r'(?:src|href)="\.?/?(assets/[^"]+)"')


class NeedsPage(BuildHookInterface[Any]):
    """Looks at the page before anything is packed. An editable installation takes the clone's, if any."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's signature
        """Raises: FileNotFoundError where index.html, or a file that it names, is not there."""
        if version == "editable":
            return
        folder = Path(self.root) / PAGE
        index = folder / "index.html"
        if not index.is_file():
            raise FileNotFoundError(f"{PAGE}/index.html is missing: `make wheel` builds the page first.")
        named = _REFERENCE.findall(index.read_text(encoding="utf-8"))
        missing = [name for name in named if not (folder / name).is_file()]
        if missing or not named:
            raise FileNotFoundError(f"The page in {PAGE} is not whole ({missing}): `make wheel` builds it.")
