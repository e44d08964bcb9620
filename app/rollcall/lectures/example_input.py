"""What a model is called with: what was typed, declared or given by its file, or else found."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from types import ModuleType
from typing import Any, Literal

from torch import nn

from rollcall.core.input.input_spec import GroupSpec, call_of, described, draw
from rollcall.core.input.input_text import input_text, parse_input
from rollcall.core.input.model_input import ModelInput
from rollcall.core.process.isolation.kept_from import is_passing
from rollcall.core.report import Raised, Report
from rollcall.core.rng.random_state import seeded
from rollcall.lectures.input_search.search import FoundCall, Try, find_call

NAME = "example_input"  # of the function that a lecture file may have
Build = Callable[[], nn.Module]
How = Literal["typed", "declared", "example_input", "guessed"]


class InputTry(Report):
    """An input with which forward raised, before one was found."""

    text: str
    layer: str  # whose call raised; "" where it was a line of the lecture file
    raised: Raised


class InputOrigin(Report):
    """What a model is called with, and who says so."""

    text: str  # as one types it
    how: How
    layer: str = ""  # the first that is given it, where it was guessed
    tries: tuple[InputTry, ...] = ()
    raised: Raised | None = None  # with every input that was tried; the one shown came furthest


@dataclass
class InputSource:
    """Where the input of one model comes from.

    Args:
        build: makes a fresh model.
        kind: its class.
        run_anew: runs the lecture file once more, so that a search leaves nothing in the one of a
            model that was built before.
        filename: of the lecture file.
        declared: what the course says; None: nothing.
    """

    build: Build
    kind: Callable[[], type[nn.Module]]
    module: Callable[[], ModuleType]
    run_anew: Callable[[], None]
    filename: str
    declared: GroupSpec | None = None
    _found: FoundCall | None = field(default=None, init=False)
    _found_by_stand_in: FoundCall | None = field(default=None, init=False)
    _has_example: bool | None = field(default=None, init=False)  # None: nobody has looked yet

    def draw(self, seed: int, typed: str = "", stand_in: Build | None = None) -> ModelInput:
        """The input that goes with a seed, on the CPU, the same at every call.

        Args:
            seed: of the numbers.
            typed: what was asked for; "": the model's own.
            stand_in: makes another model that takes the same input, for one that raises with any.

        Raises:
            Exception: what the lecture file raises in `example_input` or in a constructor.
        """
        if not typed and self.declared is None:
            given = self._example_input()
            if given is not None:
                with seeded(seed):
                    return _arguments(given(), self.kind())
        return draw(self._call(typed, stand_in), seed)

    def origin(self, seed: int, typed: str = "") -> InputOrigin:
        """Who says so. Raises as above."""
        if typed:
            return InputOrigin(text=input_text(self._typed(typed)), how="typed")
        if self.declared is not None:
            return InputOrigin(text=input_text(self.declared), how="declared")
        if self._example_input() is not None:
            return InputOrigin(text=input_text(described(self.draw(seed))), how="example_input")
        found = self._search()
        raised = None
        if found.error is not None:
            raised = Raised.of(found.error, self.filename)
        return InputOrigin(
            text=input_text(found.call),
            how="guessed",
            layer=found.layer,
            tries=tuple(map(self._told, found.tries)),
            raised=raised,
        )

    def _call(self, typed: str, stand_in: Build | None) -> GroupSpec:
        if typed:
            return self._typed(typed)
        if self.declared is not None:
            return self.declared
        found = self._search()
        if found.error is not None and stand_in is not None:
            if self._found_by_stand_in is None or _was_cut_short(self._found_by_stand_in):
                self._found_by_stand_in = find_call(stand_in, self.filename)
            found = self._found_by_stand_in
        return found.call

    def _typed(self, text: str) -> GroupSpec:
        """Sizes alone are those of what the model usually takes: token ids stay token ids."""
        call = parse_input(text)
        if text[0].isdigit() and len(call.items) == 1 and ":" not in text:
            own = list(self._call("", None).tensors)
            if len(own) == 1 and not own[0][1].is_float:
                (typed,) = [tensor for _, tensor in call.tensors]
                return call_of(replace(own[0][1], shape=typed.shape))
        return call

    def _search(self) -> FoundCall:
        """Once for all pages: no seed changes what runs."""
        if self._found is None or _was_cut_short(self._found):
            self.run_anew()
            self._found = find_call(self.build, self.filename)
        return self._found

    def _told(self, made: Try) -> InputTry:
        return InputTry(
            text=input_text(made.call),
            layer=made.layer,
            raised=Raised.of(made.error, self.filename),
        )

    def _example_input(self) -> Callable[[], Any] | None:
        """Of the model's class, else of its file.

        Where neither has one, that is known from then on: to look again would run the file anew, if
        a model can change something in it.
        """
        if self._has_example is False:
            return None
        given: Any = getattr(self.kind(), NAME, None) or getattr(self.module(), NAME, None)
        self._has_example = callable(given)
        if not self._has_example:
            return None
        found: Callable[[], Any] = given
        return found


def _was_cut_short(found: FoundCall) -> bool:
    """Whether the machine kept the search from an input: then another one may find it."""
    return found.error is not None and is_passing(found.error)


def _arguments(given: Any, kind: type[nn.Module]) -> ModelInput:
    """A tuple holds the arguments; a dict those by name, if forward has such names."""
    if isinstance(given, tuple):
        return ModelInput(given)
    if isinstance(given, dict):
        names = inspect.signature(kind.forward).parameters
        if all(name in names for name in given):
            return ModelInput((), given)
    return ModelInput.of(given)
