"""Owner of the order of application: z walks, mapping, truncation, w edits."""

from dataclasses import replace
from typing import Any, Literal

import pytest
import torch

from tests.engine.conftest import Library
from tests.engine.library import CLASSY, ROWS, WIDTH
from wend.documents.picture import Edit, LayerRange, Picture, SeedLatent
from wend.engine.precision import LiveMode
from wend.engine.residency import Resident
from wend.errors import InvalidPicture, WalkNotFound
from wend.latents.seed import noise_map, z_of_seed
from wend.latents.steps import StepNet, StepWalk, StepWeights
from wend.library.walk_record import WalkRecord
from wend.pictures.resolve import Resolver


def resident(library: Library, model: str = "tiny") -> Resident:
    store, _ = library
    generator = store.load(model, torch.device("cpu"))
    return Resident(
        model, store.get(model).card.hash, generator, generator, LiveMode("float32", 0, 1, 1, ""), 0
    )


def picture(model: str = "tiny", **fields: object) -> Picture:
    return Picture.model_validate({"model": model, "latent": SeedLatent(seed=3), **fields})


def test_shapes(library: Library) -> None:
    tiny = resident(library)
    resolved = Resolver(library[1]).resolve(picture(), tiny)
    assert resolved.ws.shape == (1, ROWS, WIDTH)
    assert resolved.noise is not None
    assert [None if n is None else n.shape[2] for n in resolved.noise] == [
        size or None for size in tiny.exact.spec.noise_sizes
    ]


def test_everything_in_its_order(library: Library) -> None:
    tiny = resident(library)
    generator = tiny.exact
    w_walk, z_walk = (library[1].get("tiny", f"test/{k}") for k in (0, 1))
    # Given in the other order on purpose: z comes first whatever the list says.
    edits = (
        Edit(walk="test/0", alpha=1.5, layers=LayerRange(start=2, end=4)),
        Edit(walk="test/1", alpha=-0.7),
    )
    got = Resolver(library[1]).resolve(picture(edits=edits, psi=0.6, psi_cutoff=5), tiny).ws
    z = z_of_seed(3, WIDTH) - 0.7 * z_walk.vector
    w = generator.mapping(z)[:, None].repeat(1, ROWS, 1)
    w[:, :5] = generator.w_avg + 0.6 * (w[:, :5] - generator.w_avg)
    w[:, 2:4] += 1.5 * w_walk.vector
    assert torch.allclose(got, w, atol=1e-6)


def test_psi_one_without_edits_is_the_mapping_bit_for_bit(library: Library) -> None:
    tiny = resident(library)
    ws = Resolver(library[1]).resolve(picture(psi=1.0), tiny).ws
    w = tiny.exact.mapping(z_of_seed(3, WIDTH))
    assert all(torch.equal(ws[:, row], w) for row in range(ROWS))


def test_an_edit_of_strength_zero_changes_no_bit(library: Library) -> None:
    tiny, resolver = resident(library), Resolver(library[1])
    plain = resolver.resolve(picture(), tiny).ws
    edits = (Edit(walk="test/0", alpha=0.0), Edit(walk="test/1", alpha=0.0))
    assert torch.equal(resolver.resolve(picture(edits=edits), tiny).ws, plain)


def test_what_is_remembered_is_never_altered(library: Library) -> None:
    tiny, resolver = resident(library), Resolver(library[1])
    first = resolver.resolve(picture(), tiny).ws.clone()
    resolver.resolve(picture(psi=0.1, edits=(Edit(walk="test/0", alpha=3.0),)), tiny)
    assert torch.equal(resolver.resolve(picture(), tiny).ws, first)
    assert torch.equal(Resolver(library[1]).resolve(picture(), tiny).ws, first)


def test_models_do_not_share_latents(library: Library) -> None:
    resolver = Resolver(library[1])
    tiny = resolver.resolve(picture(), resident(library)).ws
    other = resolver.resolve(picture("other"), resident(library, "other")).ws
    assert not torch.equal(tiny, other)


def test_noise_is_that_of_its_seed(library: Library) -> None:
    tiny, resolver = resident(library), Resolver(library[1])
    noise = resolver.resolve(picture(noise_seed=6), tiny).noise
    assert noise is not None
    for row, size in enumerate(tiny.exact.spec.noise_sizes):
        drawn = noise[row]
        if size:
            assert drawn is not None
            assert torch.equal(drawn, noise_map(6, row, size))
        else:
            assert drawn is None
    assert resolver.resolve(picture(noise_seed=None), tiny).noise is None


def test_the_class_reaches_the_mapping(library: Library) -> None:
    classy, resolver = resident(library, CLASSY), Resolver(library[1])
    ws = [resolver.resolve(picture(CLASSY, class_index=k, psi=1.0), classy).ws for k in (0, 2)]
    expected = classy.exact.mapping(z_of_seed(3, WIDTH), torch.tensor([[0.0, 0.0, 1.0]]))
    assert torch.equal(ws[1][:, 0], expected)
    assert not torch.equal(ws[0], ws[1])


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"psi_cutoff": 7}, "psi_cutoff"),
        ({"class_index": 0}, "class_index"),
        ({"edits": (Edit(walk="test/0", alpha=1, layers=LayerRange(start=0, end=7)),)}, "edits.0.layers"),
        ({"edits": (Edit(walk="test/0", alpha=1, layers=LayerRange(start=4, end=2)),)}, "edits.0.layers"),
    ],
)
def test_refuses_what_does_not_fit(library: Library, fields: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidPicture) as refusal:
        Resolver(library[1]).resolve(picture("tiny", **fields), resident(library))
    assert refusal.value.values["field"] == field


