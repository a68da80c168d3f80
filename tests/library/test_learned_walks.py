"""Learned walks: on the shelf with all they carry, safe to drop in, and older files still read."""

import json
import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save
from torch import Tensor

from wend.errors import WeightsInvalid
from wend.latents.steps import StepNet, StepWeights
from wend.library.models import Model, ModelStore
from wend.library.shelf import Shelf, has_width
from wend.library.walk_file import pack_family, read_family, unpack_family, write_family
from wend.library.walk_record import MAX_STEPS, WalkFamily, WalkRecord

WIDTH, ROWS = 5, 4


def learned(
    model: Model,
    walk_id: str = "steer-zoom-abc123/zoom",
    **fields: Any,  # noqa: ANN401 - values of every field
) -> WalkRecord:
    """A W+ walk with everything that a linear learned walk may carry."""
    vector = torch.arange(1.0, ROWS * WIDTH + 1).reshape(ROWS, WIDTH)
    record = WalkRecord(
        id=walk_id,
        title="Zoom",
        method="steer",
        space="w",
        unit="log2 x",
        layers=(0, ROWS),
        low=-1.0,
        high=1.5,
        psi=0.7,
        strength=0.1,
        generator_hash=model.card.hash,
        vector=vector / vector.norm(),
        unit_length=2.0,
        settings={"loss": "l2", "lr": 1e-3, "updates": 500, "as_published": False},
        trained=(-1.0, 1.0),
        class_index=0,
    )
    return replace(record, **fields)


def stepped(
    model: Model,
    **fields: Any,  # noqa: ANN401 - values of every field
) -> WalkRecord:
    """A walk of two step networks for single rows."""
    rng = torch.Generator().manual_seed(1)

    def net() -> StepNet:
        shapes = ((3, WIDTH), (3,), (WIDTH, 3), (WIDTH,))
        return StepNet(*(0.3 * torch.randn(shape, generator=rng) for shape in shapes))

    steps = StepWeights(net(), net(), 0.5, (1, 3), 0.9, torch.ones(WIDTH))
    plain = learned(model, vector=torch.zeros(0), unit_length=0.0, layers=(1, 3), **fields)
    return replace(plain, steps=steps)


@pytest.fixture
def shelf(tiny: Model, root: Path, tmp_path: Path) -> Shelf:
    return Shelf(ModelStore([root]), tmp_path / "shelf")


def test_everything_comes_back(shelf: Shelf, tiny: Model) -> None:
    family = [learned(tiny), stepped(tiny, is_rounded=True)]
    family[1] = replace(family[1], id="steer-zoom-abc123/steps")
    shelf.save(tiny.card.hash, "steer-zoom-abc123", family)
    for was in family:
        now = shelf.get("tiny", was.id)
        empty: dict[str, Any] = {"vector": torch.zeros(0), "steps": None}  # Any: two types of fields
        assert repr(replace(now, **empty)) == repr(replace(was, **empty))
        assert torch.equal(now.vector, was.vector)
        assert now.digest == was.digest
        ws = torch.randn(2, ROWS, WIDTH, generator=torch.Generator().manual_seed(0))
        assert torch.equal(now.walk.apply(ws, 0.8), was.walk.apply(ws, 0.8))
        assert not torch.equal(now.walk.apply(ws, 0.8), ws)


def test_a_row_has_its_own_direction(tiny: Model) -> None:
    record = learned(tiny)
    moved = record.walk.restricted((1, 3)).apply(torch.zeros(1, ROWS, WIDTH), 0.5)
    assert torch.allclose(moved[0, 1:3], record.vector[1:3])
    assert not moved[0, [0, 3]].any()


def test_the_digest_is_of_what_moves_latents_alone(tiny: Model) -> None:
    plain, steps = learned(tiny), stepped(tiny)
    assert replace(plain, title="other", low=-9.0, hidden=True, trained=None).digest == plain.digest
    turned = replace(plain, vector=plain.vector.flip(0))
    others = {turned.digest, replace(plain, unit_length=3.0).digest, replace(plain, layers=(0, 2)).digest}
    others |= {steps.digest, replace(steps, is_rounded=True).digest}
    assert len(others | {plain.digest}) == 6


def test_a_step_walk_goes_so_many_steps_at_most(tiny: Model) -> None:
    assert learned(tiny).furthest == 1000.0
    assert stepped(tiny).furthest == MAX_STEPS * 0.5
    # As wide as a file may hold: 60 MB in two networks.
    wide = StepNet(
        *(torch.zeros(1).expand(shape) for shape in ((1936, 1936), (1936,), (1936, 1936), (1936,)))
    )
    large = replace(stepped(tiny), steps=StepWeights(wide, wide, 0.5))
    assert 64 * 0.5 <= large.furthest < 80 * 0.5


