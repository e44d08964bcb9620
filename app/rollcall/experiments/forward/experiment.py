"""What happens inside a forward: every call of two models in order, with what came out of it."""

from contextlib import redirect_stdout
from io import StringIO
from typing import ClassVar

from torch import Tensor

from rollcall.core.model_code import move_to, set_mode
from rollcall.core.pair_query import LeftModel, PairQuery, RightModel
from rollcall.core.pytorch_names import short_name
from rollcall.core.report import Report
from rollcall.core.rng.random_state import seeded
from rollcall.core.rng.randomness import SourceKey
from rollcall.core.tensors.nested_tensors import tensors_in
from rollcall.core.tensors.tensor_compare import all_max_abs_diff, have_numbers
from rollcall.experiments.base import Experiment
from rollcall.experiments.examine import examine_both
from rollcall.experiments.forward.alignment import Pair, align
from rollcall.experiments.forward.call_log import Step, log_calls
from rollcall.experiments.forward.measures import MEASURES
from rollcall.experiments.forward.subject import ForwardSubject
from rollcall.experiments.subject import ModelFactory
from rollcall.lectures.catalog import Catalog

MOST_PRINTED = 2_000  # characters


class ForwardQuery(PairQuery):
    """Which two models are called."""

    path: ClassVar[str] = "/forward"
    renamed: ClassVar[dict[str, str]] = {"shape": "x"}
    left: LeftModel = "containers.BadListNet"
    right: RightModel = "containers.SequentialNet"


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
    no_forward_raised = len(outputs) == 2
    if no_forward_raised and have_numbers([*outputs[0], *outputs[1]]):
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
    measures=MEASURES,
)


def _run_forward(
    factory: ModelFactory, query: ForwardQuery, outputs: list[list[Tensor]]
) -> ForwardSubject:
    model = factory.build()
    example = factory.example()
    with seeded(query.seed):  # a train() of its own may draw
        set_mode(model, query.mode)
    move_to(model, factory.device)
    sent = example.to(factory.device)
    known: frozenset[SourceKey] = frozenset()
    if query.mode == "eval":
        known = factory.drawing_in_training(sent, factory.device)
    printed = StringIO()
    with seeded(query.seed), redirect_stdout(printed):
        call_log, output = log_calls(model, sent, str(factory.file), known)
    if call_log.raised is None:
        outputs.append(tensors_in(output))
    shape: tuple[int, ...] = ()
    dtype = ""
    for tensor in example.tensors[:1]:
        shape, dtype = tuple(tensor.shape), short_name(tensor.dtype)
    return ForwardSubject(
        card=factory.card,
        input_shape=shape,
        input_dtype=dtype,
        p=factory.own_p,
        call_log=call_log,
        printed=printed.getvalue()[:MOST_PRINTED],
    )


def _steps(subject: ForwardSubject) -> tuple[Step, ...]:
    if subject.call_log is None:
        return ()
    return subject.call_log.steps
