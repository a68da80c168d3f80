"""ImageNet: the colours most published networks were trained to see."""

from wend.perception.preprocess import Preprocess

IMAGENET = Preprocess(mean=(0.485, 0.456, 0.406), sd=(0.229, 0.224, 0.225))


def imagenet(size: int) -> Preprocess:
    """The same, resized to this side in pixels."""
    return Preprocess(size, IMAGENET.mean, IMAGENET.sd)
