"""Every other kind: random weights in each published layout open, and answer as their role promises."""

import logging
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from tests.perception.plugging import Config, gradient_of, plug, randomized, some_images
from wend.errors import CardInvalid, WeightsInvalid
from wend.perception.detectors import Detector
from wend.perception.heatmaps import HeatmapPoints, soft_position
from wend.perception.operators import has_compiled_operators, torchvision_models
from wend.perception.preprocess import Preprocess
from wend.perception.readers import READERS, open_plug_in
from wend.perception.resnet import ResNetClassifier, ResNetPoints, ResNetRegressor
from wend.perception.segmenters import SegmenterSaliency, TorchvisionSegmenter
from wend.perception.trunks import Trunk
from wend.perception.u2net import U2Net, read_u2net


def save(path: Path, network: nn.Module) -> Path:
    save_file({k: v.contiguous() for k, v in network.state_dict().items()}, path)
    return path


def shallow_resnet(outputs: int) -> nn.Module:
    """One block a stage: the depth is read off the file."""
    models = torchvision_models()
    with torch.device("meta"):
        network = models.ResNet(models.resnet.BasicBlock, [1, 1, 1, 1], num_classes=outputs)
    return randomized(network.to_empty(device="cpu"))


@pytest.fixture(scope="module")
def resnet_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    network = shallow_resnet(6)
    tensors = {k: v.half() if v.is_floating_point() else v for k, v in network.state_dict().items()}
    path = tmp_path_factory.mktemp("resnet") / "w.safetensors"
    save_file(tensors, path)
    return path


# What is asked here does not depend on the size the published networks work at.
SMALL = Preprocess(size=48)
FACTORS: Config = {
    "units": ["px", "degrees", ""],
    "low": [-10.0, -30.0, 0.0],
    "high": [10.0, 30.0, 1.0],
    "choices": ["hat: none | cap | crown"],
    "output": "sigmoid",
}


def test_a_regressor_tells_units_ranges_and_choices(resnet_file: Path) -> None:
    names = ("x", "tilt", "smile")
    opened = open_plug_in(plug(resnet_file, "factors", "resnet", FACTORS, names, SMALL))
    assert isinstance(opened, ResNetRegressor)
    assert [(a.name, a.unit, a.low, a.high) for a in opened.attributes][1] == ("tilt", "degrees", -30.0, 30.0)
    images = some_images().requires_grad_()
    found = opened.measure(images)
    assert found.values.keys() == {"x", "tilt", "smile"}
    assert found.chances["hat"].shape == (2, 3)
    assert torch.allclose(found.chances["hat"].sum(1), torch.ones(2))
    assert found.values["x"].abs().max() <= 10.0
    assert gradient_of(found.values["tilt"], images) > 0


@pytest.mark.parametrize(("change", "names", "why"), [
    ({"units": ["px"]}, ("x", "tilt", "smile"), r"config\.units must list 3 values"),
    ({"high": [1.0, 1.0, "a"]}, ("x", "tilt", "smile"), r"config\.high must list 3 numbers"),
    ({"choices": ["hat"]}, ("x", "tilt", "smile"), r"'hat' is not like 'hat: none \| cap \| crown'"),
    ({"units": ["", ""], "low": [0, 0], "high": [1, 1]}, ("x", "y"), "make 5 numbers, but the file tells 6"),
    ({"bogus": 1}, ("x", "tilt", "smile"), r"config\.bogus means nothing to kind 'resnet'"),
])  # fmt: skip
def test_a_regressors_card_must_fit(
    resnet_file: Path, change: Config, names: tuple[str, ...], why: str
) -> None:
    with pytest.raises(CardInvalid, match=why):
        open_plug_in(plug(resnet_file, "factors", "resnet", {**FACTORS, **change}, names))


