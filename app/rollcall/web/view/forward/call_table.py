"""The table of calls: a row for each call, and one for each further tensor that it returned."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from rollcall.core.tensors.tensor_stats import TensorFacts
from rollcall.experiments.forward.alignment import Pair
from rollcall.experiments.forward.call_log import CallLog, Step
from rollcall.experiments.forward.experiment import ForwardReport
from rollcall.experiments.forward.subject import ForwardSubject
from rollcall.web.view.forward.numbers import Numbers, numbers
from rollcall.web.view.mask_link import mask_query
from rollcall.web.view.words import brief, of_class, plural, size

FITS = 50  # pairs of calls that are all shown
FIRST, LAST = 16, 4  # of more
TELLING = 12  # and where something is the matter
DEEPEST = 5  # how far a call is set in
INPUTS = 3  # whose shapes are shown
USUAL = "float32"


@dataclass(frozen=True)
class Who:
    """The name of what was called, or of a further tensor that it returned."""

    kind: Literal["name", "function", "class"]
    text: str
    class_text: str = ""  # "Linear(10, 20)" beside a path
    class_title: str = ""
    line: int | None = None  # of the lecture file, where it tells one call from another


@dataclass(frozen=True)
class MaskLink:
    """To the mask of a source of randomness."""

    url: str
    text: str


@dataclass(frozen=True)
class Returned:
    """What came out: a tensor, or the class of something else."""

    text: str  # the shape, with its name before it if that is not said elsewhere
    dtype: str = ""  # unless it is the usual one
    numbers: Numbers | None = None


@dataclass(frozen=True)
class Row:
    """One call, or one tensor more."""

    step: Step
    who: Who
    depth: int
    given: str  # shapes with an arrow behind them; "" for a tensor more
    returned: Returned | None  # None where it raised
    lost: bool  # a module that is not registered
    made: bool  # by the forward itself
    mask: MaskLink | None


def call_table(report: ForwardReport, side: Literal["left", "right"]) -> list[Row | str | None]:
    """The rows of one side; None where only the opposite side has something to show.

    A text stands for calls that are left out, on both sides at the same place.
    """
    subject, opposite = report.left, report.right
    own_place, other_place = 0, 1
    if side == "right":
        subject, opposite = opposite, subject
        own_place, other_place = other_place, own_place
    rows: list[Row | str | None] = []
    for pair in _shown_pairs(report):
        if isinstance(pair, str):
            rows.append(pair)
            continue
        across = _step(opposite, pair[other_place])
        step = _step(subject, pair[own_place])
        shown: list[Row] = []
        if step:
            mask = _mask_link(report, side, step)
            shown = _rows(step, subject.card.class_name, mask)
        rows += shown
        rows += [None] * (max(_height(step), _height(across)) - len(shown))
    return rows


def _shown_pairs(report: ForwardReport) -> Iterator[Pair | str]:
    """All calls; of many, the first and the last ones, and those where something is the matter."""
    pairs = report.rows
    shown = set(range(len(pairs)))
    if len(pairs) > FITS:
        shown = {*range(FIRST), *range(len(pairs) - LAST, len(pairs))}
        shown.update([place for place, pair in enumerate(pairs) if _tells(report, pair)][:TELLING])
    left_out = 0
    for place, pair in enumerate(pairs):
        if place not in shown:
            left_out += 1
            continue
        if left_out:
            yield f"… {plural(left_out, 'call', 'calls')} more, in the JSON"
        left_out = 0
        yield pair


def _tells(report: ForwardReport, pair: Pair) -> bool:
    """Whether a module is unregistered or new, or something raised, on one side or the other."""
    steps = (_step(report.left, pair[0]), _step(report.right, pair[1]))
    return any(step and (_is_lost(step) or _is_made(step) or not step.returned) for step in steps)


def _is_lost(step: Step) -> bool:
    return step.kind == "module" and step.status != "registered"


def _is_made(step: Step) -> bool:
    return step.kind == "module" and step.appeared


def stopped_call(log: CallLog) -> str:
    """The call that raised, with the shapes that it was given."""
    step = log.raised_in
    if step is None:
        return "model(input)"
    inputs = ", ".join(size(shape) for shape in step.inputs)
    return f"{step.path or step.name}({inputs})"


def _step(subject: ForwardSubject, number: int | None) -> Step | None:
    if number is None:
        return None
    assert subject.call_log
    return subject.call_log.steps[number]


def _height(step: Step | None) -> int:
    if step is None:
        return 1
    return max(1, len(step.outputs))


def _rows(step: Step, model: str, mask: MaskLink | None) -> list[Row]:
    """The call with its first output, then its other outputs."""
    call = Row(
        step=step,
        who=_who(step, model),
        depth=min(step.depth, DEEPEST),
        given=_given(step),
        returned=_returned(step),
        lost=_is_lost(step),
        made=_is_made(step),
        mask=mask,
    )
    rows = [call]
    for output in step.outputs[1:]:
        who = Who("class", output.name)
        returned = _tensor(output, size(output.shape))
        rows.append(replace(call, who=who, given="", returned=returned, made=False, mask=None))
    return rows


def _who(step: Step, model: str) -> Who:
    if step.kind == "function":
        return Who("function", step.name, line=step.line)
    if step.depth == 0:
        return Who("name", step.path or model)
    class_text = step.name
    arguments = brief(step.detail)
    if arguments:
        class_text = f"{step.name}({arguments})"
    return Who("name", step.path or "no path", class_text, f"{step.name}({step.detail})")


def _given(step: Step) -> str:
    shapes = ", ".join(size(shape) for shape in step.inputs[:INPUTS])
    if not step.returned:
        return shapes
    return f"{shapes} → "


def _returned(step: Step) -> Returned | None:
    if step.outputs:
        first = step.outputs[0]
        return _tensor(first, f"{first.name} {size(first.shape)}".lstrip())
    if step.returned:
        return Returned(of_class(step.returned))
    return None


def _tensor(facts: TensorFacts, text: str) -> Returned:
    if facts.dtype == USUAL:
        return Returned(text, numbers=numbers(facts))
    return Returned(text, facts.dtype, numbers(facts))


def _mask_link(
    report: ForwardReport, side: Literal["left", "right"], step: Step
) -> MaskLink | None:
    """Of a source of randomness that the dropout page can show."""
    if step.mask is None:
        return None
    query = mask_query(report, side, step.mask)
    if query is None:
        return None
    if step.shows_mask:
        return MaskLink(query.url, "mask")
    if step.drew:
        return MaskLink(query.url, "drew")
    return MaskLink(query.url, "quiet")
