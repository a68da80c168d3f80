"""Advice: what is to be said of a drawing that a model will hardly learn from, before it is trained."""

UNLIKE = 0.6
"""Of the usual match among samples. See docs/sketch.md for what was measured."""
THICKER = 1.7
THINNER = 0.55
"""Times the width of the extractor's own lines."""
_HOW_TO_DRAW = (
    "Trace over a sample, or draw what the computer draws of one: the same outlines, no shading. "
    "Training is possible, but will hardly come near it."
)


def advice(
    best: float, usual: float | None, drawn_width: float | None, width: float | None, count: int
) -> tuple[str, str] | None:
    """A sentence and a hint, or None where a drawing looks like something the extractor could draw.

    best: match of the nearest of `count` samples; usual: what most samples have with their own nearest;
    widths: of the drawing's lines and the extractor's, shares of the side.
    """
    if usual is not None and best < UNLIKE * usual:
        sentence = (
            f"None of {count} samples looks like this sketch: the nearest matches {best:.0%}, where most "
            f"samples match another by {usual:.0%} or more."
        )
        return sentence, _HOW_TO_DRAW
    if drawn_width and width:
        ratio = drawn_width / width
        if ratio > THICKER:
            return (
                f"The lines are {ratio:.1f} times as thick as those the computer draws.",
                "Draw with a thinner pen: “Match” sets its width.",
            )
        if ratio < THINNER:
            return (
                f"The lines are {ratio:.1f} times as thick as those the computer draws.",
                "Draw with a thicker pen: “Match” sets its width.",
            )
    return None
