"""A drawing or a set of drawings that cannot be used, is not there, or has changed."""

from wend.errors.invalid import InvalidInput
from wend.errors.missing import NotFound
from wend.errors.stored import FileInvalid


class SketchSetNotFound(NotFound):
    """No sketch set of this id."""

    code = "sketch_set_not_found"
    hint = "GET /api/sketches lists the sets; one that was deleted can be restored for 30 days."

    def __init__(self, sketches: str) -> None:
        super().__init__(f"There is no sketch set {sketches!r} here.", sketches=sketches)


class SketchSetChanged(InvalidInput):
    """A change that is based on an older revision of a set than the one kept."""

    code = "sketch_set_changed"
    hint = "Read it again, and send the change with the revision it has now."

    def __init__(self, sketches: str, revision: int) -> None:
        super().__init__(
            f"The sketch set {sketches!r} was changed elsewhere: it is at revision {revision} now.",
            sketches=sketches,
            revision=revision,
        )


class SketchEmpty(InvalidInput):
    """A drawing without lines."""

    code = "sketch_empty"
    hint = "Draw some lines, darker than the paper."

    def __init__(self) -> None:
        super().__init__("This sketch is empty: no line stands out of the paper.")


class SketchFull(InvalidInput):
    """A drawing that is ink all over."""

    code = "sketch_full"
    hint = "Draw with lines and leave the paper white between them."

    def __init__(self) -> None:
        super().__init__("This sketch is ink all over: no lines can be seen in it.")


class SketchIsPhoto(InvalidInput):
    """A photograph where a drawing is wanted."""

    code = "sketch_is_photo"
    hint = "Use “Open photo” to find it in the model, then trace over it; or bring a drawing on plain paper."

    def __init__(self, colored: float, uneven: float) -> None:
        super().__init__(
            "This looks like a photograph, not like a drawing on paper.",
            colored=colored,
            uneven=uneven,
        )


class SketchesTooMany(InvalidInput):
    """More drawings than a set holds."""

    code = "sketches_too_many"
    hint = "Choose those that show one pose best: a model learns one pose, and a few sketches say it."

    def __init__(self, count: int, limit: int) -> None:
        super().__init__(
            f"{count} drawings are too many: a set holds at most {limit}.", count=count, limit=limit
        )


class SketchSetInvalid(InvalidInput):
    """What is no set of sketches: too few drawings, or some of another kind."""

    code = "sketch_set_invalid"
    hint = "A set holds 1 to 30 drawings of its kind, each kept by POST /api/images before, or as many poses."

    def __init__(self, why: str) -> None:
        super().__init__(f"This is no set of sketches: {why}.", why=why)


class StoredSketchesInvalid(FileInvalid):
    """A kept set of sketches that cannot be read."""

    code = "stored_sketches_invalid"
    hint = "Restore its file in the folder `sketches` of the data, or delete the set: its drawings stay."

    def __init__(self, sketches: str) -> None:
        super().__init__(f"The sketch set {sketches!r} is damaged on disk.", sketches=sketches)


class DrawingsInvalid(InvalidInput):
    """A file of drawings that cannot be read."""

    code = "drawings_invalid"
    hint = "QuickDraw's ndjson can: a JSON object a line, with 'drawing', a list of strokes [[x...], [y...]]."

    def __init__(self, why: str) -> None:
        super().__init__(f"These drawings cannot be read: {why}.", why=why)


class NoMappingNetwork(InvalidInput):
    """Drawings for a generator that has no way from z to w of its own to learn them with."""

    code = "no_mapping_network"
    hint = "Choose a style-based model without classes: sketching trains its mapping network alone."

    def __init__(self, model: str, why: str) -> None:
        super().__init__(f"The model {model!r} cannot be taught by drawings: {why}.", model=model, why=why)


class NoDiscriminator(InvalidInput):
    """A generator that was published without what judged it."""

    code = "no_discriminator"
    hint = 'Set discriminator to "fresh": the judges then begin anew, which takes longer and does far worse.'

    def __init__(self, model: str) -> None:
        super().__init__(f"The model {model!r} has no discriminator to begin with.", model=model)


class SketchUnusable(InvalidInput):
    """A drawing that nothing can be learned from."""

    code = "sketch_unusable"
    hint = "Draw dark lines on white paper, or take this drawing out of the set."

    def __init__(self, number: int, why: str) -> None:
        super().__init__(f"Drawing {number} cannot be used: {why}.", number=number, why=why)
