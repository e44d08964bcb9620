"""What happens inside a forward: every call of two models in order, with what came out of it."""

import math
from typing import ClassVar

import torch
from pydantic import Field, field_validator
from torch import Tensor, nn

from rollcall.core.model_code import move_to, set_mode
from rollcall.core.model_input import ModelInput
from rollcall.core.nested_tensors import tensors_in
from rollcall.core.pytorch_names import short_name
from rollcall.core.query import LeftModel, PairQuery, RightModel
from rollcall.core.random_state import seeded
from rollcall.core.randomness import SourceKey
from rollcall.core.report import Report
from rollcall.core.tensor_compare import all_max_abs_diff
from rollcall.experiments.base import Experiment
from rollcall.experiments.forward.alignment import Pair, align
from rollcall.experiments.forward.call_log import CallLog, Step, log_calls
from rollcall.experiments.subject import ModelFactory, Subject, examine_both
from rollcall.lectures.catalog import Catalog

MOST_NUMBERS = 1_000_000
DIMENSION = "(0|[1-9][0-9]{0,6})"


class ForwardQuery(PairQuery):
    """Which two models, and the shape of what they are called with."""

    path: ClassVar[str] = "/forward"
    controls: ClassVar[tuple[str, ...]] = ("shape",)
    left: LeftModel = "containers.BadListNet"
    right: RightModel = "containers.SequentialNet"
    shape: str = Field(
        "",
        max_length=60,
        pattern=rf"^({DIMENSION}(,{DIMENSION}){{0,5}})?$",
        description="shape of the input: up to 6 sizes, at most 1,000,000 numbers in all; "
        "empty for each model's own",
        examples=["4,10"],
    )

    @field_validator("shape")
    @classmethod
    def _not_too_large(cls, shape: str) -> str:
        if math.prod(_sizes(shape)) > MOST_NUMBERS:
            raise ValueError(f"has more than {MOST_NUMBERS:,} numbers")
        return shape


class ForwardSubject(Subject):
    """One forward of one model."""

    input_shape: tuple[int, ...] = ()
    input_dtype: str = ""
    # what its constructor takes for p where nobody gives one; None: it takes none
    p: float | None = None
    call_log: CallLog | None = None


class ForwardReport(Report):
    """Two forwards, and how far apart their outputs are."""

    query: ForwardQuery
    left: ForwardSubject
    right: ForwardSubject
    rows: tuple[Pair, ...]  # the calls of both, equals beside equals
    # largest difference between the outputs; None where their shapes differ or a forward raised
    apart: float | None


def forward(query: ForwardQuery, catalog: Catalog) -> ForwardReport:
    """Run one forward of each model and note every call.

    Raises:
        InvalidParameter: a model or device that does not exist here.
    """
    outputs: list[list[Tensor]] = []
    left, right = examine_both(
        query, catalog, ForwardSubject, lambda each: _run_forward(each, query, outputs)
    )
    apart = None
    if len(outputs) == 2:  # no forward raised
        apart = all_max_abs_diff(*outputs)
    rows = align(_steps(left), _steps(right))
    return ForwardReport(query=query, left=left, right=right, rows=rows, apart=apart)


FORWARD = Experiment(
    name="forward",
    title="Forward",
    summary="Every call inside a forward, module or function, "
    "with the shape and the numbers of what came out.",
    query=ForwardQuery,
    report=ForwardReport,
    run=forward,
)


def _run_forward(
    factory: ModelFactory, query: ForwardQuery, outputs: list[list[Tensor]]
) -> ForwardSubject:
    model = factory.build()
    example = _input(factory, model, query.shape)
    set_mode(model, query.mode)
    move_to(model, query.device)
    sent = example.to(query.device)
    known: frozenset[SourceKey] = frozenset()
    if query.mode == "eval":
        known = factory.drawing_in_training(sent, query.device)
    with seeded(query.seed):
        call_log, output = log_calls(model, sent, str(factory.file), known)
    if call_log.raised is None:
        outputs.append(tensors_in(output))
    first = example.tensors[0]
    return ForwardSubject(
        card=factory.card,
        input_shape=tuple(first.shape),
        input_dtype=short_name(first.dtype),
        p=factory.own_p,
        call_log=call_log,
    )


def _input(factory: ModelFactory, model: nn.Module, shape: str) -> ModelInput:
    """Of the given shape, and of the type that the model's own example has."""
    example = factory.example(model)
    if not shape:
        return example
    first = example.tensors[0]
    generator = torch.Generator().manual_seed(factory.seed)
    if first.is_floating_point():
        return ModelInput.of(torch.randn(*_sizes(shape), generator=generator))
    known_ids = int(first.max()) + 1
    return ModelInput.of(torch.randint(known_ids, _sizes(shape), generator=generator))


def _steps(subject: ForwardSubject) -> tuple[Step, ...]:
    if subject.call_log is None:
        return ()
    return subject.call_log.steps


def _sizes(shape: str) -> list[int]:
    return [int(size) for size in shape.split(",") if size]
