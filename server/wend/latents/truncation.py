"""Truncation: pulling w towards its average trades variety for quality."""

from torch import Tensor


def truncate(ws: Tensor, w_avg: Tensor, psi: float, cutoff: int | None) -> Tensor:
    """ws float32 [N, L, D] moved towards w_avg [D]: w_avg + psi (w - w_avg) in rows below `cutoff`.

    psi 1 leaves ws as they are, bit for bit; cutoff None means every row.
    Source: Karras et al., "A Style-Based Generator Architecture", CVPR 2019, appendix B.
    """
    if psi == 1.0:
        return ws
    truncated = w_avg + psi * (ws - w_avg)
    if cutoff is None or cutoff >= ws.shape[1]:
        return truncated
    result = ws.clone()
    result[:, :cutoff] = truncated[:, :cutoff]
    return result
