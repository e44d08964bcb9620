"""What to do about state that an attribute hides, in the names of whoever wrote the model."""

import re

from rollcall.core.walk.found import ATTRIBUTE
from rollcall.experiments.registry.hidden_state import HiddenState
from rollcall.web.view.sentence import Part, Sentence, code, sentence
from rollcall.web.view.words import TENSORS, all_of, place_name

LISTS = ("list", "tuple", "set", "frozenset", "deque")
DICTS = ("dict", "OrderedDict", "defaultdict")
NESTED = re.compile(r"\[[^\]]*\]\[")  # in a container that is in a container
WORD_AS_KEY = re.compile(r"\['[^.']+'\]")  # what PyTorch's dictionaries take
PART = re.compile(r"\.(?!__)\w+")  # an attribute of what holds it


def hidden_fix(hidden: HiddenState) -> Sentence:
    """How its state gets into PyTorch's registries."""
    place = hidden.place
    name = place.attribute.rpartition(".")[2]
    if place.found_by != ATTRIBUTE:
        return _assigned(hidden, code(place_name(place)), " to self in __init__")
    if not name.isidentifier():
        return sentence(
            "PyTorch’s containers look no deeper: do not nest ", code(place.attribute), "."
        )
    if place.is_module:
        usual = "Assign it as usual, not past nn.Module’s __setattr__: "
        return sentence(usual, code(f"self.{name} = {place.holds}(...)"), ".")
    if place.holds in (*LISTS, *DICTS):
        return _contained(hidden, f"self.{_as_written(hidden)}")
    if place.holds in TENSORS and hidden.rank == "trainable":
        return sentence("Write ", code(f"self.{name} = nn.Parameter(...)"), ".")
    if place.holds in TENSORS:
        return sentence("Write ", code(f'self.register_buffer("{name}", ...)'), ".")
    derive: Sentence = ()
    if hidden.holds_modules and all(map(PART.fullmatch, _inside(hidden))):
        derive = sentence(f", or derive {place.holds} from ", code("nn.Module"))
    return _assigned(hidden, all_of(hidden.paths), " to self as well", derive)


def _as_written(hidden: HiddenState) -> str:
    """How it is assigned: an entry of a ParameterDict is no attribute of the model."""
    name = hidden.place.attribute.rpartition(".")[2]
    if hidden.owner_class == "ParameterDict":
        return f'{hidden.owner.rpartition(".")[2]}["{name}"]'
    return name


def _contained(hidden: HiddenState, assigned: str) -> Sentence:
    """What takes the place of a plain container."""
    if not hidden.holds_modules and hidden.rank != "trainable":
        each = code("self.register_buffer(...)")
        return sentence("Give each tensor of ", code(assigned), " its own ", each, ".")
    keys, inner = "", ""
    if hidden.place.holds in DICTS and not all(map(WORD_AS_KEY.match, _inside(hidden))):
        keys = " with strings without a dot as keys"
    if any(map(NESTED.match, _inside(hidden))):
        inner = ", and alike for each container in it: PyTorch’s take no plain ones"
    return sentence("Write ", code(f"{assigned} = {_container(hidden)}(...)"), f"{keys}{inner}.")


def _assigned(hidden: HiddenState, what: Part, to: str, also: Sentence = ()) -> Sentence:
    """A plain tensor that is assigned is as unregistered as before."""
    if hidden.holds_modules:
        return sentence("Assign ", what, to, also, ".")
    if hidden.rank == "trainable":
        return sentence("Assign ", what, f"{to}, as an ", code("nn.Parameter"), ".")
    return sentence("Give ", what, " to ", code("self.register_buffer(...)"), ".")


def _inside(hidden: HiddenState) -> list[str]:
    """Where its modules and tensors are, from the attribute on."""
    return [path.removeprefix(hidden.place.attribute) for path in hidden.paths]


def _container(hidden: HiddenState) -> str:
    """The one of PyTorch's that takes the place of Python's."""
    content, shape = "Parameter", "List"
    if hidden.place.holds in DICTS:
        shape = "Dict"
    if hidden.holds_modules:
        content = "Module"
    return f"nn.{content}{shape}"
