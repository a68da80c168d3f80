"""Widths: the numbers of a network's layers as one text, which is how a card has them."""


def widths_of(text: str) -> tuple[int, ...]:
    """'512,256' -> (512, 256), each at least 1. Raises: ValueError for anything else."""
    parts = text.split(",")
    if not all(part.strip().isdigit() and int(part) > 0 for part in parts):
        raise ValueError(f"widths must be whole numbers like '512,256', not {text!r}")
    return tuple(int(part) for part in parts)
