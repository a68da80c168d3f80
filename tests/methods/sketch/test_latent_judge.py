"""Owner of the latent judge: it tells from w what D_Y says of pictures; runs with it go on as they were."""

from pathlib import Path

import pytest
import torch
from torch import Tensor

from tests.methods.sketch.test_training import tensors_of
from tests.methods.sketch.toys import small_training
from wend.errors import Diverged
from wend.generators.generator import synthesize
from wend.methods.sketch import latent_judge
from wend.methods.sketch.latent_judge import WAITS, LatentJudge
from wend.methods.sketch.training import MAX_BAD, SketchTraining
from wend.optim.checkpoint import load_checkpoint, save_checkpoint


def taught_by_latents(folder: Path, **changes: object) -> SketchTraining:
    """A training without a judge of pictures, which follows what is told from w."""
    told: dict[str, object] = {"gradient": "latents", "image_weight": 0.0, **changes}
    return small_training(folder, 3, **told)


def ink(maps: Tensor) -> Tensor:
    """A judge that likes little ink: logits [N, 1], about as far apart as a trained one's."""
    return 20.0 * maps.mean(dim=(1, 2, 3))[:, None] - 3.0


def drawn(training: SketchTraining, z: Tensor) -> tuple[Tensor, Tensor]:
    """w of z, and what F draws of the pictures."""
    parent = training.parent
    w = parent.mapping(z)
    ws = w[:, None].expand(-1, parent.spec.num_ws, -1)
    return w, training.extractor.maps(synthesize(parent, ws, parent.constant_noise()).clamp(-1.0, 1.0))


def test_after_a_few_questions_it_tells_from_w_what_a_judge_says_of_the_picture(tmp_path: Path) -> None:
    training = taught_by_latents(tmp_path)
    latent = LatentJudge(training.parent, training.extractor, seed=0)
    rng = torch.Generator().manual_seed(5)
    for _ in range(2 * WAITS):
        latent.ask(ink)
    with torch.no_grad():
        w, maps = drawn(training, torch.randn(256, 8, generator=rng))
        said, told = ink(maps)[:, 0], latent.tells(w)
    assert torch.corrcoef(torch.stack([said, told]))[0, 1] > 0.8
    # Its loss is the one of the pictures themselves, as it tells them.
    assert latent.loss(w) == pytest.approx(float(torch.nn.functional.softplus(-told).mean()))


def test_it_is_asked_of_the_pupils_own_pictures_too_and_of_the_newest(tmp_path: Path) -> None:
    training = taught_by_latents(tmp_path)
    latent = LatentJudge(training.parent, training.extractor, seed=0)
    asked: list[Tensor] = []

    def says(maps: Tensor) -> Tensor:
        asked.append(maps)
        return ink(maps)

    latent.ask(says)
    assert [len(maps) for maps in asked] == [48], "the parent's alone"
    w = training.parent.mapping(torch.zeros(2, 8))
    black = -torch.ones(2, 1, 32, 32)
    latent.remember(w, black)
    latent.ask(says)
    own = asked.pop()
    assert torch.equal(own, black[:1].expand(48, -1, -1, -1))
    for _ in range(256):
        latent.remember(w, -black)
    latent.ask(says)
    assert bool((asked.pop() == 1.0).all()), "the first are forgotten"


def test_a_third_of_all_answers_is_kept_and_the_more_the_less_doubt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(latent_judge, "_ANSWERS", 96)
    monkeypatch.setattr(latent_judge, "_MOST", 384)
    training = taught_by_latents(tmp_path)
    latent = LatentJudge(training.parent, training.extractor, seed=0)
    kept, doubts = [], []
    for _ in range(26):
        latent.ask(ink)
        answers = latent.state_dict()["answers"]
        kept.append(len(answers[1]))  # type: ignore[index]  # three tensors
        doubts.append(latent.doubt)
    # 48 answers at a time.
    assert kept[:6] == [48, 96, 96, 96, 96, 96]
    assert kept[11] == 192
    assert kept[23:] == [384, 384, 384]
    assert doubts[0] == doubts[5] == 1.0
    assert doubts[11] == pytest.approx(0.5**0.5)
    assert doubts[-1] == 0.5


