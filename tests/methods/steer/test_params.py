"""Parameters and presets of steering: words for a form, bounds, and the published settings field by field."""

import pytest
from pydantic import ValidationError

from wend.methods.edits.catalog import EDITS, PUBLISHED
from wend.methods.steer.params import SteerParams
from wend.methods.steer.presets import ROWS, presets, published
from wend.optim.schedules import Schedule

BY_NAME = {row.name: row for row in ROWS}
GEOMETRY = ("shift_x", "shift_y", "rotate2d", "rotate3d")

# Source: the specification's table of budgets: (row, edits, walk, where, loss, learning rate, codes). "Shift"
# is x and y; of shifts the current configuration counts, not the codes behind the shipped weights.
TABLE: list[tuple[str, tuple[str, ...], str, str, str, float, int]] = [
    ("BigGAN", ("color", *GEOMETRY), "linear", "z", "l2", 1e-3, 20_000),
    ("BigGAN", ("zoom",), "linear", "z", "l2", 1e-4, 20_000),
    ("BigGAN steps", ("color",), "steps", "z", "l2", 1e-3, 20_000),
    ("BigGAN steps", (*GEOMETRY, "zoom"), "steps", "z", "lpips", 1e-4, 20_000),
    ("StyleGAN cars", ("color",), "linear", "layers", "l2", 1e-3, 2_000),
    ("StyleGAN FFHQ", ("color",), "linear", "layers", "l2", 1e-3, 2_000),
    ("StyleGAN cats", ("color",), "linear", "layers", "l2", 1e-4, 2_000),
    ("StyleGAN cars", ("zoom",), "linear", "layers", "lpips", 1e-4, 60_000),
    ("StyleGAN FFHQ", ("zoom",), "linear", "layers", "lpips", 1e-4, 60_000),
    ("StyleGAN cats", ("zoom",), "linear", "layers", "lpips", 1e-4, 40_000),
    ("StyleGAN cars", ("shift_x", "shift_y"), "linear", "layers", "lpips", 1e-3, 10_000),
    ("StyleGAN FFHQ", ("shift_x", "shift_y"), "linear", "layers", "lpips", 1e-3, 10_000),
    ("StyleGAN cats", ("shift_x", "shift_y"), "linear", "layers", "lpips", 1e-4, 10_000),
    ("StyleGAN cars", ("rotate2d",), "linear", "layers", "lpips", 1e-3, 10_000),
    ("StyleGAN FFHQ", ("rotate2d",), "linear", "layers", "lpips", 1e-3, 10_000),
    ("StyleGAN cats", ("rotate2d",), "linear", "layers", "lpips", 1e-4, 40_000),
    ("StyleGAN cars", ("rotate3d",), "linear", "layers", "lpips", 1e-3, 60_000),
    ("StyleGAN FFHQ", ("rotate3d",), "linear", "layers", "lpips", 1e-3, 60_000),
    ("StyleGAN cats", ("rotate3d",), "linear", "layers", "lpips", 1e-4, 40_000),
    ("StyleGAN cars, released weights", ("shift_x", "shift_y"), "linear", "layers", "lpips", 1e-3, 60_000),
    ("StyleGAN FFHQ, released weights", ("shift_x", "shift_y"), "linear", "layers", "lpips", 1e-3, 60_000),
    ("StyleGAN FFHQ, released weights", ("rotate2d",), "linear", "layers", "lpips", 1e-3, 60_000),
    ("StyleGAN cats, released weights", ("shift_x", "shift_y"), "linear", "layers", "lpips", 1e-4, 40_000),
    ("StyleGAN2", ("shift_x", "shift_y"), "linear", "layers", "lpips", 1e-4, 40_000),
    ("Progressive GAN", ("color",), "linear", "z", "l2", 1e-4, 60_000),
]
# Step networks in w are told without budgets of their own: those of the lines are taken.
TABLE += [
    (f"{name} steps", edits, "steps", "w", loss, rate, codes)
    for name, edits, _, _, loss, rate, codes in TABLE
    if name in ("StyleGAN cars", "StyleGAN FFHQ", "StyleGAN cats")
]


