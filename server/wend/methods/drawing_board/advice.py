"""Advice: what is to be said of a drawing that a model will hardly learn from, before it is trained."""

UNLIKE = 0.7
"""Of the usual match among samples. Measured on portraits-64, usual 0.89: exact lines 0.87 to 0.93, bent as a
hand bends them 0.73 to 0.89, a face of four circles 0.72 to 0.78; a house 0.53, a cat 0.49, a cross 0.37.
A scribble all over the paper is met everywhere (0.75) and not found out."""
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