def test_a_classifier_and_points_by_coordinates(resnet_file: Path) -> None:
    images = some_images().requires_grad_()
    names = tuple("abcdef")
    opened = open_plug_in(plug(resnet_file, "classes", "resnet", names=names, preprocess=SMALL))
    assert isinstance(opened, ResNetClassifier)
    chances = opened.chances(images)
    assert opened.labels == names
    assert torch.allclose(chances.sum(1), torch.ones(2))
    assert gradient_of(chances[:, 0], images) > 0
    named = ("eye", "nose", "chin")
    points = open_plug_in(plug(resnet_file, "landmarks", "resnet", {}, named, SMALL))
    config: Config = {"coordinates": "centered"}
    centered = open_plug_in(plug(resnet_file, "landmarks", "resnet", config, named, SMALL))
    assert isinstance(points, ResNetPoints)
    assert isinstance(centered, ResNetPoints)
    places = points.locate(images)
    assert places.shape == (2, 3, 2)
    assert torch.allclose(centered.locate(images), (places + 1) / 2)


def test_a_shape_error_names_the_tensor(tmp_path: Path) -> None:
    tensors = shallow_resnet(2).state_dict()
    tensors["layer3.0.conv2.weight"] = torch.ones(256, 128, 3, 3)
    save_file(tensors, tmp_path / "w.safetensors")
    with pytest.raises(
        WeightsInvalid, match=r"layer3\.0\.conv2\.weight has shape \(256, 128, 3, 3\), the netw"
    ):
        open_plug_in(plug(tmp_path / "w.safetensors", "classes", "resnet", names=("a", "b")))


def test_the_soft_position_of_one_peak() -> None:
    maps = torch.zeros(1, 2, 8, 4)
    maps[0, 0, 6, 1] = 1.0
    maps[0, 1, 0, 3] = 1.0
    places = soft_position(maps, 50.0)
    assert torch.allclose(places[0], torch.tensor([[1.5 / 4, 6.5 / 8], [3.5 / 4, 0.5 / 8]]), atol=1e-4)


def test_points_by_heat_maps(tmp_path: Path) -> None:
    trunk = shallow_resnet(1)
    layers: list[nn.Module] = []
    for inputs, outputs in ((512, 8), (8, 8), (8, 8)):
        layers += [
            nn.ConvTranspose2d(inputs, outputs, 4, 2, 1, bias=False),
            nn.BatchNorm2d(outputs),
            nn.ReLU(),
        ]
    head = randomized(
        nn.ModuleDict({"deconv_layers": nn.Sequential(*layers), "final_layer": nn.Conv2d(8, 3, 1)})
    )
    tensors = {k: v for k, v in trunk.state_dict().items() if not k.startswith("fc.")} | head.state_dict()
    save_file(tensors, tmp_path / "pose.safetensors")
    names = ("left eye", "right eye", "nose")
    opened = open_plug_in(
        plug(tmp_path / "pose.safetensors", "landmarks", "pose-resnet", names=names, preprocess=SMALL)
    )
    assert isinstance(opened, HeatmapPoints)
    images = some_images().requires_grad_()
    assert opened.heat(images).shape == (2, 3, 16, 16)
    places = opened.locate(images)
    assert opened.points == names
    assert places.shape == (2, 3, 2)
    assert 0 < places.min() <= places.max() < 1
    assert gradient_of(places, images) > 0


