"""Words and phrases that several pages use."""

import re
from collections.abc import Sequence

from rollcall.core.query import Mode
from rollcall.core.report import Raised
from rollcall.core.walk.found import ATTRIBUTE, HidingPlace
from rollcall.web.view.sentence import Part, Sentence, code, joined, sentence

CONTAINERS = (
    *("list", "tuple", "dict", "set", "frozenset", "deque"),
    *("OrderedDict", "defaultdict"),
)
TENSORS = ("Tensor", "Parameter")
HOLDERS = {
    "function": "a function",
    "method": "a bound method",
    "generator": "a generator",
    "_lru_cache_wrapper": "a cached function",
    "ReferenceType": "a weak reference",
    "ndarray": "a NumPy array",
}
WHEREABOUTS = {
    "class attribute": "an attribute of the class",
    "default argument": "a default argument",
    "global of the file": "a global of the file",
    "hook": "a hook",
    "iterator": "in an iterator",
    "referent": "known to the garbage collector only",
    "weak reference": "a weak reference",
}
NAMED = 3  # of a longer list
LONG = 2000  # characters of a message that is shown whole
LAST = 200  # of a longer one
LINE = 200  # characters of a message that is told in one line


def of_class(name: str) -> str:
    """What is of a class: None is the only one of its class."""
    if name == "NoneType":
        return "None"
    return name


def number(n: int) -> str:
    """A count as it is written on a slide: 1,024."""
    return f"{n:,}"


def one_or_many(n: int, one: str, many: str) -> str:
    """The word alone, singular or plural."""
    if n == 1:
        return one
    return many


def plural(n: int, one: str, many: str) -> str:
    """A count and what is counted."""
    return f"{number(n)} {one_or_many(n, one, many)}"


def whole(n: int, one: str, many: str) -> str:
    """Of one, of two and of many: only tensor, both tensors, all 3 tensors."""
    if n == 1:
        return f"only {one}"
    if n == 2:
        return f"both {many}"
    return f"all {number(n)} {many}"


def whole_of(name: str, n: int, one: str, many: str) -> str:
    """The same of somebody's: MyLinear’s only tensor, both tensors of MyLinear."""
    if n == 1:
        return f"{name}’s only {one}"
    return f"{whole(n, one, many)} of {name}"


def share(n: int, total: int, one: str, many: str) -> str:
    """Some of all, where `n` is never 0."""
    if n < total:
        return f"{number(n)} of {number(total)} {many}"
    if total == 1:
        return f"its only {one}"
    return whole(total, one, many)


def unheard_mode(called: Mode) -> str:
    """In which mode a module stays that did not hear train() or eval()."""
    if called == "eval":
        return "training"
    return "evaluation"


def cannot(name: str, what: str, raised: Raised) -> Sentence:
    """Why nothing is told of a model: its constructor raised, or another call that is named."""
    if raised.during in ("", f"{name}()"):
        return sentence(f"{name} cannot be {what}: {raised.type}.")
    return sentence(f"{name}: ", code(raised.during), f" raises {raised.type}.")


def errors(raising: int, failed: int) -> str:
    """For how many of the checks that fail PyTorch says so itself."""
    if not raising:
        return "; PyTorch raises no error"
    if raising < failed:
        return f"; PyTorch raises an error for only {raising}"
    if failed == 1:
        return "; PyTorch raises an error"
    if failed == 2:
        return "; PyTorch raises an error for both"
    return f"; PyTorch raises an error for all {failed}"


def first_and_last(text: str) -> str:
    """What PyTorch says, as far as it can be read: the first and the last of a long message."""
    if len(text) <= LONG:
        return text
    left_out = len(text) - LONG
    return f"{text[: LONG - LAST]} … {number(left_out)} characters … {text[-LAST:]}"


def one_line(message: str) -> str:
    """One line of it that can be read above a column; the JSON has it all."""
    words = " ".join(message.split())
    if len(words) <= LINE:
        return words
    start = words[:LINE]
    sentences, stop, _ = start.rpartition(". ")
    if stop:
        return f"{sentences}. …"
    return start.rpartition(" ")[0] + " …"


def all_of(names: Sequence[str]) -> Sentence:
    """The first three names as code, and how many more there are."""
    return listed([named(name) for name in names])


def named(path: str) -> Part:
    """A path as code. The model has none."""
    if path:
        return code(path)
    return "the model itself"


def listed(parts: Sequence[Part]) -> Sentence:
    """The first three, and how many more there are."""
    shown, more = parts[:NAMED], len(parts[NAMED:])
    if more:
        return sentence(joined(shown, ", "), f" and {number(more)} more")
    if len(shown) > 1:
        return sentence(joined(shown[:-1], ", "), " and ", shown[-1])
    return sentence(*shown)


def what(place: HidingPlace) -> str:
    """What an attribute, or another place, is in which PyTorch does not look."""
    if place.found_by != ATTRIBUTE:
        return whereabouts(place.found_by)
    if place.is_module:
        return f"a {place.holds} that was never registered"
    if place.holds in CONTAINERS:
        return f"a plain {place.holds}"
    if place.holds in TENSORS:
        return "a plain tensor"
    return HOLDERS.get(place.holds, f"a plain {place.holds} object")


def whereabouts(found_by: str) -> str:
    """Where something was found that is no attribute."""
    if found_by.startswith("closure"):
        return f"in the {found_by}"
    return WHEREABOUTS.get(found_by, f"in a {found_by}")


def place_name(place: HidingPlace) -> str:
    """How one calls a place: a global by its name, an attribute by its path."""
    named = re.search(r"\((?:closure|default|global): ([^()]+)\)$", place.attribute)
    if named:
        return named[1]
    return place.attribute


def size(shape: Sequence[int | str] | None) -> str:
    """A shape as it is written on a slide: 10×20."""
    if shape is None:
        return "lazy"
    return "×".join(map(str, shape)) or "scalar"


def brief(extra_repr: str) -> str:
    """What a slide says of a layer: `in_features=10, out_features=20, bias=True` is `10, 20`."""
    positional = re.match(r"[^=]*(?=, \w+=|$)", extra_repr)
    sizes = re.findall(r"(?:in|out)_\w+=(\d+)", extra_repr)
    probability = re.findall(r"\bp=[\d.]+", extra_repr)
    parts = [*sizes, *probability]
    if positional and positional[0]:
        parts.insert(0, positional[0])
    return ", ".join(parts)
