"""One try: a fresh model is called with an input, and where the input went is written down."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from types import FrameType
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils._pytree import tree_flatten

from rollcall.core.call_recorder import Call, CallRecorder
from rollcall.core.input.input_spec import GroupSpec, Path, draw
from rollcall.core.input.model_input import ModelInput
from rollcall.core.model_code import unheard
from rollcall.core.model_raised import ModelRaised
from rollcall.core.pytorch_names import name_of
from rollcall.core.repeatable import Arguments
from rollcall.core.rng.random_state import seeded
from rollcall.core.tensors.nested_tensors import tensors_in
from rollcall.core.tensors.transformed import untransformed
from rollcall.core.walk.object_walk import walk
from rollcall.lectures.latest import Latest

FEW = 20
SEED = 0  # of every try, so that all processes find the same input


@dataclass(frozen=True)
class Given:
    """One tensor that a call was given."""

    place: int | str  # among the arguments
    tensor: Tensor
    shape: tuple[int, ...]
    dtype: torch.dtype
    sources: frozenset[Path]  # the inputs that it was computed from
    direct: Path | None  # the input that it is


@dataclass(frozen=True)
class Use:
    """A call that was given something computed from an input."""

    target: Any  # a module or a function
    given: tuple[Given, ...]
    arguments: Arguments  # with other tensors, such as weights, and all that is no tensor
    place: int = 0  # among the calls, in the order in which they began

    def at(self, place: int | str) -> Given | None:
        """The tensor at a place."""
        return next((each for each in self.given if each.place == place), None)


@dataclass
class Suspect:
    """A name in the line that raised, and the input that it stands for."""

    name: str
    path: Path
    value: Any


@dataclass
class Attempt:
    """What came of one try."""

    call: GroupSpec
    model: nn.Module
    error: BaseException | None = None
    answered: int = 0  # calls before it raised: how far it came
    # calls that were given an input, or the first few things that were computed from one
    first_uses: list[Use] = field(default_factory=list)
    failed: Use | None = None  # the innermost call that raised
    statement: ast.stmt | None = None  # of the lecture file, that raised
    suspects: list[Suspect] = field(default_factory=list)

    def label(self, use: Use) -> str:
        """The path of the module that was called, or the function as a lecture writes it."""
        if not isinstance(use.target, nn.Module):
            return name_of(use.target)
        for found in walk(self.model).modules:
            if found.value is use.target:
                return found.path or type(use.target).__name__
        return type(use.target).__name__

    def path(self, weight: Tensor) -> str:
        """Of a tensor that the model holds; "" for one that it made on the way."""
        for found in walk(self.model).tensors:
            if found.value is weight:
                return found.path
        return ""


def attempt(build: Callable[[], nn.Module], call: GroupSpec, filename: str) -> Attempt:
    """Call a fresh model. Whatever it raises is noted, and generators are put back.

    Raises:
        Exception: what the constructor raises.
    """
    model = build()
    given = draw(call, SEED)
    notes = _Notes(given, call)
    found = Attempt(call, model)
    recorder = CallRecorder(filename, on_end=notes.note)
    try:
        with unheard(), seeded(SEED), recorder:  # the page's own forward warns again
            given.call(model)
    except ModelRaised as raised:
        found.error = raised.cause
    found.answered = sum(each.answered for each in recorder.calls)
    found.first_uses = sorted(notes.first_uses, key=lambda use: use.place)
    if found.error is None:
        return found
    if recorder.failed is not None:
        found.failed = notes.failed.get(recorder.failed)
    frame, line = _innermost(found.error, filename)
    if frame is not None:
        found.statement = _statement(filename, line)
        found.suspects = list(_suspects(found.statement, frame, notes))
    return found


class _Notes:
    """Which tensors were computed from which inputs."""

    def __init__(self, given: ModelInput, call: GroupSpec) -> None:
        self.first_uses: list[Use] = []
        self.failed: dict[Call, Use] = {}
        self.inputs: dict[int, Path] = {}  # tensors, and lists and dicts of such
        self._given_tensors = given.tensors
        self._sources: dict[int, frozenset[Path]] = {}
        self._kept: list[Tensor] = []  # alive, so that nothing else gets their identity
        for (path, _), tensor in zip(call.tensors, self._given_tensors, strict=True):
            self.inputs[id(tensor)] = path
            self._follow(tensor, frozenset([path]))
        values: list[tuple[int | str, Any]] = [*enumerate(given.args), *given.kwargs.items()]
        for key, value in values:
            if isinstance(value, list | tuple | dict):
                self.inputs[id(value)] = (key,)

    def sources(self, tensor: Tensor) -> frozenset[Path]:
        """The inputs that a tensor was computed from, or shares its numbers with."""
        found: frozenset[Path] = frozenset()
        for key in _identities(tensor):
            found |= self._sources.get(key, frozenset())
        return found

    def note(self, call: Call, arguments: Arguments, output: Any) -> None:
        """A call has ended."""
        given = tuple(self._given(arguments))
        sources: frozenset[Path] = frozenset()
        for each in given:
            sources |= each.sources
        for tensor in tensors_in(output):
            self._follow(tensor, sources)
        if not call.answered:
            self.failed[call] = Use(call.target, given, arguments)
        elif any(each.direct for each in given) or (sources and len(self.first_uses) < FEW):
            self.first_uses.append(Use(call.target, given, arguments, call.place))

    def _given(self, arguments: Arguments) -> Iterator[Given]:
        args, kwargs = arguments
        values: list[tuple[int | str, Any]] = [*enumerate(args), *kwargs.items()]
        for place, value in values:
            for leaf in tree_flatten(value)[0]:
                if isinstance(leaf, Tensor):
                    sources = self.sources(leaf)
                    direct = self._direct(leaf, sources)
                    yield Given(place, leaf, tuple(leaf.shape), leaf.dtype, sources, direct)

    def _direct(self, tensor: Tensor, sources: frozenset[Path]) -> Path | None:
        path = self.inputs.get(id(tensor))
        if path is not None or len(sources) != 1:
            return path
        for given in self._given_tensors:
            if _is_same(tensor, given):
                return self.inputs[id(given)]
        return None

    def _follow(self, tensor: Tensor, sources: frozenset[Path]) -> None:
        if not sources:
            return
        self._kept.append(tensor)
        for key in _identities(tensor):
            self._sources[key] = self._sources.get(key, frozenset()) | sources


def _identities(tensor: Tensor) -> list[int]:
    """Of the tensor, and of the memory that it shares with its views."""
    identities = [id(tensor)]
    tensor = untransformed(tensor)
    if tensor.layout is torch.strided and not tensor.is_meta and tensor.numel():
        identities.append(-tensor.untyped_storage().data_ptr())
    return identities


def _is_same(tensor: Tensor, given: Tensor) -> bool:
    """Whether a tensor is an input as it was, by another name."""
    memory = _identities(given)[1:]
    return tensor.shape == given.shape and bool(memory) and _identities(tensor)[1:] == memory


def _innermost(error: BaseException, filename: str) -> tuple[FrameType | None, int]:
    frame, line = None, 0
    traceback = error.__traceback__
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == filename:
            frame, line = traceback.tb_frame, traceback.tb_lineno
        traceback = traceback.tb_next
    return frame, line


def _parse(path: FilePath, text: bytes) -> list[ast.stmt]:
    tree = ast.parse(text, path)
    return [node for node in ast.walk(tree) if isinstance(node, ast.stmt)]


_statements = Latest(_parse, 8)


def _statement(filename: str, line: int) -> ast.stmt | None:
    """The smallest one that covers a line."""
    try:
        path = FilePath(filename)
        statements = _statements(path, path.read_bytes())
    except (OSError, SyntaxError):
        return None
    around = [node for node in statements if node.lineno <= line <= (node.end_lineno or 0)]
    return min(around, key=lambda node: (node.end_lineno or 0) - node.lineno, default=None)


def _suspects(statement: ast.stmt | None, frame: FrameType, notes: _Notes) -> Iterator[Suspect]:
    if statement is None:
        return
    names = [node.id for node in ast.walk(statement) if isinstance(node, ast.Name)]
    for name in dict.fromkeys(names):
        value = frame.f_locals.get(name)
        if id(value) in notes.inputs:
            yield Suspect(name, notes.inputs[id(value)], value)
        elif isinstance(value, Tensor):
            for path in sorted(notes.sources(value), key=str):
                yield Suspect(name, path, value)
