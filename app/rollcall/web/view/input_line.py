"""The words beside a model that say what it is called with, and how that was found."""

from dataclasses import dataclass
from typing import Any, Literal

from rollcall.core.input.input_spec import (
    ARRAY,
    BOOL,
    INT,
    ArraySpec,
    ConstantSpec,
    GroupSpec,
    Spec,
    TensorSpec,
)
from rollcall.core.input.input_text import BadInput, parse_input
from rollcall.core.pair_query import PairQuery
from rollcall.core.report import Raised
from rollcall.lectures.declared_course import COURSE
from rollcall.lectures.example_input import InputOrigin, InputTry
from rollcall.web.view.sentence import Sentence, code, sentence
from rollcall.web.view.words import plural, size

BRACKETS = {"list": ("[", "]"), "tuple": ("(", ")"), "dict": ("{", "}"), "call": ("(", ")")}


@dataclass(frozen=True)
class TriedInput:
    """One that did not fit."""

    given: str
    layer: str
    raised: Raised


@dataclass(frozen=True)
class InputLine:
    """What a model is called with, who says so, and a field for another."""

    given: str
    said: Sentence
    caution: str  # what is to be known of it at once; "" where somebody wrote it down
    tries: tuple[TriedInput, ...]
    typed: str  # what stands in the field
    fields: tuple[tuple[str, Any], ...]  # the rest of the query, which stays
    own: str | None  # the address with each model's own input; None: it is shown


def input_line(query: PairQuery, report: Any, side: Literal["left", "right"]) -> InputLine | None:
    """Of one column; None where no model is called with an input of its own."""
    subject = getattr(report, side)
    origin: InputOrigin | None = getattr(subject, "input", None)
    if origin is None:
        return None
    own = None
    if query.x:
        own = query.replace(x="").url
    return InputLine(
        given=input_words(origin.text),
        said=_said(origin),
        caution=_caution(origin),
        tries=tuple(map(_tried, origin.tries)),
        typed=origin.text,
        fields=tuple(_fields(query)),
        own=own,
    )


def input_words(text: str) -> str:
    """An input as one says it: 4×10, or 4×6 integers below 50."""
    try:
        call = parse_input(text)
    except BadInput:  # an object of a lecture's own among the arguments
        return text
    return _items(call) or "nothing"


def _items(group: GroupSpec) -> str:
    return ", ".join(_item(key, each) for key, each in group.items)


def _item(key: int | str, spec: Spec) -> str:
    if isinstance(key, str):
        return f"{key}: {_words(spec)}"
    return _words(spec)


def _words(spec: Spec) -> str:
    if isinstance(spec, ConstantSpec):
        if isinstance(spec.value, str) and spec.value.startswith(ARRAY):
            return spec.value
        return repr(spec.value)
    if isinstance(spec, TensorSpec):
        return _tensor(spec)
    if isinstance(spec, ArraySpec):
        return f"{ARRAY}{_tensor(spec.tensor)}"
    opening, closing = BRACKETS[spec.kind]
    return f"{opening}{_items(spec)}{closing}"


def _tensor(spec: TensorSpec) -> str:
    shape = size(spec.shape)
    if spec.dtype == BOOL:
        return f"{shape} booleans"
    kind = ""
    if spec.dtype == INT:
        kind = " integers"
    elif spec.dtype != "float32":
        kind = f" {spec.dtype}"
    if spec.bounds is None:
        return f"{shape}{kind}"
    low, high = spec.bounds
    if low or spec.is_float:
        return f"{shape}{kind} from {low:g} to {high:g}"
    return f"{shape}{kind} below {high:g}"


def _said(origin: InputOrigin) -> Sentence:
    match origin.how:
        case "typed":
            return sentence("typed")
        case "declared":
            return sentence("declared in ", code(COURSE))
        case "example_input":
            return sentence("given by ", code("example_input()"))
    parts = [sentence("guessed")]
    if origin.layer:
        parts.append(sentence(" from ", code(origin.layer)))
    if origin.tries:
        parts.append(sentence(f", after {plural(len(origin.tries), 'try', 'tries')}"))
    return sentence(*parts)


def _caution(origin: InputOrigin) -> str:
    if origin.how != "guessed":
        return ""
    if origin.raised is None:
        return "guessed"
    inputs = plural(len(origin.tries) + 1, "guess", "guesses")
    return f"none of {inputs} fits"


def _tried(made: InputTry) -> TriedInput:
    return TriedInput(input_words(made.text), made.layer, made.raised)


def _fields(query: PairQuery) -> list[tuple[str, Any]]:
    fields: list[tuple[str, Any]] = []
    for name, value in query.model_dump(exclude={"x"}).items():
        if isinstance(value, tuple):
            fields.extend((name, each) for each in value)
        else:
            fields.append((name, value))
    return fields
