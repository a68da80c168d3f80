"""What the package imports is what its installation asks for: the clone's environment has more."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions

from wend.settings import ROOT

# Asked for by what is asked for, and part of what that promises; and a bench in a browser, for developers.
THROUGH_OTHERS = {
    "starlette": "fastapi",
    "anyio": "starlette",
    "torchvision": "lpips",
    "pydantic_core": "pydantic",
}
FOR_DEVELOPERS = {"playwright"}
# A line that may be an import, or words of a docstring.
_IMPORT = re.compile(r"^\s*(?:import|from)\s+([A-Za-z_][A-Za-z0-9_]*)", re.MULTILINE)


def named(text: str) -> str:
    return re.split(r"[\[<>=;! ]", text, maxsplit=1)[0].lower().replace("_", "-")


def imports(text: str) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").partition(".")[0])
    return found


def test_every_import_is_asked_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    asked = {named(each) for each in project["dependencies"]}
    provided = {
        module
        for module, owners in packages_distributions().items()
        if {named(owner) for owner in owners} & asked
    }
    known = provided | set(sys.stdlib_module_names) | set(THROUGH_OTHERS) | FOR_DEVELOPERS | {"wend"}
    assert {"torch", "fastapi", "numpy"} <= provided
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "server" / "wend").rglob("*.py")]
    suspects = [text for text in texts if set(_IMPORT.findall(text)) - known]
    assert set().union(*(imports(text) for text in suspects)) - known == set()
