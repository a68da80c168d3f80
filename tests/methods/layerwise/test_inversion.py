"""Layer-wise inversion: an encoder's word is improved, and resumed runs equal unbroken ones (B9)."""

from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
import torch

from tests.methods.layerwise.layered import PIXELS, drawn, layered
from wend.library.models import hash_of
from wend.measure.recovery import Recovery, recovery
from wend.measure.slices import Sliced
from wend.methods.layerwise.comparison import Mean, Row, bracket_of, compare, means_of, table_of
from wend.methods.layerwise.inversion import LayerwiseInversion
from wend.methods.layerwise.settings import METHODS, LayerwiseSettings
from wend.optim.checkpoint import load_checkpoint, save_checkpoint


def _short(settings: LayerwiseSettings) -> LayerwiseSettings:
    return settings if settings.free == "nothing" else replace(settings, updates=8, check_every=4)


def test_correcting_layers_comes_nearer_in_pixels_and_in_r() -> None:
    model = layered("chain", steps=10)
    top, target = drawn(model)
    true = model.split.early(top)[-1].x
    found: dict[str, Recovery] = {}
    for method in "df":
        settings = METHODS["d"]
        if method == "f":
            settings = replace(METHODS["f"], updates=60, learning_rate=0.1, penalty=0.01, patience=0)
        search = LayerwiseInversion(model, target, settings, PIXELS)
        search.run()
        with torch.no_grad():
            r, image = search.objective.r(), search.image()
            found[method] = recovery(top, search.objective.top_now(), true, r, target, image)
    assert found["f"].error < 0.8 * found["d"].error
    assert found["f"].r > found["d"].r
    assert found["f"].z == found["d"].z  # z_0 is held


def test_an_encoders_word_takes_no_step() -> None:
    model = layered("styled")
    _, target = drawn(model)
    search = LayerwiseInversion(model, target, METHODS["d"], PIXELS)
    assert search.is_done
    assert (search.fraction, search.updates) == (1.0, 0)
    code = search.run()
    assert (code.space, code.corrections) == ("w", {})
    assert torch.equal(torch.from_numpy(code.values), model.encoder(target)[0])


@pytest.mark.parametrize(
    ("method", "kind"), [("f", "chain"), ("f", "styled"), ("e", "chain"), ("a", "chain")]
)
def test_a_resumed_run_equals_an_unbroken_one(method: str, kind: str, tmp_path: Path) -> None:
    model = layered(kind)
    _, target = drawn(model)
    settings = _short(METHODS[method])
    whole = LayerwiseInversion(model, target, settings, PIXELS)
    whole.run()
    first = LayerwiseInversion(model, target, settings, PIXELS)
    for _ in range(3):
        first.step()
    while not first.is_at_rest:
        first.step()
    save_checkpoint(tmp_path / "c.safetensors", first.state_dict())
    second = LayerwiseInversion(model, target, settings, PIXELS)
    second.load_state_dict(load_checkpoint(tmp_path / "c.safetensors"))
    second.run()
    for a, b in zip(whole.objective.parameters, second.objective.parameters, strict=True):
        assert torch.equal(a, b)
    assert whole.updates == second.updates


def test_a_search_of_z_lowers_its_loss_and_keeps_the_best() -> None:
    model = layered("chain")
    _, target = drawn(model)
    search = LayerwiseInversion(model, target, replace(METHODS["e"], updates=20), PIXELS)
    before = search.objective.losses()
    first = sum(part.item() for part in before.values())
    assert set(before) == {"pixels", "encoder"}
    search.run()
    last = sum(part.item() for part in search.objective.losses().values())
    assert last < first
    assert last == pytest.approx(search.losses["total"], rel=1e-5)


def test_a_plateau_ends_it() -> None:
    model = layered("chain")
    _, target = drawn(model)
    still = replace(METHODS["f"], learning_rate=1e-9, check_every=2, patience=2)
    search = LayerwiseInversion(model, target, still, PIXELS)
    search.run()
    assert search.updates < 10


def test_the_six_methods_make_one_table() -> None:
    layers, direct = layered("chain"), layered("chain", seed=1)
    before = hash_of(layers.split.generator)
    rows = _all(compare({"layered": layers, "direct": direct}, PIXELS, 2, 0, _short))
    assert len(rows) == 12
    means = means_of(rows)
    table = table_of(means, "z")
    assert [row[0] for row in table.rows] == list("abcdef")
    assert table.columns[2:6] == ("correlation z", "correlation r", "correlation pixels", "error")
    by = {mean.method: mean.recovery for mean in means}
    # They begin there, and hold z.
    assert by["f"].z == pytest.approx(by["d"].z)
    assert by["f"].count == 2
    assert hash_of(layers.split.generator) == before
    without = means_of(_all(compare({"layered": layers}, PIXELS, 1, 0, _short)))
    assert [mean.method for mean in without] == ["a", "d", "e", "f"]


def _all(work: Sliced[tuple[Row, ...]]) -> tuple[Row, ...]:
    while True:
        try:
            next(work)
        except StopIteration as ended:
            return cast("tuple[Row, ...]", ended.value)


def test_the_bracket_says_which_claims_hold() -> None:
    def mean(method: str, error: float) -> Mean:
        return Mean(method, Recovery(0.5, 0.9, 0.9, error, 20), 0.0, 0.0)

    errors = {"a": 30.0, "b": 20.0, "c": 15.0, "d": 12.0, "e": 11.0, "f": 3.0}
    bracket = bracket_of([mean(method, error) for method, error in errors.items()])
    assert bracket is not None
    assert (bracket.error_d, bracket.error_f) == (12.0, 3.0)
    assert bracket.f_is_nearest
    assert bracket.d_leads is True
    worse = bracket_of([mean(method, error) for method, error in {**errors, "c": 2.0}.items()])
    assert worse is not None
    assert not worse.f_is_nearest
    assert worse.d_leads is False
    alone = bracket_of([mean("d", 12.0), mean("f", 3.0)])
    assert alone is not None
    assert alone.d_leads is None
    assert bracket_of([mean("d", 12.0)]) is None