def test_files_of_the_first_format_are_read(shelf: Shelf, tiny: Model) -> None:
    """As the version before wrote them: vectors in one tensor [K, D], and none of the newer fields."""
    described = [
        {
            "id": f"pca-w/{k}", "title": f"Component {k}", "method": "pca", "space": "w", "unit": "sd",
            "low": -2.5, "high": 3.25, "psi": 0.7, "strength": 0.125, "generator_hash": tiny.card.hash,
            "unit_length": 1.75, "layers": [0, 2], "settings": {"samples": 10},
        }
        for k in range(3)
    ]  # fmt: skip
    metadata = {"format": "1", "generator_hash": tiny.card.hash, "walks": json.dumps(described)}
    path = tiny.folder / "walks" / "pca-w.safetensors"
    path.parent.mkdir()
    path.write_bytes(save({"vectors": torch.eye(WIDTH)[:3]}, metadata))
    records = shelf.walks("tiny")
    assert [record.vector.tolist() for record in records] == torch.eye(WIDTH)[:3].tolist()
    assert {record.trained for record in records} == {None}
    path.write_bytes(save({"vectors": torch.eye(WIDTH)[:2]}, metadata))
    assert shelf.walks("tiny") == ()


def test_bytes_are_read_as_files_are(tiny: Model, tmp_path: Path) -> None:
    family = WalkFamily(tiny.card.hash, (learned(tiny), replace(stepped(tiny), id="steer-zoom-abc123/2")))
    path = tmp_path / "steer-zoom-abc123.safetensors"
    write_family(path, family)
    ways = read_family(path), unpack_family(path.read_bytes(), "x")
    assert [r.digest for r in ways[0].records] == [r.digest for r in ways[1].records]
    assert [r.id for r in ways[1].records] == [r.id for r in family.records]


@pytest.mark.parametrize(
    "data", [b"", b"\xff" * 64, b"\x02" + b"\0" * 7 + b"{}", save({"x": torch.zeros(1)}), b"[" * 100_000]
)
def test_bytes_that_are_no_walks(data: bytes) -> None:
    with pytest.raises(WeightsInvalid):
        unpack_family(data, "x")


BAD: list[tuple[str, dict[str, Any]]] = [  # Any: values of every field
    ("row vector in z", {"space": "z"}),
    ("cube", {"vector": torch.zeros(1, 1, 1)}),
    ("not finite", {"vector": torch.full((ROWS, WIDTH), float("inf"))}),
    ("not of norm 1", {"vector": torch.ones(ROWS, WIDTH)}),
    ("trained backwards", {"trained": (1.0, -1.0)}),
    ("reachable without end", {"reachable": (0.0, float("nan"))}),
    ("class below zero", {"class_index": -1}),
    ("class that is a truth value", {"class_index": True}),
    ("far too long", {"unit_length": 1e30}),
    ("settings that nest", {"settings": {"a": {"b": 1}}}),
    ("strange id", {"id": "../../etc/passwd"}),
]


@pytest.mark.parametrize(("name", "change"), BAD, ids=[name for name, _ in BAD])
def test_numbers_of_strangers_are_looked_at(tiny: Model, name: str, change: dict[str, Any]) -> None:
    data = pack_family(WalkFamily(tiny.card.hash, (learned(tiny, **change),)))
    with pytest.raises(WeightsInvalid):
        unpack_family(data, name)


def _tampered(record: WalkRecord, tensors: dict[str, Tensor], **described: object) -> bytes:
    """The file of a walk with tensors replaced (or taken out, where None) and fields overwritten."""
    family = WalkFamily(record.generator_hash, (record,))
    text = json.loads(_metadata(pack_family(family))["walks"])
    text[0] |= described
    own = {f"0.{name}": t for name, t in {**record.tensors(), **tensors}.items() if t.numel()}
    metadata = {"format": "2", "generator_hash": record.generator_hash, "walks": json.dumps(text)}
    return save(own, metadata)


def _metadata(data: bytes) -> dict[str, str]:
    header: dict[str, dict[str, str]] = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
    return header["__metadata__"]