def test_torchvisions_segmenters_as_labels_and_as_saliency(tmp_path: Path) -> None:
    kind = "lraspp_mobilenet_v3_large"
    images = some_images(1, 40).requires_grad_()
    for count in (3, 1):
        with torch.device("meta"):
            network = torchvision_models().get_model(
                kind, weights=None, weights_backbone=None, num_classes=count
            )
        save(tmp_path / f"{count}.safetensors", randomized(network.to_empty(device="cpu")))
    names = ("ground", "cat", "dog")
    labels = open_plug_in(plug(tmp_path / "3.safetensors", "labels", kind, names=names))
    assert isinstance(labels, TorchvisionSegmenter)
    logits = labels.logits(images)
    assert labels.labels == names
    assert logits.shape == (1, 3, 40, 40)
    assert gradient_of(logits, images) > 0
    saliency = open_plug_in(plug(tmp_path / "1.safetensors", "saliency", kind))
    assert isinstance(saliency, SegmenterSaliency)
    assert saliency.salience(images).shape == (1, 1, 40, 40)
    with pytest.raises(WeightsInvalid, match="it tells 3 classes; saliency wants one"):
        open_plug_in(plug(tmp_path / "3.safetensors", "saliency", kind))
    with pytest.raises(WeightsInvalid, match=r"classifier\.4\.bias is missing"):
        open_plug_in(plug(tmp_path / "3.safetensors", "labels", "deeplabv3_resnet50", names=names))


def test_u2net_opens_at_any_width(tmp_path: Path) -> None:
    widths = {f"stage{i}": (3 if i == 1 else 4, 2, 4) for i in range(1, 7)}
    widths |= {f"stage{i}d": (8, 2, 4) for i in range(1, 6)}
    path = save(tmp_path / "u2.safetensors", randomized(U2Net(widths, Preprocess())))
    assert read_u2net(plug(path, "saliency", "u2net")).preprocess.size == 320
    opened = open_plug_in(plug(path, "saliency", "u2net", preprocess=SMALL))
    assert isinstance(opened, U2Net)
    images = some_images(1, 50).requires_grad_()
    salience = opened.salience(images)
    assert salience.shape == (1, 1, 50, 50)
    assert 0 <= salience.min() <= salience.max() <= 1
    assert gradient_of(salience, images) > 0


def test_u2net_has_the_published_count_of_numbers() -> None:
    """1 131 181 in the small layout, 44 009 869 in the full one, as their authors count them."""
    small = {f"stage{i}": (3 if i == 1 else 64, 16, 64) for i in range(1, 7)}
    small |= {f"stage{i}d": (128, 16, 64) for i in range(1, 6)}
    full = {
        "stage1": (3, 32, 64), "stage2": (64, 32, 128), "stage3": (128, 64, 256),
        "stage4": (256, 128, 512), "stage5": (512, 256, 512), "stage6": (512, 256, 512),
        "stage5d": (1024, 256, 512), "stage4d": (1024, 128, 256), "stage3d": (512, 64, 128),
        "stage2d": (256, 32, 64), "stage1d": (128, 16, 64),
    }  # fmt: skip
    with torch.device("meta"):
        counts = [sum(p.numel() for p in U2Net(w, Preprocess()).parameters()) for w in (small, full)]
    assert counts == [1_131_181, 44_009_869]


def vgg(width: int, *, wide: bool) -> dict[str, Tensor]:
    models = torchvision_models()
    layout = [width, width, "M", width, width, "M", *([width] * 3 + ["M"]) * 3]
    parts: dict[str, nn.Module] = {"features": models.vgg.make_layers(layout)}
    if wide:
        parts["classifier"] = nn.Sequential(
            nn.Linear(width * 49, 8), nn.ReLU(), nn.Dropout(), nn.Linear(8, 6), nn.ReLU(), nn.Dropout(),
            nn.Linear(6, 10),
        )  # fmt: skip
    return dict(randomized(nn.ModuleDict(parts)).state_dict())


