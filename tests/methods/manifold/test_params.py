"""What may be asked of a chain: the published settings, field by field, and clear answers to the rest."""

from pathlib import Path

import pytest
import torch
from pydantic import JsonValue

from tests.methods.manifold.manifold_bench import PICTURE, SIDE, TOY, manifold_bench, put_mask
from tests.methods.steer_bench import bench_of
from wend.documents.picture import ModelBlend, Picture, SeedLatent
from wend.errors import ImageNotFound, InvalidParams
from wend.jobs.recipes import find_recipe
from wend.methods.manifold.build import manifold_task
from wend.methods.manifold.params import ManifoldParams
from wend.methods.manifold.sight import MaskSight, Rectangle, StripSight

HERE: dict[str, JsonValue] = {"picture": {"model": "toy", "latent": {"seed": 1}}}


def test_the_published_settings_field_by_field() -> None:
    recipe = find_recipe("manifold")
    preset = recipe.presets["As published, its mouth at 1024 px"]
    params = recipe.parse({**HERE, **preset})
    assert isinstance(params, ManifoldParams)
    assert params.rectangle == (680, 790, 300, 730)
    assert params.layers == (2, 8)
    assert params.frames == 36
    assert params.c == 0.25
    assert params.sigma == 4.0
    assert (params.alpha, params.beta, params.gamma) == (0.3, 0.1, 0.5)
    assert params.weights_at(0.25, 4.0) == (0.3, 0.1, 0.5)
    assert params.calls == 500
    assert params.method == "lbfgs"
    assert params.learning_rate == 1.0
    assert params.memory == 20
    assert params.inner == 8
    assert params.loss == "lpips"
    assert params.outside == "strips"
    assert params.start == "line"
    assert params.offsets == "constant"
    assert not params.is_pinned
    assert not params.is_grown
    assert params.stops_at_once
    assert params.stages() == (36,)
    assert params.updates(0) == 4000
    # Without its rectangle the preset fits any model.
    assert recipe.presets["As published"] == {
        k: v for k, v in preset.items() if k not in ("rectangle", "mask")
    }


def test_the_preset_holds_what_weights_left_out_are_measured_by() -> None:
    preset = find_recipe("manifold").presets["As published"]
    params = ManifoldParams.model_validate({**HERE, **preset, "rectangle": [1, 5, 1, 5]})
    assert params.c is not None
    assert params.sigma is not None
    bare = params.model_copy(update={"alpha": None, "beta": None, "gamma": None})
    assert bare.weights_at(params.c, params.sigma) == (params.alpha, params.beta, params.gamma)


def test_weights_left_out_are_the_published_ones_in_proportion() -> None:
    alpha, beta, gamma = TOY.weights_at(0.25, 4.0)
    assert (alpha, beta, gamma) == (0.3, 0.1, 0.5)
    alpha, beta, gamma = TOY.weights_at(0.5, 1.0)
    assert alpha == pytest.approx(4.8)
    assert beta == pytest.approx(1.6)
    assert gamma == pytest.approx(0.25)


def test_a_chain_grows_from_few_frames_to_all() -> None:
    assert ManifoldParams(picture=PICTURE, rectangle=(0, 1, 0, 1)).stages() == (9, 18, 36)
    assert TOY.model_copy(update={"frames": 12}).stages() == (12,)
    assert TOY.model_copy(update={"frames": 100}).stages() == (7, 13, 25, 50, 100)
    assert TOY.model_copy(update={"is_grown": False, "frames": 100}).stages() == (100,)


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({}, "a mask or a rectangle"),
        ({"mask": "0" * 64, "rectangle": [1, 2, 3, 4]}, "one of them alone"),
        ({"rectangle": [5, 5, 0, 9]}, "empty"),
        ({"rectangle": [0, 9, 9, 4]}, "empty"),
        ({"rectangle": [1, 5, 1, 5], "frames": 1}, "two frames"),
        ({"rectangle": [1, 5, 1, 5], "frames": 100_000}, "512"),
        ({"rectangle": [1, 5, 1, 5], "layers": [4, 4]}, "begin before they end"),
        ({"rectangle": [1, 5, 1, 5], "c": float("nan")}, "finite"),
        ({"rectangle": [1, 5, 1, 5], "sigma": 0.0}, "greater than 0"),
        ({"mask": "../../secret"}, "pattern"),
    ],
)
def test_what_cannot_be_is_answered_before_a_job_begins(values: dict[str, JsonValue], why: str) -> None:
    with pytest.raises(InvalidParams, match=why):
        find_recipe("manifold").parse({**HERE, **values})


@pytest.mark.parametrize(
    ("painted", "why"),
    [
        (torch.zeros(SIDE, SIDE), "empty"),
        (torch.ones(SIDE, SIDE), "whole picture"),
        (torch.zeros(SIDE, SIDE).index_put_((torch.tensor(3), torch.tensor(4)), torch.tensor(1.0)), "pixel"),
    ],
)
def test_masks_of_no_use_are_refused(painted: torch.Tensor, why: str, tmp_path: Path) -> None:
    bench, _ = manifold_bench(tmp_path)
    params = TOY.model_copy(update={"mask": put_mask(bench, painted), "rectangle": None})
    with pytest.raises(InvalidParams, match=f"mask.*{why}"):
        manifold_task(params, bench)