@pytest.mark.parametrize(
    "change", [{"high": 1e4}, {"saturated": [-1e9, 1e9]}, {"trained": [1.0]}, {"steps": {}}, {"x": 1}]
)
def test_fields_that_no_wend_writes(tiny: Model, change: dict[str, object]) -> None:
    assert unpack_family(_tampered(learned(tiny), {}), "x").records
    with pytest.raises(WeightsInvalid):
        unpack_family(_tampered(learned(tiny), {}, **change), "x")


def test_what_is_written_can_be_read(shelf: Shelf, tiny: Model) -> None:
    far = learned(tiny, high=1500.0, trained=(-1500.0, 1500.0), settings={"loss": float("nan")})
    shelf.save(tiny.card.hash, far.family, [far])
    kept = shelf.get("tiny", far.id)
    assert (kept.high, kept.trained, kept.settings) == (1000.0, (-1000.0, 1000.0), {"loss": "nan"})
    with pytest.raises(WeightsInvalid, match="norm 1"):
        shelf.save(tiny.card.hash, far.family, [learned(tiny, vector=torch.zeros(ROWS, WIDTH))])
    assert shelf.get("tiny", far.id).high == 1000.0


STEPS = {"size": 0.5, "rows": [1, 3], "pull": 0.9, "is_rounded": False}


@pytest.mark.parametrize(
    ("tensors", "steps"),
    [
        ({"forward.into": torch.zeros(0)}, STEPS),
        ({"center": torch.zeros(0)}, STEPS),
        ({"forward.into": torch.zeros(3, 7)}, STEPS),
        ({"forward.out": torch.full((WIDTH, 3), float("nan"))}, STEPS),
        ({"extra": torch.ones(1)}, STEPS),
        ({}, STEPS | {"size": 0.0}),
        ({}, STEPS | {"size": 1e-9}),
        ({}, STEPS | {"rows": [3, 1]}),
        ({}, STEPS | {"pull": 1e9}),
        ({}, STEPS | {"is_rounded": "yes"}),
        ({}, None),
    ],
)
def test_step_networks_of_strangers_are_looked_at(
    tiny: Model, tensors: dict[str, Tensor], steps: dict[str, object] | None
) -> None:
    assert unpack_family(_tampered(stepped(tiny), {}, steps=STEPS), "x").records
    with pytest.raises(WeightsInvalid):
        unpack_family(_tampered(stepped(tiny), tensors, steps=steps), "x")


@pytest.mark.parametrize(
    ("change", "fits"),
    [
        ({}, True),
        ({"vector": torch.eye(WIDTH)[0]}, True),
        ({"vector": torch.eye(WIDTH + 1)[0]}, False),
        ({"vector": torch.ones(ROWS + 1, WIDTH)}, False),
        ({"space": "z"}, False),
    ],
)
def test_what_fits_a_generator(tiny: Model, change: dict[str, Any], fits: bool) -> None:
    assert has_width(learned(tiny, **change), WIDTH, ROWS) is fits


def test_step_walks_that_fit(tiny: Model) -> None:
    steps = stepped(tiny)
    assert has_width(steps, WIDTH, ROWS)
    assert not has_width(steps, WIDTH + 1, ROWS)
    assert not has_width(steps, WIDTH, 2), "trained on rows that are not there"
    weights = steps.steps
    assert weights is not None
    assert not has_width(replace(steps, steps=replace(weights, center=torch.ones(2))), WIDTH, ROWS)


def test_a_walk_of_a_class_that_is_not_there_is_left_out(
    shelf: Shelf, tiny: Model, caplog: pytest.LogCaptureFixture
) -> None:
    shelf.save(tiny.card.hash, "steer-zoom-abc123", [learned(tiny, class_index=1)])
    with caplog.at_level(logging.WARNING):
        assert shelf.walks("tiny") == ()
    assert "class" in caplog.text


def test_a_file_that_is_too_large_is_not_read(tiny: Model, tmp_path: Path) -> None:
    path = tmp_path / "large.safetensors"
    with path.open("wb") as file:
        file.truncate(65 * 2**20)
    with pytest.raises(WeightsInvalid, match="larger"):
        read_family(path)


def test_walk_files_hold_tensors_and_text_alone(tiny: Model, tmp_path: Path) -> None:
    path = tmp_path / "steer-zoom-abc123.safetensors"
    write_family(path, WalkFamily(tiny.card.hash, (stepped(tiny, hidden=True, pinned=True),)))
    with safe_open(path, framework="pt", device="cpu") as file:
        names = set(file.keys())
        told = json.loads(file.metadata()["walks"])[0]
    assert names == {f"0.{name}" for name in stepped(tiny).tensors()}
    assert not {"hidden", "pinned"} & told.keys(), "what people want is theirs"
