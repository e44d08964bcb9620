"""What differs between two scans, as lines of text."""

import re
from collections.abc import Iterator

from rollcall.core.entries import Entry
from rollcall.core.scan import ModuleEntry, Scan, TensorEntry

Row = tuple[str, str, str]


def differences(left: Scan, right: Scan) -> Iterator[str]:
    """Both headlines, and a row for each module and tensor that stands otherwise."""
    yield left.headline_line
    yield right.headline_line
    rows = list(_rows(left, right))
    if not rows:
        yield "All modules and tensors of both stand alike."
        return
    names = (_name(left, "left", right), _name(right, "right", left))
    widths = [max(map(len, column)) for column in zip(("", *names), *rows, strict=True)]
    for row in (("", *names), *rows):
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        yield "  ".join(cells).rstrip()


def _name(scan: Scan, side: str, other: Scan) -> str:
    if scan.class_name == other.class_name:
        return f"{scan.class_name} ({side})"
    return scan.class_name


def _rows(left: Scan, right: Scan) -> Iterator[Row]:
    ours, theirs = _by_place(left), _by_place(right)
    for place in dict.fromkeys((*ours, *theirs)):
        one, other = ours.get(place), theirs.get(place)
        told = (_told(one), _told(other))
        if told[0] != told[1]:
            path = (one or other).path  # type: ignore[union-attr]  # one of both is there
            yield (path, *told)


def _by_place(scan: Scan) -> dict[tuple[str, ...], Entry]:
    """Entries below the model itself; `layers[0].weight` and `layers.0.weight` are one place."""
    entries = [each for each in (*scan.modules, *scan.tensors) if each.path]
    return {tuple(re.findall(r"\w+", each.path)): each for each in entries}


def _told(entry: Entry | None) -> str:
    if entry is None:
        return "-"
    words: list[str] = [entry.status]
    if isinstance(entry, TensorEntry):
        words.append(entry.kind)
        words += [str(list(entry.shape or ())), entry.dtype, entry.device]
    if isinstance(entry, ModuleEntry):
        words.append(entry.class_name)
        if not entry.training:
            words.append("in eval")
    return " ".join(words)
