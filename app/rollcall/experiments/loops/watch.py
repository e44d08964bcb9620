"""A training loop is watched from outside: what it calls is PyTorch's, and tells us."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from types import FrameType
from typing import Any

import torch
from torch import Tensor, nn

from rollcall.core.lecture_line import line_of
from rollcall.core.model_code import Heard, own_code
from rollcall.core.model_raised import Interruption
from rollcall.experiments.loops.batches import Batches, Pair
from rollcall.experiments.loops.graphs import Graphs
from rollcall.experiments.loops.held_out import HeldOutLoss, mean_squared, squared_distance
from rollcall.experiments.loops.held_out_buffers import HeldOutBuffers
from rollcall.experiments.loops.optimizers import Optimizers
from rollcall.experiments.loops.patches import Patches
from rollcall.experiments.loops.recorded import FoundRow, Step
from rollcall.experiments.loops.rows import Rows
from rollcall.experiments.loops.snapshots import Snapshots, norms_of
from rollcall.experiments.loops.states import States

MOST_STEPS = 200
SAME = 1e-4  # of a loss: what rounding may change


class TooManySteps(Interruption):
    """Ends a loop that takes batch after batch. No `except Exception` of a loop's keeps it."""


class LoopWatch:
    """Writes down what a loop does, step by step.

    Args:
        model: that the loop trains.
        pairs: what it trains on, and what is held out.
        heard: the loop's file, and what it is warned of.
    """

    def __init__(
        self, model: nn.Module, pairs: tuple[list[Pair], list[Pair]], heard: Heard
    ) -> None:
        self.steps: list[Step] = []  # that are over
        self.rows = Rows(model)
        self._model = model
        self._file = heard.filename
        self._step = Step()
        self._graphs = Graphs()
        trained, held_out = pairs
        self._snapshots = Snapshots(HeldOutLoss(model, held_out))
        self.rows.before_change = self._flush
        self._optimizers = Optimizers(self._note_step)
        self._states = States(self._moved_state, lambda: len(self.steps))
        self.batches = Batches(
            trained, self._begin, self._pass, Batches(held_out, self._look, self._looked)
        )
        self._goal: Any = None  # of the batch that was handed out last
        self._doing = ""  # what that is for: "train", "held out"
        self._loss: tuple[Tensor, int] | None = None  # of the model's last answer to it
        self._called = False  # the model, and its forward has not begun
        self._seen: set[str] = set()  # what has its line
        self._aside = False  # it is we who call
        self._is_over = False  # it took as many batches as it gets
        self._after_step = False  # no backward since the last step
        self._added = 0  # backwards since gradients were last empty
        self._buffers = HeldOutBuffers()

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Inside the block the loop runs."""
        kind = type(self._model)
        with ExitStack() as stack:
            patches = stack.enter_context(Patches())
            patches.around(nn.Module, "__call__", self._call)
            patches.around(kind, "forward", self._forward)
            patches.around(nn.Module, "train", self._switching)
            patches.around(torch.autograd, "backward", self._backward)
            self._optimizers.patch(patches, self._line)
            self._states.patch(patches, self.rows, self._line)
            yield

    def close(self) -> None:
        """Write down the step that is under way."""
        with self._by_ourselves():
            self._end_step()
        self.steps.append(self._step)
        self._step = Step()

    def end(self) -> None:
        """The loop is over."""
        self._looked()
        if not self._is_over:
            self.close()
        self._flush()

    @property
    def optimizers(self) -> list[str]:
        """The classes of the optimizers that the loop made."""
        return self._optimizers.names

    @property
    def made_with(self) -> list[float]:
        """The learning rates that they were made with."""
        return self._optimizers.made_with

    @property
    def found(self) -> list[FoundRow]:
        """The rows as they are told of."""
        return [
            FoundRow(r.path, r.value.numel(), r.value.dim(), r.is_buffer, r.of, r.replaced_at)
            for r in self.rows.all
        ]

    def _flush(self) -> None:
        with self._by_ourselves():
            self._snapshots.flush()

    @contextmanager
    def _by_ourselves(self) -> Iterator[None]:
        """What is called inside the block is no call of the loop's."""
        before, self._aside = self._aside, True
        try:
            yield
        finally:
            self._aside = before

    def _begin(self, pair: Pair) -> None:
        self._looked()
        self.close()
        if len(self.steps) > MOST_STEPS:
            self._is_over = True
            raise TooManySteps
        self._doing, self._goal, self._loss = "train", pair[1], None

    def _pass(self) -> None:
        self._doing = ""

    def _look(self, pair: Pair) -> None:
        if self._doing != "held out":
            self._buffers.keep(self.rows)
        self._doing, self._goal = "held out", pair[1]

    def _looked(self) -> None:
        """The held-out batches are over, or the loop goes on without the rest."""
        if self._doing == "held out":
            self._step.moved_by_held_out += self._buffers.moved()
        self._doing = ""

    def _line(self, name: str) -> int | None:
        """The line that is run; what is done there keeps its first one in the step."""
        line = line_of(self._file)
        if line is not None:
            self._step.lines.setdefault(name, line)
        return line

    def _first_line(self, name: str) -> None:
        """The same of what every step does alike: it is looked up once."""
        if name not in self._seen:
            self._seen.add(name)
            self._line(name)

    def _call(self, inner: Callable[..., Any]) -> Callable[..., Any]:
        def call(module: nn.Module, *args: Any, **kwargs: Any) -> Any:
            if module is self._model:
                self._called = True
            elif not self._aside and not self.rows.knows(module, len(self.steps)):
                with own_code():
                    self.rows.add(self._name_of(module), module, len(self.steps))
            return inner(module, *args, **kwargs)

        return call

    def _name_of(self, module: nn.Module) -> str:
        """What the loop calls it; functions that the loop calls may have other names for it."""
        found = type(module).__name__
        frame: FrameType | None = sys._getframe(1)
        while frame is not None:
            if frame.f_code.co_filename == self._file:
                names = [name for name, value in frame.f_locals.items() if value is module]
                found = next(iter(names), found)
            frame = frame.f_back
        return found

    def _forward(self, inner: Callable[..., Any]) -> Callable[..., Any]:
        def forward(module: nn.Module, *args: Any, **kwargs: Any) -> Any:
            if module is not self._model or self._aside:
                return inner(module, *args, **kwargs)
            called, self._called = self._called, False
            answer = inner(module, *args, **kwargs)
            with own_code():
                self._note_answer(answer, called)
            return answer

        return forward

    def _switching(self, inner: Callable[..., Any]) -> Callable[..., Any]:
        def train(module: nn.Module, mode: bool = True) -> Any:
            if module is self._model:
                self._line("train" if mode else "eval")
            return inner(module, mode)

        return train

    def _note_answer(self, answer: Any, called: bool) -> None:
        step = self._step
        step.forwards += 1
        name = f"forward, {self._doing}"
        if not called:
            step.skipping += 1
            name = "forward alone"
        self._first_line(name)
        self._graphs.note(answer)
        if self._doing == "train":
            self._loss = squared_distance(answer, self._goal)
            step.trained_in = self._flags()
        elif self._doing == "held out":
            step.held_out_in = self._flags()

    def _flags(self) -> list[Any]:
        return ["train" if row.owner.training else "eval" for row in self.rows.all]

    def _backward(self, inner: Callable[..., Any]) -> Callable[..., Any]:
        def backward(tensors: Any, *args: Any, **kwargs: Any) -> Any:
            with own_code():
                self._note_backward(tensors)
            return inner(tensors, *args, **kwargs)

        return backward

    def _note_backward(self, tensors: Any) -> None:
        step = self._step
        step.backwards += 1
        left = [place for place, norm in enumerate(norms_of(self.rows.all)) if norm]
        if left:
            self._first_line("backward")
        if self._after_step:
            step.uncleared = left
            self._added = 0
        self._after_step = False
        self._added = self._added + 1 if left else 1
        if self._added > 1 and isinstance(tensors, Tensor):
            own = mean_squared(self._loss)
            passed = float(tensors.detach())
            step.whole += own is not None and abs(passed - own) <= SAME * own

    def _note_step(self) -> None:
        """An optimizer has stepped."""
        self._step.optimizer_steps += 1
        self._first_line("step")
        self._after_step = True
        self._snapshots.keep_gradients(self.rows.all)
        self._step.graphs = self._graphs.alive

    def _moved_state(self, moved: Any) -> None:
        self._step.states.append(moved)

    def _end_step(self) -> None:
        step, rows = self._step, self.rows
        rows.refresh(len(self.steps))
        if not step.optimizer_steps:
            self._snapshots.keep_gradients(rows.all)
            step.graphs = self._graphs.alive
        self._snapshots.keep(step, rows.all, rows.version)
        step.frozen = [not row.is_buffer and not row.value.requires_grad for row in rows.all]
        step.in_optimizer, step.decays = self._optimizers.of(rows.all, rows.version)
        step.rates = self._optimizers.rates()
        step.loss = mean_squared(self._loss)