def test_the_way_costs_less_where_there_is_less_doubt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def price(doubt: float) -> float:
        training = taught_by_latents(tmp_path / str(doubt), trainable="z_warp", iterations=WAITS + 1)
        for number in training.pupil.parameters:
            number.data.add_(0.1)
        training.update = WAITS
        monkeypatch.setattr(LatentJudge, "doubt", doubt)
        return training.step()["displacement"]

    assert price(0.5) == pytest.approx(0.5 * price(1.0))


def test_d_y_learns_alone_at_first_and_then_the_pupil_follows(tmp_path: Path) -> None:
    training = taught_by_latents(tmp_path, trainable="z_warp", iterations=WAITS + 2)
    before = training.pupil.weights()
    training.update = WAITS - 2
    while training.update < WAITS:
        losses = training.step()
        assert "sketch" not in losses
        assert "judge of drawings" in losses
    same = (torch.equal(before[name], now) for name, now in training.pupil.weights().items())
    assert all(same)
    losses = training.step()
    assert {"sketch", "displacement"} <= set(losses)
    assert any(not torch.equal(before[name], now) for name, now in training.pupil.weights().items())


def test_the_judge_of_pictures_is_followed_through_pictures(tmp_path: Path) -> None:
    training = small_training(tmp_path, gradient="latents", iterations=WAITS + 1, image_weight=0.2)
    training.update = WAITS - 2
    while training.update < WAITS:
        assert "image" not in training.step()
    assert {"sketch", "image"} <= set(training.step())


def test_mixed_styles_have_no_w_of_their_own_and_are_not_remembered(tmp_path: Path) -> None:
    training = taught_by_latents(tmp_path, style_mixing=1.0)
    training.step()
    assert training.latent is not None
    assert len(training.latent.state_dict()["recent"][0]) == 0  # type: ignore[index]  # two tensors


def test_an_answer_that_is_no_number_is_not_kept_and_counts_as_bad(tmp_path: Path) -> None:
    training = taught_by_latents(tmp_path, trainable="z_warp", iterations=WAITS + 40)
    latent = training.latent
    assert latent is not None
    assert latent.ask(ink)
    w = training.parent.mapping(torch.randn(4, 8, generator=torch.Generator().manual_seed(5)))
    before, answers = latent.tells(w), len(latent.state_dict()["answers"][1])  # type: ignore[index]  # tensors

    def faulty(maps: Tensor) -> Tensor:
        said = ink(maps)
        said[3] = float("nan")
        return said

    assert not latent.ask(faulty)
    assert torch.equal(latent.tells(w), before)
    assert len(latent.state_dict()["answers"][1]) == answers  # type: ignore[index]  # tensors
    training.judges.says = faulty  # type: ignore[method-assign]  # a judge that has gone wrong
    for _ in range(MAX_BAD - 1):
        training.step()
    with pytest.raises(Diverged):
        training.step()


def test_c14_a_resumed_run_equals_an_unbroken_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(latent_judge, "_ANSWERS", 96)

    def begun(name: str) -> SketchTraining:
        training = taught_by_latents(tmp_path / name, trainable="z_warp", iterations=WAITS + 4, slowing=2)
        training.update = WAITS - 2
        return training

    whole, first, second = begun("a"), begun("b"), begun("c")
    while not whole.is_done:
        whole.step()
    while first.update < WAITS + 2:
        first.step()
    save_checkpoint(tmp_path / "state.safetensors", first.state_dict())
    second.load_state_dict(load_checkpoint(tmp_path / "state.safetensors"))
    while not second.is_done:
        second.step()
    assert second.looks == whole.looks
    assert whole.latent is not None
    assert second.latent is not None
    assert second.latent.doubt == whole.latent.doubt < 1.0
    assert second.latent.state_dict()["given"] == whole.latent.state_dict()["given"]
    for one, other in zip(tensors_of(whole.state_dict()), tensors_of(second.state_dict()), strict=True):
        assert torch.equal(one, other)
