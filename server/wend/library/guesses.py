"""Guesses: settings that a file does not hold, as somebody says who knows them."""

from collections.abc import Mapping

from wend.errors import InvalidSetting
from wend.formats.sandbox import Report


def corrected(report: Report, said: Mapping[str, str]) -> Report:
    """A report with settings as they are said, in place of those that were guessed.

    said: by the name of the setting. Raises: InvalidSetting for one that was not guessed, or of another type.
    """
    config, notes = dict(report.config), list(report.notes)
    for name, text in said.items():
        if name not in report.guessed:
            guessed = ", ".join(report.guessed) or "nothing"
            raise InvalidSetting("guess", f"{name!r} is in the file; guessed was {guessed}")
        old = config[name]
        try:
            config[name] = float(text) if isinstance(old, float) else int(text)
        except ValueError as error:
            raise InvalidSetting("guess", f"{name} is a number, not {text!r}") from error
        notes.append(f"{name} is {text}, as was said; {old} was guessed")
    return report.model_copy(update={"config": config, "notes": tuple(notes)})
