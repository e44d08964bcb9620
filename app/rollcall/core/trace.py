"""One forward, call by call: every module and every torch function between them, in order."""

from dataclasses import dataclass, field
from itertools import count
from typing import Any, Literal

from torch import Tensor, nn
from torch.utils._pytree import keystr, tree_flatten_with_path

from rollcall.core.dropouts import drops
from rollcall.core.reach import outputs_of
from rollcall.core.report import Raised, Report
from rollcall.core.tensor_stats import TensorFacts, facts
from rollcall.core.walk import walk
from rollcall.core.watch import Watch, line_of, name_of, of_pytorch

MOST_STEPS = 200  # a loop over time steps has thousands
MOST_TENSORS = 8  # of one output

Status = Literal["registered", "unregistered", "unreachable"]


class Step(Report):
    """One call, of a module or of a function."""

    kind: Literal["module", "function"]
    path: str  # of the module, or of the one whose forward calls the function
    name: str  # class of the module, or the function as a lecture writes it
    detail: str  # extra_repr
    status: Status  # unreachable: neither a registry nor an attribute leads to it; of the module at `path`
    appeared: bool  # the forward itself made it; the model had no such module before
    depth: int  # how many modules' forwards it is inside of
    line: int | None  # of the lecture file from which it is called
    inputs: tuple[tuple[int, ...], ...]  # shapes of the tensors that it is given
    outputs: tuple[TensorFacts, ...]
    returned: str  # class of what it returned; "" if it did not return
    mask: int | None = None  # it is a dropout: which one of this forward, from 1


class Trace(Report):
    """What one forward did."""

    steps: tuple[Step, ...] = ()
    more: int = 0  # calls after those
    raised: Raised | None = None
    raised_in: Step | None = None  # the innermost call from which the exception came


def trace(model: nn.Module, example: Any, filename: str) -> tuple[Trace, Any]:
    """Run `model(example)` and note each call; the second answer is its output, None where it raised.

    Functions inside PyTorch's own layers are left out. `filename` is the lecture file that lines are of.
    """
    recorder = _Recorder(model, filename)
    raised, output = None, None
    try:
        with recorder:
            output = model(example)
    except Exception as error:
        raised = Raised.of(error, filename)
    masks = count(1)
    steps = [recorder.step(draft, next(masks) if draft.drops else None) for draft in recorder.drafts]
    last = recorder.broken
    return Trace(
        steps=tuple(steps),
        more=recorder.more,
        raised=raised,
        raised_in=recorder.step(last, None) if raised and last else None,
    ), output


@dataclass
class _Draft:
    target: Any  # a module or a function
    module: nn.Module | None  # the module itself, or the one whose forward calls the function
    depth: int
    line: int | None
    inputs: tuple[tuple[int, ...], ...]
    outputs: tuple[TensorFacts, ...] = ()
    returned: str = ""
    encloses: bool = False  # a dropout was called inside it
    drops: bool = False  # it is a dropout that answered, and no other one was called inside it


@dataclass
class _Paths:
    """Where modules stand: before the forward and, for those that it assigned, after it."""

    model: nn.Module
    known: dict[int, tuple[str, Status, bool]] = field(default_factory=dict)

    def look(self, again: bool = False) -> None:
        for found in walk(self.model).modules:
            status: Status = "registered" if found.registered else "unregistered"
            self.known.setdefault(id(found.value), (found.path, status, again))


class _Recorder(Watch):
    def __init__(self, model: nn.Module, filename: str) -> None:
        super().__init__()
        self.filename = filename
        self.drafts: list[_Draft] = []
        self.more = 0
        self.broken: _Draft | None = None  # the first call that raised, which is the innermost
        self._open: list[_Draft] = []
        self._paths = _Paths(model)
        self._paths.look()
        self._looked_again = False

    def called(self, module: nn.Module, inputs: tuple[Any, ...]) -> None:
        draft = _Draft(module, module, len(self.running) - 1, line_of(self.filename), _shapes(inputs))
        self._enclose(draft)
        self._open.append(draft)
        self._note(draft)

    def returned(self, module: nn.Module, inputs: Any, output: Any) -> None:
        self._answer(self._open.pop(), output, inputs)

    def raised(self, module: nn.Module) -> None:
        self._break(self._open.pop())

    def stepped(self, function: Any, inputs: Any, output: Any) -> None:
        name = getattr(function, "__name__", "")
        if self._hidden() or not outputs_of(output) or "empty" in name:  # what empty() returns is not computed
            return
        draft = self._function(function, inputs)
        self._answer(draft, output, inputs)
        self._note(draft)

    def step_raised(self, function: Any, inputs: Any) -> None:
        if not self._hidden():
            draft = self._function(function, inputs)
            self._note(draft)
            self._break(draft)

    def step(self, draft: _Draft, mask: int | None) -> Step:
        """A draft as it goes into the report."""
        path, status, appeared = self._place(draft.module)
        is_module = isinstance(draft.target, nn.Module)
        return Step(
            kind="module" if is_module else "function",
            path=path,
            name=type(draft.target).__name__ if is_module else name_of(draft.target),
            detail=draft.target.extra_repr() if is_module else "",
            status=status,
            appeared=appeared,
            depth=draft.depth,
            line=draft.line,
            inputs=draft.inputs,
            outputs=draft.outputs,
            returned=draft.returned,
            mask=mask,
        )

    def _hidden(self) -> bool:
        return bool(self.running) and of_pytorch(self.running[-1])

    def _function(self, function: Any, inputs: Any) -> _Draft:
        module = self.running[-1] if self.running else None
        draft = _Draft(function, module, len(self.running), line_of(self.filename), _shapes(inputs))
        self._enclose(draft)
        return draft

    def _enclose(self, draft: _Draft) -> None:
        if drops(draft.target):
            for around in self._open:
                around.encloses = True

    def _note(self, draft: _Draft) -> None:
        if len(self.drafts) < MOST_STEPS:
            self.drafts.append(draft)
        else:
            self.more += 1

    def _answer(self, draft: _Draft, output: Any, inputs: Any) -> None:
        draft.inputs = _shapes(inputs)  # with the keyword arguments, which a pre-hook on all modules is not told
        draft.returned = type(output).__name__
        leaves = [(keystr(key), leaf) for key, leaf in tree_flatten_with_path(output)[0]]
        tensors = [(key, leaf) for key, leaf in leaves if isinstance(leaf, Tensor)][:MOST_TENSORS]
        draft.outputs = tuple(facts(key, leaf) for key, leaf in tensors)
        self.broken = None  # somebody caught it
        draft.drops = drops(draft.target) and not draft.encloses and _alike(draft)

    def _break(self, draft: _Draft) -> None:
        self.broken = self.broken or draft

    def _place(self, module: nn.Module | None) -> tuple[str, Status, bool]:
        if id(module) not in self._paths.known and not self._looked_again:
            self._looked_again = True
            self._paths.look(again=True)
        return self._paths.known.get(id(module), ("", "unreachable", False))


def _alike(draft: _Draft) -> bool:
    """Whether it answered with one tensor of the shape of the first one that it was given."""
    return len(draft.outputs) == 1 and not draft.outputs[0].name and draft.inputs[:1] == (draft.outputs[0].shape,)


def _shapes(inputs: Any) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(tensor.shape) for tensor in outputs_of(inputs))
