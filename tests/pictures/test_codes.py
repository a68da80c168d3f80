"""Pictures of codes: found latents go where drawn ones go, and are moved and mixed like them."""

from dataclasses import dataclass

import numpy as np
import pytest
import torch

from tests.engine.conftest import Library
from tests.engine.library import ROWS, WIDTH
from tests.pictures.children import publish_child
from tests.pictures.test_blends import resident
from wend.documents.picture import Picture
from wend.engine.residency import Residency
from wend.errors import CodeBehindMapping, CodeNotFound, InvalidPicture
from wend.latents.seed import z_of_seeds
from wend.latents.truncation import truncate
from wend.library.codes import Code, CodeSpace
from wend.pictures.latents import LatentFinder, latent_of
from wend.pictures.resolve import Resolver


@dataclass(frozen=True)
class Kept:
    """Ids of one code in every space."""

    z: str
    w: str
    rows: str


def numbers(*shape: int) -> "np.typing.NDArray[np.float32]":
    return np.random.RandomState(3).randn(*shape).astype(np.float32)


@pytest.fixture
def kept(library: Library) -> Kept:
    def put(space: CodeSpace, *shape: int) -> str:
        return library[1].codes.put(Code(space, numbers(*shape))).id

    return Kept(put("z", WIDTH), put("w", WIDTH), put("w+", ROWS, WIDTH))


def of(code: str, **fields: object) -> Picture:
    return Picture.model_validate({"model": "tiny", "latent": {"kind": "code", "code": code}, **fields})


def test_each_space_is_taken_up_where_it_lies(library: Library, kept: Kept) -> None:
    tiny, resolver = resident(library), Resolver(library[1])
    z = torch.from_numpy(numbers(WIDTH))[None]
    assert torch.equal(resolver.resolve(of(kept.z, psi=1.0), tiny).ws[:, 0], tiny.exact.mapping(z))
    w = resolver.resolve(of(kept.w, psi=1.0), tiny).ws
    assert torch.allclose(w, z[:, None].expand(1, ROWS, -1), atol=1e-6)
    rows = torch.from_numpy(numbers(ROWS, WIDTH))[None]
    assert torch.allclose(resolver.resolve(of(kept.rows, psi=1.0), tiny).ws, rows, atol=1e-6)
    half = resolver.resolve(of(kept.rows, psi=0.5), tiny).ws
    assert torch.equal(half, truncate(rows, tiny.exact.center(None), 0.5, None))


def test_walks_move_it(library: Library, kept: Kept) -> None:
    tiny, resolver = resident(library), Resolver(library[1])
    # test/0 lies in w, test/1 in z.
    moved = resolver.resolve(of(kept.rows, edits=[{"walk": "test/0", "alpha": 1.0}]), tiny).ws
    assert not torch.equal(moved, resolver.resolve(of(kept.rows), tiny).ws)
    in_z = [{"walk": "test/1", "alpha": 1.0}]
    assert not torch.equal(
        resolver.resolve(of(kept.z, edits=in_z), tiny).ws, resolver.resolve(of(kept.z), tiny).ws
    )
    with pytest.raises(InvalidPicture, match="no z is known"):
        resolver.resolve(of(kept.w, edits=in_z), tiny)


@pytest.mark.parametrize("path", ["lerp", "slerp"])
def test_it_blends_with_seeds(library: Library, kept: Kept, path: str) -> None:
    tiny, resolver = resident(library), Resolver(library[1])
    parts = [{"code": kept.rows, "weight": 0.25}, {"seed": 7, "weight": 0.75}]
    latent = {"kind": "blend", "path": path, "parts": parts}
    got = resolver.resolve(Picture.model_validate({"model": "tiny", "latent": latent, "psi": 1.0}), tiny).ws
    w = tiny.exact.mapping(z_of_seeds([7], WIDTH))[:, None]
    expected = 0.25 * torch.from_numpy(numbers(ROWS, WIDTH))[None] + 0.75 * w
    assert torch.allclose(got, expected, atol=1e-5)


