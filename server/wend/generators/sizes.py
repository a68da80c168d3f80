"""Sizes: how large a style-based generator may say that it is. No torch in here."""

MAX_RESOLUTION = 4096
MAX_MAPPING_LAYERS = 64
"""Published mappings have 8 at most."""
MAX_Z_WARP = 4096


def check_resolution(side: int, least: int) -> None:
    """Raises: ValueError for a side that no synthesis doubles up to from 4 px."""
    if side & (side - 1) or not least <= side <= MAX_RESOLUTION:
        raise ValueError(f"resolution must be a power of two from {least} to {MAX_RESOLUTION}, not {side}")


def check_mapping(z_dim: int, w_dim: int, c_dim: int, layers: int, z_warp: int = 0) -> None:
    """Raises: ValueError for a mapping network without numbers, or of more layers than anybody has."""
    if min(z_dim, w_dim) < 1 or c_dim < 0:
        raise ValueError("z_dim and w_dim must be at least 1, c_dim at least 0")
    if not 1 <= layers <= MAX_MAPPING_LAYERS:
        raise ValueError(f"mapping_layers must be 1 to {MAX_MAPPING_LAYERS}, not {layers}")
    if not 0 <= z_warp <= MAX_Z_WARP:
        raise ValueError(f"z_warp must be 0 to {MAX_Z_WARP}, not {z_warp}")