@pytest.mark.parametrize("class_index", [None, 3])
def test_a_model_with_classes_wants_one(library: Library, class_index: int | None) -> None:
    with pytest.raises(InvalidPicture, match="from 0 to 2"):
        Resolver(library[1]).resolve(picture(CLASSY, class_index=class_index), resident(library, CLASSY))


def test_refuses_an_unknown_walk(library: Library) -> None:
    with pytest.raises(WalkNotFound):
        Resolver(library[1]).resolve(picture(edits=(Edit(walk="test/2", alpha=1.0),)), resident(library))


def learned(library: Library, **fields: Any) -> WalkRecord:  # noqa: ANN401 - values of every field
    """test/0 of the tiny model under another id, changed."""
    record = replace(library[1].get("tiny", "test/0"), id="steer-x-000000/x", **fields)
    library[1].save(record.generator_hash, record.family, [record])
    return record


def step_net(seed: int) -> StepNet:
    rng = torch.Generator().manual_seed(seed)
    shapes = ((8, WIDTH), (8,), (WIDTH, 8), (WIDTH,))
    return StepNet(*(0.1 * torch.randn(shape, generator=rng) for shape in shapes))


def test_a_row_of_its_own_for_every_layer(own_library: Library) -> None:
    tiny = resident(own_library)
    vector = torch.randn(ROWS, WIDTH, generator=torch.Generator().manual_seed(5))
    learned(own_library, vector=vector / vector.norm(), unit_length=2.0)
    resolver = Resolver(own_library[1])
    plain = resolver.resolve(picture(), tiny).ws
    edit = Edit(walk="steer-x-000000/x", alpha=0.5, layers=LayerRange(start=1, end=4))
    moved = resolver.resolve(picture(edits=(edit,)), tiny).ws
    assert torch.allclose(moved[0, 1:4] - plain[0, 1:4], (vector / vector.norm())[1:4], atol=1e-6)
    assert torch.equal(moved[:, 4:], plain[:, 4:])


@pytest.mark.parametrize("space", ["z", "w"])
def test_steps_are_taken_in_their_space(own_library: Library, space: Literal["z", "w"]) -> None:
    tiny = resident(own_library)
    weights = StepWeights(step_net(1), step_net(2), 10.0, (0, ROWS))
    learned(own_library, space=space, vector=torch.zeros(0), unit_length=0.0, steps=weights)
    edits = (Edit(walk="steer-x-000000/x", alpha=25.0),)
    got = Resolver(own_library[1]).resolve(picture(edits=edits, psi=0.6), tiny).ws
    walk = StepWalk(weights, space, (0, ROWS))
    z = z_of_seed(3, WIDTH)
    w = tiny.exact.mapping(walk.apply(z, 25.0) if space == "z" else z)[:, None].repeat(1, ROWS, 1)
    expected = tiny.exact.w_avg + 0.6 * (w - tiny.exact.w_avg)
    assert torch.allclose(got, expected if space == "z" else walk.apply(expected, 25.0), atol=1e-6)


def test_steps_have_a_limit(own_library: Library) -> None:
    steps = StepWeights(step_net(1), step_net(2), 0.5, (0, ROWS))
    record = learned(own_library, vector=torch.zeros(0), unit_length=0.0, steps=steps)
    edits = (Edit(walk=record.id, alpha=record.furthest + 0.5),)
    with pytest.raises(InvalidPicture, match="further than 128"):
        Resolver(own_library[1]).resolve(picture(edits=edits), resident(own_library))


def test_a_walk_learned_anew_under_its_id_is_used_at_once(own_library: Library) -> None:
    """A job that is run again writes the same id: what was remembered of it is of another walk."""
    tiny, resolver = resident(own_library), Resolver(own_library[1])
    edits = (Edit(walk="steer-x-000000/x", alpha=1.0),)
    found = []
    for seed in (1, 2):
        vector = torch.randn(WIDTH, generator=torch.Generator().manual_seed(seed))
        learned(own_library, space="z", vector=vector / vector.norm())
        found.append(resolver.resolve(picture(edits=edits), tiny).ws)
    fresh = Resolver(own_library[1]).resolve(picture(edits=edits), tiny).ws
    assert torch.equal(found[1], fresh)
    assert not torch.equal(found[0], found[1])


def test_a_walk_of_one_class_moves_every_class(own_library: Library) -> None:
    """The page says that it was learned on another; nothing is refused when a class is chosen."""
    classy, shelf = resident(own_library, CLASSY), own_library[1]
    record = replace(shelf.get(CLASSY, "test/0"), id="steer-x-000000/x", class_index=1)
    shelf.save(record.generator_hash, record.family, [record])
    edits = (Edit(walk=record.id, alpha=1.0),)
    ws = [
        Resolver(shelf).resolve(picture(CLASSY, class_index=2, edits=chosen), classy).ws
        for chosen in ((), edits)
    ]
    assert torch.allclose(ws[1] - ws[0], record.vector.expand(1, ROWS, WIDTH), atol=1e-6)