def test_what_does_not_fit_is_said(library: Library) -> None:
    tiny, resolver = resident(library), Resolver(library[1])
    wide = library[1].codes.put(Code("w", numbers(WIDTH + 1)))
    with pytest.raises(InvalidPicture, match="code of shape"):
        resolver.resolve(of(wide.id), tiny)
    with pytest.raises(CodeNotFound):
        resolver.resolve(of("0" * 64), tiny)


def test_its_ws_go_out(library: Library, kept: Kept) -> None:
    tiny = resident(library)
    picture = of(kept.rows, psi=0.7, edits=[{"walk": "test/0", "alpha": 1.0}])
    ws = latent_of(library[1], picture)
    assert np.array_equal(ws, Resolver(library[1]).resolve(picture, tiny).ws.numpy())


def test_files_are_read_once(own_library: Library) -> None:
    """Of codes, at each frame; of weights, for one export after another."""
    store, shelf = own_library
    tiny, resolver, finder = resident(own_library), Resolver(shelf), LatentFinder(shelf)
    code = shelf.codes.put(Code("z", numbers(WIDTH))).id
    first = resolver.resolve(of(code), tiny).ws
    assert np.array_equal(finder.latent(of(code, psi=1.0)), latent_of(shelf, of(code, psi=1.0)))
    (store.get("tiny").folder / "weights.safetensors").unlink()
    assert np.allclose(finder.latent(of(code)), first.numpy(), atol=1e-5)
    (file,) = store.roots[0].parent.rglob(f"{code}.safetensors")
    file.unlink()
    with pytest.raises(CodeNotFound):
        shelf.codes.get(code)
    assert torch.equal(resolver.resolve(of(code), tiny).ws, first)


def test_a_child_draws_its_parents_z_and_refuses_its_parents_w(own_library: Library) -> None:
    """C12: a w lies behind the one part that was customised."""
    store, shelf = own_library
    parent = store.get("tiny").card.hash
    child = publish_child(shelf, "tiny", "child").card
    loaded = Residency(store, torch.device("cpu"), 2**30).get("child")

    def put(space: CodeSpace, found_in: str, *shape: int) -> Picture:
        # The same numbers are kept once, with where they were found first.
        values = numbers(*shape) + int(found_in[:4] or "0", 16) / 2**16
        code = shelf.codes.put(Code(space, values, generator_hash=found_in)).id
        return of(code).model_copy(update={"model": "child", "psi": 1.0})

    z = put("z", parent, WIDTH)
    mapped = loaded.exact.mapping(torch.from_numpy(numbers(WIDTH) + int(parent[:4], 16) / 2**16)[None])
    assert torch.equal(Resolver(shelf).resolve(z, loaded).ws[:, 0], mapped)
    spaces: tuple[tuple[CodeSpace, tuple[int, ...]], ...] = (("w", (WIDTH,)), ("w+", (ROWS, WIDTH)))
    for space, shape in spaces:
        with pytest.raises(CodeBehindMapping, match=r"found in w\+? of tiny"):
            Resolver(shelf).resolve(put(space, parent, *shape), loaded)
    # Its own, those of strangers and those of nobody knows what are as good as ever.
    for found_in in (child.hash, store.get("other").card.hash, ""):
        Resolver(shelf).resolve(put("w", found_in, WIDTH).model_copy(update={"noise_seed": None}), loaded)


def test_the_latent_of_a_picture_between_two_models_lies_between(own_library: Library) -> None:
    _, shelf = own_library
    publish_child(shelf, "tiny", "child")
    finder = LatentFinder(shelf)

    def latent(model: str, blend: float | None) -> "np.typing.NDArray[np.float32]":
        mixed = None if blend is None else {"model": "child", "weight": blend, "how": "w"}
        return finder.latent(
            Picture.model_validate({"model": model, "latent": {"seed": 3}, "model_blend": mixed})
        )

    ends = latent("tiny", None), latent("child", None)
    assert np.allclose(latent("tiny", 0.25), 0.75 * ends[0] + 0.25 * ends[1], atol=1e-5)