def test_a_mask_on_the_border_and_one_that_is_not_there(tmp_path: Path) -> None:
    bench, _ = manifold_bench(tmp_path)
    painted = torch.zeros(SIDE, SIDE)
    painted[:6] = 1.0
    params = TOY.model_copy(update={"mask": put_mask(bench, painted), "rectangle": None})
    assert isinstance(manifold_task(params, bench).sight, MaskSight)
    with pytest.raises(ImageNotFound):
        manifold_task(params.model_copy(update={"mask": "0" * 64}), bench)


def test_rectangles_and_rows_outside_are_refused(tmp_path: Path) -> None:
    bench, _ = manifold_bench(tmp_path)
    with pytest.raises(InvalidParams, match="outside of the picture of 32 x 32"):
        manifold_task(TOY.model_copy(update={"rectangle": (680, 790, 300, 730)}), bench)
    with pytest.raises(InvalidParams, match="whole picture"):
        manifold_task(TOY.model_copy(update={"rectangle": (0, 32, 0, 32)}), bench)
    with pytest.raises(InvalidParams, match="8 style rows"):
        manifold_task(TOY.model_copy(update={"layers": (2, 9)}), bench)


def test_a_picture_between_two_models_is_refused(tmp_path: Path) -> None:
    bench, _ = manifold_bench(tmp_path)
    between = TOY.picture.model_copy(update={"model_blend": ModelBlend(model="other", weight=0.5)})
    with pytest.raises(InvalidParams, match="between two models"):
        manifold_task(TOY.model_copy(update={"picture": between}), bench)


def test_strips_are_cut_around_the_rectangle_that_was_given(tmp_path: Path) -> None:
    bench, _ = manifold_bench(tmp_path)
    task = manifold_task(TOY.model_copy(update={"outside": "strips"}), bench)
    assert isinstance(task.sight, StripSight)


def test_strips_are_cut_around_the_least_rectangle_that_holds_a_painted_mask(tmp_path: Path) -> None:
    bench, _ = manifold_bench(tmp_path)
    painted = torch.zeros(SIDE, SIDE)
    painted[5:12, 9:20] = 1.0
    painted[5, 9] = painted[11, 19] = 0.3
    asked = {"outside": "strips", "rectangle": None}
    task = manifold_task(TOY.model_copy(update={**asked, "mask": put_mask(bench, painted)}), bench)
    assert isinstance(task.sight, StripSight)
    assert torch.equal(task.mask, Rectangle(5, 12, 9, 20).mask(SIDE, SIDE))
    assert task.note == "as rows 5 to 12 and columns 9 to 20"
    with pytest.raises(InvalidParams, match=r"mask.*soft all over"):
        manifold_task(TOY.model_copy(update={**asked, "mask": put_mask(bench, 0.4 * painted)}), bench)


def test_a_generator_without_styles_per_layer_is_refused(tmp_path: Path) -> None:
    bench = bench_of("analytic-portraits", tmp_path)
    picture = Picture(model="analytic-portraits", latent=SeedLatent(seed=1))
    with pytest.raises(InvalidParams, match="no styles per layer"):
        manifold_task(TOY.model_copy(update={"picture": picture}), bench)


def test_a_loss_without_networks_to_look_is_refused(tmp_path: Path) -> None:
    bench, _ = manifold_bench(tmp_path)
    with pytest.raises(InvalidParams, match="names no world"):
        manifold_task(TOY.model_copy(update={"loss": "perceptual"}), bench)
    # Nobody asked for them: pixels do, as for a checkpoint of another program, which names no world.
    assert manifold_task(TOY.model_copy(update={"loss": None}), bench).loss == "l2"


def test_a_job_is_called_after_the_painted_region() -> None:
    mask: dict[str, JsonValue] = {"name": "Mouth", "image": "a" * 64}
    named: dict[str, JsonValue] = {"model": "toy", "latent": {"seed": 1}, "masks": [mask]}
    recipe = find_recipe("manifold")
    params = recipe.parse({"picture": named, "mask": "a" * 64})
    assert recipe.title_of(params) == "Animate Mouth, 36 frames, on toy"
    other = recipe.parse({"picture": named, "mask": "b" * 64})
    assert recipe.title_of(other) == "Animate a region, 36 frames, on toy"


def test_every_field_has_words_for_a_form() -> None:
    schema = find_recipe("manifold").schema()
    properties = schema["properties"]
    assert isinstance(properties, dict)
    for name, described in properties.items():
        assert isinstance(described, dict)
        assert described.get("description"), name
        assert "group" in described, name
    assert properties["picture"]["picks"] == "picture"  # type: ignore[index,call-overload]  # JSON
    assert properties["mask"]["picks"] == "mask"  # type: ignore[index,call-overload]  # JSON
