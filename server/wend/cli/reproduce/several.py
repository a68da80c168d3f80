"""Several: one experiment of a method, or all of them, each into a folder of its own, and their answers."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from wend.cli.measure.answer import print_answer

Kind = TypeVar("Kind", bound=StrEnum)


def run_one_or_all(
    kinds: type[Kind],
    chosen: Kind | None,
    run: Callable[[Kind, Path | None], Mapping[str, object]],
    out: Path | None,
    as_json: bool,
) -> None:
    """Run what was chosen, or else every kind, and print what each found.

    run: an experiment, and the folder it was told to write into; None: its own place.
    """
    if chosen is not None:
        print_answer({"experiment": chosen.value, **run(chosen, out)}, as_json)
        return
    answers = {each.value: run(each, None if out is None else out / each.value) for each in kinds}
    print_answer({"experiment": "all", **answers}, as_json)
