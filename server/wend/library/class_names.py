"""Class names: what the classes of a generator are called whose file only numbers them.

Source: the 1000 categories of ILSVRC 2012 (Russakovsky et al., "ImageNet large scale visual recognition
challenge", IJCV 2015) in their usual order, in words as torchvision 0.28 lists them (BSD 3-clause).
"""

from pathlib import Path

IMAGENET_COUNT = 1000
_LIST = Path(__file__).with_name("imagenet_classes.txt")


def guess_names(c_dim: int) -> tuple[str, ...]:
    """Names of so many classes; () where nothing says what they are. A thousand are taken for ImageNet's."""
    if c_dim != IMAGENET_COUNT:
        return ()
    return tuple(_LIST.read_text(encoding="utf-8").splitlines())
