"""Pictures of codes: found latents go where drawn ones go, and are moved and mixed like them."""

from dataclasses import dataclass

import numpy as np
import pytest
import torch

from tests.engine.conftest import Library
from tests.engine.library import ROWS, WIDTH
from tests.pictures.test_blends import resident
from wend.documents.picture import Picture
from wend.errors import CodeNotFound, InvalidPicture
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
