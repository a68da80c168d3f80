"""Parts of faces, on label maps drawn by hand."""

import numpy as np
import pytest
from numpy.typing import NDArray

from wend.errors import InvalidInput
from wend.measure.parts import count_parts

NAMES = ("background", "eye", "iris", "nose", "lips", "mouth", "teeth", "hair", "hat", "eyepatch")


def face(**places: tuple[slice, slice]) -> NDArray[np.int64]:
    labels = np.zeros((16, 16), dtype=np.int64)
    for name, place in places.items():
        labels[place] = NAMES.index(name.rstrip("_"))
    return labels


WHOLE = {
    "hair": (slice(0, 2), slice(0, 16)),
    "eye": (slice(5, 7), slice(2, 5)),
    "eye_": (slice(5, 7), slice(10, 13)),
    "nose": (slice(8, 10), slice(7, 9)),
    "lips": (slice(12, 13), slice(5, 10)),
}


def test_a_whole_face_is_complete() -> None:
    count = count_parts(face(**WHOLE)[None], NAMES)
    assert (count.eyes, count.nose, count.mouth, count.hair, count.complete, count.covered) == (1,) * 6
    assert count.incomplete == ()


def test_an_iris_joins_the_white_around_it_and_does_not_make_an_eye_of_its_own() -> None:
    labels = face(**{k: v for k, v in WHOLE.items() if k != "eye_"}, iris=(slice(5, 7), slice(3, 4)))
    count = count_parts(labels[None], NAMES)
    assert (count.eyes, count.complete, count.incomplete) == (0, 0, (0,))


def test_specks_are_no_parts() -> None:
    labels = face(**WHOLE | {"nose": (slice(8, 9), slice(7, 10))})
    assert count_parts(labels[None], NAMES).nose == 0
    assert count_parts(labels[None], NAMES, least=3).nose == 1


def test_a_patch_stands_for_an_eye_and_a_hat_for_hair_where_that_is_allowed() -> None:
    places = {k: v for k, v in WHOLE.items() if k not in {"eye_", "hair"}}
    labels = face(**places, eyepatch=(slice(5, 8), slice(10, 13)), hat=(slice(0, 2), slice(0, 16)))
    count = count_parts(np.stack([face(**WHOLE), labels]), NAMES)
    assert (count.count, count.complete, count.covered, count.hair) == (2, 1, 2, 1)


def test_labels_without_heads_are_refused() -> None:
    with pytest.raises(InvalidInput, match="nose"):
        count_parts(np.zeros((1, 4, 4), dtype=np.int64), ("background", "eye", "iris"))
