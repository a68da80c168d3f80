"""Nesting: how deep what a pickle holds goes, without going there by recursion."""


def nests_deeper(value: object, depth: int) -> bool:
    """Whether containers nest in more than `depth` levels, wherever they are shared or closed into a circle.

    Goes level by level and into each container once: a list that holds the same list twice, thirty times
    over, is thirty lists.
    """
    level, seen, reached = [value], set[int](), 0
    while level:
        if reached > depth:
            return True
        inner: list[object] = []
        for one in level:
            children = [] if id(one) in seen else _children(one)
            if children:
                seen.add(id(one))
                inner += children
        level, reached = inner, reached + 1
    return False


def _children(value: object) -> list[object]:
    """What a container holds; a record tells it by `held`."""
    if isinstance(value, dict):
        return list(value.values())
    if isinstance(value, list | tuple):
        return list(value)
    held = getattr(value, "held", None)
    return list(held()) if callable(held) else []
