"""One forward, call by call: every module and every torch function between them, in order."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

import torch
from torch import nn

from rollcall.core.call_recorder import Call, CallRecorder
from rollcall.core.input.model_input import ModelInput
from rollcall.core.mask import shows_mask
from rollcall.core.model_raised import ModelRaised
from rollcall.core.module_facts import extra_repr
from rollcall.core.pytorch_names import name_of
from rollcall.core.repeatable import Arguments
from rollcall.core.report import Raised, Report
from rollcall.core.rng.randomness import RandomSource, SourceKey, may_mask, random_sources
from rollcall.core.scan import ModuleStatus
from rollcall.core.stateless import is_stateless
from rollcall.core.tensors.nested_tensors import named_tensors, tensors_in
from rollcall.core.tensors.tensor_shape import Shape, shape_of
from rollcall.core.tensors.tensor_stats import TensorFacts, facts
from rollcall.core.walk.object_walk import walk

MOST_STEPS = 200  # a loop over time steps has thousands
MOST_TENSORS = 8  # of one output


StepKind = Literal["module", "function"]


class Step(Report):
    """One call, of a module or of a function."""

    kind: StepKind
    path: str  # of the module, or of the one whose forward calls the function
    name: str  # class of the module, or the function as a lecture writes it
    detail: str  # extra_repr
    status: ModuleStatus  # of the module at `path`
    stateless: bool = False  # that module is unknown, and has nothing that anybody would need
    appeared: bool  # the forward itself made it; the model had no such module before
    depth: int  # how many modules' forwards it is inside of
    line: int | None  # of the lecture file from which it is called
    inputs: tuple[Shape, ...]  # shapes of the tensors that it is given
    outputs: tuple[TensorFacts, ...]
    returned: str  # class of what it returned; "" if it did not return
    drew: bool = False  # it drew random numbers, itself or by the functions that stand below it
    mask: int | None = None  # it is a source of randomness: which one of this forward, from 1
    shows_mask: bool = False  # a mask can be read off what it answered


class CallLog(Report):
    """What one forward did."""

    steps: tuple[Step, ...] = ()
    more: int = 0  # calls after those
    raised: Raised | None = None
    raised_in: Step | None = None  # the innermost call from which the exception came


def log_calls(
    model: nn.Module, example: ModelInput, filename: str, known: Collection[SourceKey] = ()
) -> tuple[CallLog, Any]:
    """Call the model and note each call.

    Returns:
        The calls, and the output, which is None where the forward raised.

    Args:
        model: in the mode and on the device in which it is called.
        example: what it is called with.
        filename: the lecture file that lines are of.
        known: sources of randomness in another mode, which are numbered too.
    """
    log = _CallNotes(model, filename, example.device)
    raised, output = None, None
    try:
        with log.recorder:
            output = example.call(model)
    except ModelRaised as error:
        raised = Raised.of(error, filename)
    calls, failed = log.recorder.calls, log.recorder.failed
    log.number(random_sources(calls, model, known))
    raised_in = None
    if raised and failed:
        raised_in = log.step(failed)
    report = CallLog(
        steps=tuple(log.step(call) for call in calls[:MOST_STEPS]),
        more=max(0, len(calls) - MOST_STEPS),
        raised=raised,
        raised_in=raised_in,
    )
    return report, output


class _Noted(NamedTuple):
    """What is told of a call that has answered."""

    inputs: tuple[Shape, ...] = ()
    outputs: tuple[TensorFacts, ...] = ()
    returned: str = ""


@dataclass
class _Paths:
    """Where modules stand: before the forward and, for those that it assigned, after it."""

    model: nn.Module
    known: dict[int, tuple[str, ModuleStatus, bool]] = field(default_factory=dict)

    def look(self, again: bool = False) -> None:
        for found in walk(self.model).modules:
            self.known.setdefault(id(found.value), (found.path, found.status, again))


class _CallNotes:
    """What a recorder's calls were given and what they returned, looked at when they answer."""

    def __init__(self, model: nn.Module, filename: str, device: torch.device) -> None:
        self.recorder = CallRecorder(filename, device, can_repeat=may_mask, on_end=self._note)
        self._noted: dict[Call, _Noted] = {}
        self._numbers: dict[Call, int] = {}
        self._drawing: set[Call] = set()
        self._paths = _Paths(model)
        self._paths.look()
        self._looked_again = False

    def _note(self, call: Call, arguments: Arguments, output: Any) -> None:
        if not call.answered:
            self._noted[call] = _Noted(_shapes(arguments))
            return
        if call.place >= MOST_STEPS:
            return
        tensors = list(named_tensors(output))
        outputs = tuple(facts(key, leaf) for key, leaf in tensors[:MOST_TENSORS])
        self._noted[call] = _Noted(_shapes(arguments), outputs, type(output).__name__)

    def number(self, sources: Sequence[RandomSource]) -> None:
        """Number the sources of randomness from 1."""
        for number, source in enumerate(sources, 1):
            self._numbers |= dict.fromkeys(source.calls, number)
            if source.drew:
                self._drawing.update(source.calls)

    def step(self, call: Call) -> Step:
        """A call as it goes into the report."""
        path, status, appeared = self._place(call.owner)
        kind: StepKind = "function"
        name, detail = "", ""
        if isinstance(call.target, nn.Module):
            kind = "module"
            name, detail = type(call.target).__name__, extra_repr(call.target)
        else:
            name = name_of(call.target)
        noted = self._noted.get(call, _Noted())
        number = self._numbers.get(call)
        return Step(
            kind=kind,
            path=path,
            name=name,
            detail=detail,
            status=status,
            stateless=status != "registered" and _is_stateless(call.owner),
            appeared=appeared,
            depth=call.depth,
            line=call.line,
            inputs=noted.inputs,
            outputs=noted.outputs,
            returned=noted.returned,
            drew=call.drew or call in self._drawing,
            mask=number,
            shows_mask=number is not None and shows_mask(call),
        )

    def _place(self, module: nn.Module | None) -> tuple[str, ModuleStatus, bool]:
        if id(module) not in self._paths.known and not self._looked_again:
            self._looked_again = True
            self._paths.look(again=True)
        return self._paths.known.get(id(module), ("", "unreachable", False))


def _is_stateless(module: nn.Module | None) -> bool:
    return module is not None and is_stateless(module)


def _shapes(arguments: Any) -> tuple[Shape, ...]:
    return tuple(shape_of(tensor) or () for tensor in tensors_in(arguments))
