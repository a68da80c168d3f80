"""Owner of latents and noise between seeds, as they reach synthesis."""

from pathlib import Path

import pytest
import torch

from tests.engine.conftest import Library
from tests.engine.library import CLASSY, ROWS, WIDTH
from wend.documents.picture import Picture
from wend.engine.precision import LiveMode
from wend.engine.residency import Resident
from wend.errors import InvalidPicture
from wend.generators.biggan import BigGANConfig, BigGANGenerator
from wend.latents.blend import blend_noise, blend_on_sphere
from wend.latents.seed import noise_map, z_of_seeds
from wend.library.models import ModelStore
from wend.library.shelf import Shelf
from wend.pictures.resolve import Resolver

PARTS = ((3, 0.5), (7, 0.7), (11, -0.2))
BIGGAN = {
    "widths": "4,2,1", "channel_width": 8, "z_dim": 6, "embed_dim": 4, "c_dim": 3,
    "attention_resolution": 8, "reduction": 2,
}  # fmt: skip


def resident(library: Library, model: str = "tiny") -> Resident:
    store, _ = library
    generator = store.load(model, torch.device("cpu"))
    mode = LiveMode("float32", 0, 1, 1, "")
    return Resident(model, store.get(model).card.hash, generator, generator, mode, 0)


def between(
    *parts: tuple[int, float] | tuple[int, float, int], path: str = "lerp", **fields: object
) -> Picture:
    names = ("seed", "weight", "class_index")
    latent = {"kind": "blend", "path": path, "parts": [dict(zip(names, p, strict=False)) for p in parts]}
    return Picture.model_validate({"model": "tiny", "latent": latent, **fields})


def alone(seed: int, **fields: object) -> Picture:
    return Picture.model_validate({"model": "tiny", "latent": {"seed": seed}, **fields})


def test_a_sum_in_w_before_truncation_and_edits(library: Library) -> None:
    tiny, resolver = resident(library), Resolver(library[1])
    edits = [{"walk": "test/1", "alpha": 0.5}, {"walk": "test/0", "alpha": 1.5}]
    got = resolver.resolve(between(*PARTS, psi=0.6, psi_cutoff=4, edits=edits), tiny).ws
    ends = [resolver.resolve(alone(seed, psi=0.6, psi_cutoff=4, edits=edits), tiny).ws for seed, _ in PARTS]
    expected = sum(weight * end for (_, weight), end in zip(PARTS, ends, strict=True))
    assert torch.allclose(got, torch.as_tensor(expected), atol=1e-5)


def test_on_the_sphere_before_the_mapping(library: Library) -> None:
    tiny = resident(library)
    got = Resolver(library[1]).resolve(between((3, 0.25), (7, 0.75), path="slerp", psi=1.0), tiny).ws
    z = blend_on_sphere(z_of_seeds([3, 7], WIDTH), [0.25, 0.75])
    assert torch.equal(got[:, 0], tiny.exact.mapping(z))


def test_a_blend_of_one_is_that_seed(library: Library) -> None:
    tiny, resolver = resident(library), Resolver(library[1])
    expected = resolver.resolve(alone(3), tiny).ws
    for path in ("lerp", "slerp"):
        assert torch.equal(resolver.resolve(between((3, 1.0), path=path), tiny).ws, expected)


def test_what_is_remembered_of_one_blend_is_not_used_for_another(library: Library) -> None:
    tiny, kept = resident(library), Resolver(library[1])
    for weight in (0.2, 0.8):
        for path in ("lerp", "slerp"):
            picture = between((3, weight), (7, 1.0 - weight), path=path)
            fresh = Resolver(library[1]).resolve(picture, tiny).ws
            assert torch.equal(kept.resolve(picture, tiny).ws, fresh)


def test_noise_of_two_seeds(library: Library) -> None:
    tiny = resident(library)
    picture = alone(3, noise_blend=[{"seed": 1, "weight": 0.25}, {"seed": 2, "weight": 0.75}])
    resolved = Resolver(library[1]).resolve(picture, tiny)
    assert resolved.noise is not None
    for row, size in enumerate(tiny.exact.spec.noise_sizes):
        drawn = resolved.noise[row]
        assert (drawn is None) == (size == 0)
        if drawn is not None:
            maps = [noise_map(seed, row, size) for seed in (1, 2)]
            assert torch.equal(drawn, blend_noise(maps, [0.25, 0.75]))
    other = Resolver(library[1]).resolve(alone(3, noise_blend=[{"seed": 1, "weight": 1.0}]), tiny)
    assert other.noise_key != resolved.noise_key


def test_classes_lie_between_too(library: Library) -> None:
    classy, resolver = resident(library, CLASSY), Resolver(library[1])
    ends = [resolver.resolve(alone(3, model=CLASSY, class_index=k), classy).ws for k in (0, 2)]
    picture = between((3, 0.25, 0), (3, 0.75, 2), model=CLASSY, class_index=1)
    got = resolver.resolve(picture, classy).ws
    assert torch.allclose(got, 0.25 * ends[0] + 0.75 * ends[1], atol=1e-5)


def test_a_generator_whose_w_is_z_blends_on_the_sphere(tmp_path: Path) -> None:
    generator = BigGANGenerator(BigGANConfig(**BIGGAN), ("round", "square", "star"))  # type: ignore[arg-type]  # plain settings
    mode = LiveMode("float32", 0, 1, 1, "")
    loaded = Resident("big", "0" * 64, generator.eval(), generator, mode, 0)
    resolver = Resolver(Shelf(ModelStore([tmp_path]), tmp_path))
    picture = between((3, 0.5, 0), (7, 0.5, 2), psi=1.0, class_index=0)
    with torch.no_grad():
        got = resolver.resolve(picture, loaded).ws
        expected = generator.mapping(
            blend_on_sphere(z_of_seeds([3, 7], 6), [0.5, 0.5]), torch.tensor([[0.5, 0.0, 0.5]])
        )
    assert torch.equal(got[:, 0], expected)


def test_refuses_a_class_that_the_model_does_not_have(library: Library) -> None:
    with pytest.raises(InvalidPicture, match="none of the model's 0 classes"):
        Resolver(library[1]).resolve(between((3, 0.5, 0), (7, 0.5)), resident(library))


def test_rows_are_those_of_the_model(library: Library) -> None:
    assert Resolver(library[1]).resolve(between(*PARTS), resident(library)).ws.shape == (1, ROWS, WIDTH)
