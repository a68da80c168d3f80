"""Class names: a thousand classes are ImageNet's, in its order."""

from wend.library.class_names import guess_names


def test_a_thousand_classes_have_their_names() -> None:
    names = guess_names(1000)
    # Well-known places of ILSVRC 2012.
    assert [names[k] for k in (0, 207, 281, 954)] == ["tench", "golden retriever", "tabby", "banana"]
    assert len(set(names)) == 1000
    assert guess_names(10) == guess_names(0) == ()
