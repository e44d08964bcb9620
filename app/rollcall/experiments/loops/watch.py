"""A training loop is watched from outside: what it calls is PyTorch's, and tells us."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from types import FrameType
from typing import Any

import torch
from torch import Tensor, nn

from rollcall.core.heard import Heard
from rollcall.core.model_code import own_code
from rollcall.core.model_raised import Interruption
from rollcall.experiments.loops.answer_error import error_of, mean_squared
from rollcall.experiments.loops.batches import Batches, Pair
from rollcall.experiments.loops.held_out_buffers import HeldOutBuffers
from rollcall.experiments.loops.patches import Patches
from rollcall.experiments.loops.snapshots import norms_of
from rollcall.experiments.loops.states import States
from rollcall.experiments.loops.step_book import StepBook

MOST_STEPS = 200
SAME = 1e-4  # of a loss: what rounding may change
CALLS_FORWARD = nn.Module._call_impl.__code__.co_filename  # between the hooks of a module


class TooManySteps(Interruption):
    """Ends a loop that takes batch after batch. No `except Exception` of a loop's keeps it."""


class LoopWatch:
    """Notes what a loop does, step by step.

    Args:
        model: that the loop trains.
        pairs: what it trains on, and what is held out.
        heard: the loop's file, and what it is warned of.
        closed: is called when a step is over.
    """

    def __init__(
        self,
        model: nn.Module,
        pairs: tuple[list[Pair], list[Pair]],
        heard: Heard,
        closed: Callable[[], object] = lambda: None,
    ) -> None:
        trained, held_out = pairs
        self.book = StepBook(model, held_out, heard.filename, self._note_step)
        self._model = model
        self._closed = closed
        self._file = heard.filename
        self._states = States(self._moved_state, lambda: self.book.number)
        self.batches = Batches(
            trained, self._begin, self._pass, Batches(held_out, self._look, self._looked)
        )
        self._goal: Any = None  # of the batch that was handed out last
        self._doing = ""  # what that is for: "train", "held out"
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
            # Not `__call__`: that would be looked up again in each of a thousand subclasses.
            patches.around(nn.Module, "_call_impl", self._call)
            patches.around(kind, "forward", self._forward)
            patches.around(kind, "train", self._switching)
            patches.around(torch.autograd, "backward", self._backward)
            self.book.optimizers.patch(patches, self.book.line)
            self._states.patch(patches, self.book.rows, self.book.line)
            yield

    def end(self) -> None:
        """The loop is over."""
        self._looked()
        if not self._is_over:
            self.book.close()
            self._closed()
        self.book.flush()

    def _begin(self, pair: Pair) -> None:
        self._looked()
        self.book.close()
        self._closed()
        if self.book.number > MOST_STEPS:
            self._is_over = True
            raise TooManySteps
        self._doing, self._goal = "train", pair[1]

    def _pass(self) -> None:
        self._doing = ""

    def _look(self, pair: Pair) -> None:
        if self._doing != "held out":
            self._buffers.keep(self.book.rows)
        self._doing, self._goal = "held out", pair[1]

    def _looked(self) -> None:
        """The held-out batches are over, or the loop goes on without the rest."""
        if self._doing == "held out":
            self.book.step.moved_by_held_out += self._buffers.moved()
        self._doing = ""

    def _call(self, inner: Callable[..., Any]) -> Callable[..., Any]:
        book, known = self.book, self.book.rows.known

        def call(module: nn.Module, *args: Any, **kwargs: Any) -> Any:
            if id(module) not in known and not book.by_ourselves:
                self._meet(module)
            return inner(module, *args, **kwargs)

        return call

    def _meet(self, module: nn.Module) -> None:
        """A module is called that was not there before, or stands apart from the model."""
        with own_code():
            if not self.book.rows.knows(module, self.book.number):
                self.book.rows.add(self._name_of(module), module, self.book.number)

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
            if module is not self._model or self.book.by_ourselves:
                return inner(module, *args, **kwargs)
            # A model that was compiled before may be called past our `_call_impl`.
            called = sys._getframe(1).f_code.co_filename == CALLS_FORWARD
            answer = inner(module, *args, **kwargs)
            with own_code():
                self._note_answer(answer, called)
            return answer

        return forward

    def _switching(self, inner: Callable[..., Any]) -> Callable[..., Any]:
        def train(module: nn.Module, mode: bool = True) -> Any:
            if module is self._model:
                self.book.line("train" if mode else "eval")
            return inner(module, mode)

        return train

    def _note_answer(self, answer: Any, called: bool) -> None:
        book, step = self.book, self.book.step
        step.forwards += 1
        name = f"forward, {self._doing}"
        if not called:
            step.skipping += 1
            name = "forward alone"
        book.first_line(name)
        book.graphs.note(answer)
        if self._doing == "train":
            book.error = error_of(answer, self._goal)
            step.trained_in = book.flags()
        elif self._doing == "held out":
            step.held_out_in = book.flags()

    def _backward(self, inner: Callable[..., Any]) -> Callable[..., Any]:
        def backward(tensors: Any, *args: Any, **kwargs: Any) -> Any:
            with own_code():
                self._note_backward(tensors)
            return inner(tensors, *args, **kwargs)

        return backward

    def _note_backward(self, tensors: Any) -> None:
        step = self.book.step
        step.backwards += 1
        left = [place for place, norm in enumerate(norms_of(self.book.rows.all)) if norm]
        if left:
            self.book.first_line("backward")
        if self._after_step:
            step.uncleared = left
            self._added = 0
        self._after_step = False
        self._added = self._added + 1 if left else 1
        if isinstance(tensors, Tensor) and tensors.numel() == 1:
            step.passed = float(tensors.item())
            if self._added > 1:
                step.whole += self._is_whole(step.passed)

    def _is_whole(self, passed: float) -> bool:
        """Whether backward is called on the loss of the whole batch, undivided."""
        if self.book.error is None:
            return False
        own = mean_squared(self.book.error)
        return abs(passed - own) <= SAME * own

    def _note_step(self) -> None:
        """An optimizer has stepped."""
        self.book.step.optimizer_steps += 1
        self.book.first_line("step")
        self._after_step = True
        self.book.keep_gradients()

    def _moved_state(self, moved: Any) -> None:
        self.book.step.states.append(moved)
