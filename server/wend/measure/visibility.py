"""Visibility: whether a picture shows what a factor is about, told by its label map."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

MIN_PIXELS = 12
"""Pixels of a 128 px picture that a part must cover to be seen; the same share of other sizes."""
_SIDE = 128


@dataclass(frozen=True)
class Sight:
    """A factor is seen where `labels` together cover enough and each choice is among those of `when`."""

    labels: tuple[str, ...]
    when: tuple[tuple[str, tuple[int, ...]], ...] = ()


_HAIRY = ("hair_style", (1, 2, 3, 4, 5))
_BARE_HEAD = ("hat", (0,))
_MOUTH = Sight(("lips", "mouth", "teeth"))
_EYES, _IRIS, _BROWS, _NOSE = Sight(("eye", "iris")), Sight(("iris",)), Sight(("brow",)), Sight(("nose",))
_FACE, _SHIRT, _WALL = Sight(("face",)), Sight(("shirt",)), Sight(("background",))
_HAIR = Sight(("hair",), (_HAIRY, _BARE_HEAD))
_HEAD = ("head_x", "head_y", "head_scale", "tilt", "yaw", "pitch", "face_width", "jaw")

SIGHTS: Mapping[str, Sight] = {
    **dict.fromkeys((*_HEAD, "skin_tone", "blush", "light_x", "light_level"), _FACE),
    "hair_style": Sight(("face",), (_BARE_HEAD,)),
    "hair_tone": Sight(("hair", "brow", "beard")),
    **dict.fromkeys(("hair_volume", "fringe", "part"), _HAIR),
    "hair_length": Sight(("hair",), (("hair_style", (2,)),)),
    **dict.fromkeys(("brow_height", "brow_angle", "brow_thickness"), _BROWS),
    **dict.fromkeys(("eye_open", "eye_size", "eye_spacing"), _EYES),
    **dict.fromkeys(("gaze_x", "gaze_y", "iris_hue"), _IRIS),
    **dict.fromkeys(("nose_length", "nose_width"), _NOSE),
    **dict.fromkeys(("smile", "mouth_open", "mouth_width"), _MOUTH),
    "hat_hue": Sight(("hat",)),
    **dict.fromkeys(("shirt_hue", "shirt_lightness"), _SHIRT),
    **dict.fromkeys(("background_hue", "background_lightness"), _WALL),
}
"""What each factor of the portraits worlds is seen by; a factor that is not named here always is."""

WEARABLE: Mapping[str, tuple[str, str]] = {
    "beard": ("beard", "face"),
    "glasses": ("glasses", "face"),
    "hat": ("hat", "face"),
    "earrings": ("earring", "ear"),
    "eyepatch": ("eyepatch", "face"),
}
"""Choices whose first option is "none": the label of the thing, and that of what it is worn on."""


def label_counts(labels: Tensor, count: int) -> Tensor:
    """Pixels of each label, int64 [N, count], of label maps uint8 [N, H, W]."""
    flat = labels.flatten(1).long()
    return torch.zeros(len(flat), count, dtype=torch.long).scatter_add_(1, flat, torch.ones_like(flat))


def find_visible(
    factors: Mapping[str, Tensor], counts: Tensor, names: Sequence[str], size: int
) -> dict[str, Tensor]:
    """Whether each factor shows in each picture: factor name -> bool [N].

    factors: name -> [N]; counts: pixels of each label [N, K], labels in the order of `names`; size:
    the pictures' side. A thing that is worn is seen or hidden as a whole: where it is worn, by its
    own label, where not, by what it would be worn on.
    """
    least = MIN_PIXELS * (size / _SIDE) ** 2
    everywhere = torch.ones(len(counts), dtype=torch.bool)

    def covers(labels: Sequence[str]) -> Tensor:
        known = [names.index(label) for label in labels if label in names]
        return counts[:, known].sum(dim=1) >= least if known else everywhere

    visible: dict[str, Tensor] = {}
    for name, values in factors.items():
        seen = everywhere.clone()
        if name in SIGHTS:
            seen &= covers(SIGHTS[name].labels)
            for other, options in SIGHTS[name].when:
                if other in factors:
                    seen &= torch.isin(factors[other].round().long(), torch.tensor(options))
        elif name in WEARABLE:
            thing, ground = WEARABLE[name]
            seen = torch.where(values.round() > 0, covers((thing,)), covers((ground,)))
        visible[name] = seen
    return visible
