"""What a label map shows of factors."""

import torch

from wend.measure.visibility import find_visible, label_counts

NAMES = ("background", "face", "iris", "hat", "hair", "earring", "ear")


def test_labels_are_counted_per_picture() -> None:
    labels = torch.tensor([[[0, 1], [1, 1]], [[2, 2], [0, 0]]], dtype=torch.uint8)
    assert label_counts(labels, 3).tolist() == [[1, 3, 0], [2, 0, 2]]


def counts(**pixels: int) -> torch.Tensor:
    return torch.tensor([[pixels.get(name, 0) for name in NAMES]])


def test_a_part_is_seen_from_twelve_pixels_of_128_on() -> None:
    factors = {"gaze_x": torch.zeros(1)}
    assert not bool(find_visible(factors, counts(iris=11), NAMES, 128)["gaze_x"])
    assert bool(find_visible(factors, counts(iris=12), NAMES, 128)["gaze_x"])
    assert bool(find_visible(factors, counts(iris=3), NAMES, 64)["gaze_x"])


def test_the_cut_is_hidden_under_a_hat_and_hair_does_not_fall_from_short_hair() -> None:
    shown = counts(face=500, hair=300, hat=200)
    factors = {"hair_style": torch.tensor([1.0]), "hair_length": torch.zeros(1), "hat": torch.tensor([1.0])}
    seen = find_visible(factors, shown, NAMES, 128)
    assert {name: bool(value) for name, value in seen.items()} == {
        "hair_style": False, "hair_length": False, "hat": True,
    }  # fmt: skip
    bare = find_visible(
        factors | {"hat": torch.zeros(1), "hair_style": torch.tensor([2.0])}, shown, NAMES, 128
    )
    assert bool(bare["hair_style"])
    assert bool(bare["hair_length"])


def test_a_worn_thing_is_judged_by_itself_and_its_absence_by_what_it_would_be_worn_on() -> None:
    worn, bare = {"earrings": torch.tensor([1.0])}, {"earrings": torch.zeros(1)}
    assert not bool(find_visible(worn, counts(ear=100, earring=2), NAMES, 128)["earrings"])
    assert bool(find_visible(bare, counts(ear=100), NAMES, 128)["earrings"])
    assert not bool(find_visible(bare, counts(ear=2), NAMES, 128)["earrings"])


def test_what_nobody_has_rules_for_is_seen() -> None:
    assert bool(find_visible({"wings": torch.zeros(1)}, counts(), NAMES, 128)["wings"])