def test_vgg_gives_the_maps_of_lpips_and_a_vector(tmp_path: Path) -> None:
    path = tmp_path / "vgg.safetensors"
    save_file(vgg(4, wide=True), path)
    mean = open_plug_in(plug(path, "features", "vgg16"))
    wide = open_plug_in(plug(path, "features", "vgg16", {"vector": "fc2"}))
    assert isinstance(mean, Trunk)
    assert isinstance(wide, Trunk)
    images = some_images().requires_grad_()
    maps = mean.maps(images)
    assert [tuple(level.shape[1:]) for level in maps] == [
        (4, 64, 64),
        (4, 32, 32),
        (4, 16, 16),
        (4, 8, 8),
        (4, 4, 4),
    ]
    assert torch.allclose(mean.vector(images), maps[-1].mean((2, 3)))
    assert wide.vector(images).shape == (2, 6)
    assert all(gradient_of(level, images) > 0 for level in mean.maps(images)[:1])
    save_file(vgg(4, wide=False), path)
    with pytest.raises(WeightsInvalid, match=r"classifier\.3\.weight is missing"):
        open_plug_in(plug(path, "features", "vgg16", {"vector": "fc2"}))
    save_file({"x": torch.ones(1)}, path)
    with pytest.raises(WeightsInvalid, match=r"features\.0\.weight is missing: it is no VGG-16"):
        open_plug_in(plug(path, "features", "vgg16"))


def test_a_one_stage_detector_gives_the_best_box(tmp_path: Path) -> None:
    kind = "ssdlite320_mobilenet_v3_large"
    network = torchvision_models().get_model(kind, weights=None, weights_backbone=None, num_classes=3)
    path = save(tmp_path / "ssd.safetensors", randomized(network))
    opened = open_plug_in(plug(path, "detector", kind, {"wanted": "dog"}, ("cat", "dog")))
    assert isinstance(opened, Detector)
    assert opened.wanted == (2,)
    images = some_images()
    with torch.no_grad():
        boxes = opened.detect(images)
        # The whole list, decoded by the reference: the best score and its box, before any suppression.
        batch, _ = network.transform(list((images + 1) / 2), None)
        features = list(network.backbone(batch.tensors).values())
        answers, anchors = network.head(features), network.anchor_generator(batch, features)
        scores = answers["cls_logits"].softmax(2)[0, :, 2]
        decoded = network.box_coder.decode_single(answers["bbox_regression"][0], anchors[0])
    best = int(scores.argmax())
    assert boxes.scores[0] == pytest.approx(float(scores[best]), rel=1e-4)
    assert torch.allclose(boxes.corners[0], (decoded[best] / 320).clamp(0, 1), atol=1e-4)
    with pytest.raises(CardInvalid, match=r"config\.wanted names 'cow'"):
        open_plug_in(plug(path, "detector", kind, {"wanted": "cow"}, ("cat", "dog")))
    with pytest.raises(WeightsInvalid, match="has shape"):
        open_plug_in(plug(path, "detector", kind, names=("cat",)))
    with pytest.raises(CardInvalid, match=r"leave config\.size out"):
        open_plug_in(plug(path, "detector", kind, {"size": 64}, ("cat", "dog")))


@pytest.mark.skipif(has_compiled_operators(), reason="torchvision's compiled operators load here")
def test_a_two_stage_detector_says_what_it_lacks(tmp_path: Path) -> None:
    plug_in = plug(tmp_path / "x", "detector", "fasterrcnn_resnet50_fpn", names=("cat",))
    with pytest.raises(WeightsInvalid, match=r"needs torchvision's compiled operators \(nms\)"):
        open_plug_in(plug_in)


def test_opening_is_logged_and_leaves_the_random_state(
    resnet_file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    before = torch.random.get_rng_state()
    with caplog.at_level(logging.INFO, logger="wend.perception.readers"):
        open_plug_in(plug(resnet_file, "classes", "resnet", names=tuple("abcdef"), preprocess=SMALL))
    assert torch.equal(before, torch.random.get_rng_state())
    assert "kind resnet, role classes, 4.9 M parameters" in caplog.text
    assert " ms for two pictures" in caplog.text


def test_every_role_has_a_reader() -> None:
    roles = {role for kinds in READERS.values() for role in kinds}
    assert roles == {
        "factors", "labels", "lines", "features", "classes", "landmarks", "detector", "saliency"
    }  # fmt: skip
