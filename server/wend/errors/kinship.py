"""Models that cannot be taken together as asked, and codes that do not reach a child's mapping."""

from wend.errors.invalid import InvalidInput


class BlendUnfit(InvalidInput):
    """Two models that cannot be blended in w."""

    code = "blend_unfit"
    hint = "Blend them by weights, or take a model made of the same one by training its mapping alone."

    def __init__(self, one: str, other: str, why: str) -> None:
        super().__init__(f"{one} and {other} cannot be blended in w: {why}.", one=one, other=other, why=why)


class CodeBehindMapping(InvalidInput):
    """A code in w of a parent, for a child whose mapping alone is another."""

    code = "code_behind_mapping"
    hint = "Find it in z: open the photo in the parent, and choose to look for it in z."

    def __init__(self, space: str, parent: str, child: str) -> None:
        super().__init__(
            f"This latent was found in {space} of {parent}. {child} differs from {parent} in its way from z "
            "to w alone, which a latent in w never goes: nothing would change.",
            space=space,
            parent=parent,
            child=child,
        )
