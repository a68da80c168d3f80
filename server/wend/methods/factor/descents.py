"""Descents: many small problems gone down at once, each by itself, their evaluations in one batch."""

from collections.abc import Callable, Iterator

import torch
from torch import Tensor

from wend.measure.slices import Sliced
from wend.methods.descent import Descent
from wend.methods.factor.inversion import RowLosses


class Descents:
    """From codes [R, K] down, so many evaluations each at most, in chunks of rows.

    A line search keeps every step from going up, and a code stays near its start: it goes along gradients
    alone, where Adam moves every number alike. That is what a factor's line is read off.
    """

    def __init__(self, evaluate: RowLosses, codes: Tensor, evaluations: int, chunk: int) -> None:
        self._evaluate, self._chunk, self._evaluations = evaluate, chunk, evaluations
        self._device = codes.device
        self._wanted: list[Tensor | None] = [None] * len(codes)
        self._answers: list[tuple[float, Tensor] | None] = [None] * len(codes)
        starts = codes.detach().double().cpu()
        self._descents = [Descent(self._of(row), start) for row, start in enumerate(starts)]
        self._ways: list[Iterator[None] | None] = [d.run(evaluations) for d in self._descents]
        self.rounds = 0
        self.value = float("nan")
        for row in range(len(codes)):
            self._go_on(row)
        self._chunks = self._waiting()
        self._at = 0

    @property
    def is_done(self) -> bool:
        return not self._chunks

    @property
    def fraction(self) -> float:
        """0..1, of the most there may be."""
        inner = self._at / max(len(self._chunks), 1)
        return 1.0 if self.is_done else min((self.rounds + inner) / self._evaluations, 1.0 - 1e-9)

    @property
    def codes(self) -> Tensor:
        """The best found, float32 [R, K] on the device."""
        return torch.stack([descent.x for descent in self._descents]).float().to(self._device)

    def step(self) -> None:
        """One chunk of evaluations; after the last of a round every descent goes on."""
        rows = self._chunks[self._at]
        wanted = [x for x in (self._wanted[row] for row in rows) if x is not None]
        codes = torch.stack(wanted).float().to(self._device).requires_grad_(True)
        losses = self._evaluate(rows, codes)
        (gradient,) = torch.autograd.grad(losses.sum(), codes)
        gradient = gradient.double().cpu()
        for row, loss, own in zip(rows, losses.tolist(), gradient, strict=True):
            self._answers[row] = (loss, own)
        self._at += 1
        if self._at == len(self._chunks):
            self._end_round()

    def _end_round(self) -> None:
        for rows in self._chunks:
            for row in rows:
                self._go_on(row)
        self.rounds += 1
        self.value = sum(descent.value for descent in self._descents) / len(self._descents)
        self._chunks, self._at = self._waiting(), 0

    def _waiting(self) -> list[list[int]]:
        rows = [row for row, wanted in enumerate(self._wanted) if wanted is not None]
        return [rows[i : i + self._chunk] for i in range(0, len(rows), self._chunk)]

    def _go_on(self, row: int) -> None:
        way = self._ways[row]
        self._wanted[row] = None
        if way is None:
            return
        try:
            next(way)
        except StopIteration:
            self._ways[row] = None

    def _of(self, row: int) -> Callable[[Tensor], Sliced[tuple[float, Tensor]]]:
        def evaluate(x: Tensor) -> Sliced[tuple[float, Tensor]]:
            self._wanted[row] = x
            yield
            answer = self._answers[row]
            assert answer is not None
            return answer

        return evaluate