@pytest.mark.parametrize(("name", "edits", "walk", "place", "loss", "rate", "codes"), TABLE)
def test_as_published_field_by_field(
    name: str, edits: tuple[str, ...], walk: str, place: str, loss: str, rate: float, codes: int
) -> None:
    for edit in edits:
        params = SteerParams.model_validate({"model": "m", **published(BY_NAME[name], edit)})
        assert (params.edit, params.walk, params.place) == (edit, walk, place)
        assert (params.loss, params.learning_rate, params.samples) == (loss, rate, codes)
        assert (params.batch, params.updates, params.seed) == (4, codes // 4, 0)
        assert (params.step_size, params.step_count) == (None, None)
        assert (params.psi, params.strengths) == (1.0, "batch")
        assert params.codes == ("truncated" if name.startswith("BigGAN") else "normal")
        assert (params.classes, params.layers) == ("shared", None)
        assert params.pull == 1.0
        if walk == "steps":
            assert (params.start, params.rounded) == ("glorot" if "StyleGAN" in name else "normal", True)
        elif name == "StyleGAN2":
            assert (params.start_sd, params.reach, params.scale) == (0.1, 100.0, "reach")
        else:
            assert (params.start_sd, params.range, params.reach, params.scale) == (
                0.1,
                "published",
                None,
                "published",
            )
        run = params.optimization
        assert (run.method, run.betas, run.rounds) == ("adam", (0.9, 0.999), 1)
        assert run.schedule.factor(0, run.updates) == run.schedule.factor(run.updates - 1, run.updates) == 1.0
        assert (run.clip, run.patience, run.check_every) == (None, None, 0)


def test_the_table_is_whole() -> None:
    told = {(name, edit) for name, edits, *_ in TABLE for edit in edits}
    assert told == {(row.name, edit) for row in ROWS for edit in row.samples}


def test_presets_are_parameters() -> None:
    found = presets()
    assert next(iter(found)) == "Fast"
    assert len(found) == 3 + sum(len(row.samples) for row in ROWS)
    for values in found.values():
        SteerParams.model_validate({"model": "m", **values})
    assert all(edit in PUBLISHED for row in ROWS for edit in row.samples)


def test_every_field_speaks_to_a_form() -> None:
    schema = SteerParams.model_json_schema()
    fields = schema["properties"]
    for name, field in fields.items():
        assert field["description"], name
        assert "group" in field, name
    assert fields["model"]["picks"] == "model"
    assert fields["layers"]["picks"] == "layers"
    assert fields["class_index"]["picks"] == "class"
    assert fields["edit"]["enum"] == list(EDITS)
    assert fields["rounds"]["advanced"] is True
    assert fields["samples"]["unit"] == "pictures"
    assert schema["required"] == ["model"]


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"layers": (4, 4)}, "begin before they end"),
        ({"classes": "one"}, "class_index"),
        ({"class_index": 2}, "class_index"),
        ({"samples": 4, "batch": 8}, "one batch"),
        ({"step_size": 0.0}, "size"),
        ({"method": "lbfgs"}, "rounds"),
        ({"reach": -3.0}, "greater than 0"),
        ({"learning_rate": float("nan")}, "finite"),
        ({"colour": 1}, "Extra inputs"),
        ({"walk": "steps", "reach": 3.0}, "reach is of linear walks"),
        ({"walk": "steps", "range": "published"}, "range is of linear walks"),
        ({"walk": "steps", "scale": "published"}, "scale is of linear walks"),
        ({"walk": "steps", "start_sd": 0.1}, "start_sd is of linear walks"),
        ({"step_size": 2.0}, "step_size is of walk 'steps'"),
        ({"step_count": 2}, "step_count is of walk 'steps'"),
        ({"start": "glorot"}, "start is of walk 'steps'"),
        ({"pull": 0.9}, "pull is of walk 'steps'"),
        ({"rounded": True}, "rounded is of walk 'steps'"),
        ({"walk": "steps", "place": "z", "pull": 0.9}, "pull is of walks in w"),
    ],
)
def test_impossible_values_are_refused(values: dict[str, object], reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        SteerParams.model_validate({"model": "m", **values})


def test_updates_are_one_pass() -> None:
    assert SteerParams(model="m", samples=100, batch=8).updates == 12
    assert SteerParams(model="m", samples=100, batch=8, method="lbfgs", rounds=5).updates == 60
    run = SteerParams(model="m", warmup=0.1, floor=0.2).optimization
    assert run.schedule == Schedule("cosine", 0.1, 0.2)
