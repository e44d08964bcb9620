"""A value in a few words, as one says it beside the code."""

from rollcall.experiments.step.thing import Thing
from rollcall.web.view.words import brief, number, size

LONGEST = 40  # letters of a value that is written out


def in_words(thing: Thing) -> str:
    """Linear(10, 20), list of 2, Tensor 4×10, 0.5."""
    match thing.kind:
        case "module":
            return _module(thing)
        case "parameter" | "tensor":
            return f"{thing.name} {size(thing.shape)}"
        case "container":
            return _container(thing)
        case "plain":
            return _cut(thing.detail)
    if thing.detail:
        return f"{thing.name} {_cut(thing.detail)}"
    return thing.name


def with_article(thing: Thing) -> str:
    """The same in a sentence: a 4×20 tensor, an empty list, None."""
    if thing.kind == "plain":
        return _cut(thing.detail)
    said = in_words(thing)
    if thing.kind == "tensor" and thing.name == "Tensor":
        said = f"{size(thing.shape)} tensor"
    return a_or_an(said)


def a_or_an(name: str) -> str:
    """With the article before it."""
    if name[:1] in "aeioAEIO":
        return f"an {name}"
    return f"a {name}"


def _module(thing: Thing) -> str:
    if thing.length is not None:
        return f"{thing.name} of {number(thing.length)}"
    if not thing.detail:
        return thing.name
    return f"{thing.name}({brief(thing.detail)})"


def _container(thing: Thing) -> str:
    if not thing.length:
        return f"empty {thing.name}"
    items = ", ".join(thing.items)
    if thing.length > len(thing.items):
        items += ", …"
    return f"{thing.name} of {number(thing.length)}: {items}"


def _cut(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    return f"{text[:LONGEST]}…"
