"""Truncation: pulling w towards its average trades variety for quality."""

from torch import Tensor


def truncate(ws: Tensor, center: Tensor, psi: float, cutoff: int | None) -> Tensor:
    """ws float32 [N, L, D] moved towards their centers: center + psi (w - center) in rows below `cutoff`.

    center: one for all [D], or one per sample [1 or N, D] (`Generator.center`).
    psi 1 leaves ws as they are, bit for bit; cutoff None means every row.
    Source: Karras et al., "A Style-Based Generator Architecture", CVPR 2019, appendix B.
    """
    if psi == 1.0:
        return ws
    center = center if center.ndim == 1 else center[:, None]
    truncated = center + psi * (ws - center)
    if cutoff is None or cutoff >= ws.shape[1]:
        return truncated
    result = ws.clone()
    result[:, :cutoff] = truncated[:, :cutoff]
    return result
