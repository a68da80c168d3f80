"""Codes found layer by layer: what they add behind layers is drawn, moved, mixed and blended."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.engine.conftest import Library
from tests.engine.library import ROWS, WIDTH
from tests.pictures.test_blends import resident
from tests.pictures.test_codes import numbers, of
from wend.documents.picture import Picture
from wend.engine.precision import LiveMode
from wend.engine.render import LiveFrame, render_live
from wend.engine.request import ViewKey
from wend.engine.residency import Resident
from wend.engine.states import StateCache
from wend.errors import CodeNotFound, InvalidPicture
from wend.generators.split import Split, held_noise
from wend.library.codes import Code, CodeStore
from wend.pictures.final import draw_final
from wend.pictures.resolve import Resolver

SIDES = {0: 4, 1: 8}  # behind b4.conv1 and b8.conv0


def _corrections() -> "dict[int, np.typing.NDArray[np.float32]]":
    rng = np.random.RandomState(5)
    return {row: rng.randn(16, side, side).astype(np.float32) for row, side in SIDES.items()}


def _put(library: Library, **changes: object) -> str:
    found = Code("w", numbers(WIDTH), "me", resident(library).hash, _corrections())
    return library[1].codes.put(replace(found, **changes)).id  # type: ignore[arg-type]  # names are a code's own


def test_they_are_kept_with_the_code_and_part_of_its_name(library: Library) -> None:
    code = library[1].codes.get(_put(library))
    assert sorted(code.corrections) == [0, 1]
    assert all(np.array_equal(code.corrections[row], _corrections()[row]) for row in SIDES)
    plain = _put(library, corrections={})
    assert plain != code.id
    assert plain == Code("w", numbers(WIDTH)).digest
    assert _put(library, corrections={0: _corrections()[0]}) not in (plain, code.id)


def test_damaged_ones_are_not_found(library: Library, tmp_path: Path) -> None:
    store = CodeStore(tmp_path)
    stored = store.put(Code("w", numbers(WIDTH), "", "", _corrections()))
    file = tmp_path / f"{stored.id}.safetensors"
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.write_bytes(bytes(data))
    with pytest.raises(CodeNotFound):
        store.get(stored.id)


def test_it_is_drawn_as_the_split_draws_it(library: Library) -> None:
    tiny, resolver = resident(library), Resolver(library[1])
    resolved = resolver.resolve(of(_put(library), psi=1.0), tiny)
    split = Split(tiny.exact, "b8.conv1", held_noise(tiny.exact))
    added = {row + 1: torch.from_numpy(each)[None] for row, each in _corrections().items()}
    with torch.inference_mode():
        wanted = split.draw(torch.from_numpy(numbers(WIDTH))[None], added)
        plain = split.draw(torch.from_numpy(numbers(WIDTH))[None])
    assert torch.allclose(draw_final(tiny.exact, resolved).image, wanted, atol=1e-5)
    assert not torch.allclose(wanted, plain, atol=1e-2)


def test_without_noise_it_is_drawn_too(library: Library) -> None:
    tiny, resolver = resident(library), Resolver(library[1])
    resolved = resolver.resolve(of(_put(library), psi=1.0, noise_seed=None), tiny)
    added = {row + 1: torch.from_numpy(each)[None] for row, each in _corrections().items()}
    with torch.inference_mode():
        wanted = Split(tiny.exact, "b8.conv1").draw(torch.from_numpy(numbers(WIDTH))[None], added)
    assert torch.allclose(draw_final(tiny.exact, resolved).image, wanted, atol=1e-5)


def test_live_pictures_in_one_batch_are_those_of_each_alone(library: Library) -> None:
    tiny, resolver = resident(library), Resolver(library[1])
    mode = LiveMode("float32", 0.0, 1.0, 1.0, "")
    live = Resident("tiny", tiny.hash, tiny.exact, tiny.exact, mode, 0)
    code = _put(library)
    pictures = [
        of(code, psi=1.0),
        of(code, psi=1.0, edits=({"walk": "test/0", "alpha": 1.0},)),
        Picture.model_validate({"model": "tiny", "latent": {"kind": "seed", "seed": 2}}),
        Picture.model_validate({"model": "tiny", "latent": {"kind": "seed", "seed": 3}, "noise_seed": None}),
    ]
    resolved = [resolver.resolve(picture, tiny) for picture in pictures]
    frames = [LiveFrame(ViewKey(str(index), 0), each) for index, each in enumerate(resolved)]
    states = StateCache(50_000_000)
    together, _ = render_live(live, frames, states)
    for frame, shown in zip(frames, together, strict=True):
        alone, _ = render_live(live, [frame], StateCache(50_000_000))
        assert torch.allclose(shown.image, alone[0].image, atol=1e-5)
        assert torch.allclose(shown.image, draw_final(tiny.exact, frame.picture).image, atol=1e-5)
    # What is kept of one picture is no start for the same latent without its corrections.
    plain = resolver.resolve(of(_put(library, corrections={}), psi=1.0), tiny)
    other, reused = render_live(live, [LiveFrame(ViewKey("0", 0), plain)], states)
    assert reused == 0
    assert torch.allclose(other[0].image, draw_final(tiny.exact, plain).image, atol=1e-5)


def test_half_way_to_another_they_count_half_and_rows_of_another_have_its_own(library: Library) -> None:
    tiny, resolver = resident(library), Resolver(library[1])
    code = _put(library)
    latent = {
        "kind": "blend", "path": "lerp",
        "parts": [{"code": code, "weight": 0.5}, {"seed": 4, "weight": 0.5}],
    }  # fmt: skip
    half = resolver.resolve(Picture.model_validate({"model": "tiny", "latent": latent}), tiny)
    assert half.noise is not None
    assert torch.allclose(half.noise[0][0, 1:], 0.5 * torch.from_numpy(_corrections()[0]))  # type: ignore[index]  # it is there
    rows = ({"layers": {"start": 0, "end": 1}, "latent": {"kind": "seed", "seed": 4}},)
    mixed = resolver.resolve(of(code, mix=rows), tiny)
    assert mixed.noise is not None
    assert [each.shape[1] for each in mixed.noise[:3] if each is not None] == [1, 17, 1]
    assert ROWS == 6


def test_those_of_another_models_layers_are_refused(library: Library) -> None:
    code = _put(library, generator_hash="0" * 64, values=numbers(WIDTH) + 1.0)
    with pytest.raises(InvalidPicture, match="layers of another model"):
        Resolver(library[1]).resolve(of(code), resident(library))
