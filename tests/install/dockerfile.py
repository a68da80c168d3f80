"""Dockerfile: its steps as they are written, and which files of the clone its build sees."""

import os
import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath


@dataclass(frozen=True)
class Step:
    """One instruction, its lines joined. word: in capitals; line: where it begins, from 1."""

    word: str
    rest: str
    line: int


@dataclass(frozen=True)
class Copy:
    """What a COPY names. stage: where from, None for the build's context."""

    stage: str | None
    sources: tuple[str, ...]
    target: str


@dataclass(frozen=True)
class Stage:
    """From one FROM to the next."""

    base: str
    name: str
    steps: tuple[Step, ...]


def read_steps(text: str) -> Iterator[Step]:
    """Comments and empty lines are left out, also among the lines of one instruction."""
    joined, begun = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("#") or not line.strip():
            continue
        begun = begun or number
        joined += line.rstrip()
        if joined.endswith("\\"):
            joined = joined[:-1]
            continue
        word, _, rest = joined.strip().partition(" ")
        yield Step(word.upper(), rest.strip(), begun)
        joined, begun = "", 0


def read_stages(text: str) -> tuple[Stage, ...]:
    """Raises: ValueError for steps before the first FROM, but for ARG."""
    stages: list[Stage] = []
    for step in read_steps(text):
        if step.word == "FROM":
            base, *rest = step.rest.split()
            stages.append(Stage(base, rest[1] if rest else str(len(stages)), ()))
        elif stages:
            last = stages[-1]
            stages[-1] = Stage(last.base, last.name, (*last.steps, step))
        elif step.word != "ARG":
            raise ValueError(f"line {step.line}: {step.word} before any FROM")
    return tuple(stages)


def read_copy(step: Step) -> Copy:
    """Raises: ValueError for a COPY with an option that is not --from."""
    words = shlex.split(step.rest)
    options = [word for word in words if word.startswith("--")]
    stages = [option.removeprefix("--from=") for option in options]
    if any(not option.startswith("--from=") for option in options):
        raise ValueError(f"line {step.line}: COPY {options}")
    *sources, target = (word for word in words if not word.startswith("--"))
    return Copy(stages[0] if stages else None, tuple(sources), target)


class Ignored:
    """A .dockerignore: later lines win, `!` takes back, and what holds for a folder holds for all in it."""

    def __init__(self, text: str) -> None:
        lines = [line.strip() for line in text.splitlines()]
        self._rules = [
            (not line.startswith("!"), _pattern(line.removeprefix("!")))
            for line in lines
            if line and not line.startswith("#")
        ]

    def __call__(self, path: str) -> bool:
        """Whether the build does not see it; `path` is relative to the clone."""
        whole = PurePosixPath(path)
        places = [str(whole), *(str(each) for each in whole.parents if str(each) != ".")]
        is_out = False
        for drops, pattern in self._rules:
            if any(pattern.fullmatch(place) for place in places):
                is_out = drops
        return is_out

    def seen(self, root: Path, sources: Sequence[str]) -> Iterator[Path]:
        """Every file of these sources that the build sees, relative to `root`.

        Nothing in a folder that is out is looked for, so a `!` line cannot take back a part of it.
        """
        for source in sources:
            start = root / source
            if start.is_file() and not self(source):
                yield Path(source)
            for folder, inner, files in os.walk(start):
                here = Path(folder).relative_to(root)
                inner[:] = [name for name in inner if not self((here / name).as_posix())]
                yield from (here / name for name in files if not self((here / name).as_posix()))


def _pattern(text: str) -> re.Pattern[str]:
    """`*` stays within one name, `**` does not."""
    made = ""
    for part in re.split(r"(\*\*/|\*\*|\*|\?)", text.strip("/")):
        made += {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}.get(part, re.escape(part))
    return re.compile(made)
