"""Sentences as data: text, code and stress, which the macro `say` lays out."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal


@dataclass(frozen=True)
class Span:
    """A piece of a sentence."""

    kind: Literal["plain", "code", "strong", "em"]
    text: str = ""
    inside: tuple["Span", ...] = ()  # of a stressed piece, which may hold code


Sentence = tuple[Span, ...]
Part = str | Span | Sentence  # what a sentence is put together from


def sentence(*parts: Part) -> Sentence:
    """One after the other, with no space but those that the parts bring along."""
    spans: list[Span] = []
    for part in parts:
        if isinstance(part, str):
            spans.append(Span("plain", part))
        elif isinstance(part, Span):
            spans.append(part)
        else:
            spans.extend(part)
    apart = [each for span in spans for each in _spaces_outside(span)]
    return tuple(span for span in apart if span.text or span.inside)


def _spaces_outside(span: Span) -> Sentence:
    """The spaces at the ends of a stressed piece beside it, where no line is drawn under them."""
    if span.kind != "em" or not span.inside:
        return (span,)
    inside = list(span.inside)
    before = after = ""
    if inside[0].kind == "plain":
        text = inside[0].text.lstrip()
        before = inside[0].text.removesuffix(text)
        inside[0] = replace(inside[0], text=text)
    if inside[-1].kind == "plain":
        text = inside[-1].text.rstrip()
        after = inside[-1].text.removeprefix(text)
        inside[-1] = replace(inside[-1], text=text)
    return Span("plain", before), replace(span, inside=sentence(*inside)), Span("plain", after)


def code(text: str) -> Span:
    """A name as it stands in the source."""
    return Span("code", text)


def strong(text: str) -> Span:
    """The word or number that counts in a sentence."""
    return Span("strong", text)


def em(*parts: Part) -> Span:
    """What the eye should find."""
    return Span("em", inside=sentence(*parts))


def joined(sentences: Iterable[Part], separator: str = " ") -> Sentence:
    """Several, with the separator between them."""
    parts: list[Part] = []
    for each in sentences:
        if parts:
            parts.append(separator)
        parts.append(each)
    return sentence(*parts)


def read(spans: Sentence) -> str:
    """The sentence as it is read aloud."""
    return "".join(span.text or read(span.inside) for span in spans)
