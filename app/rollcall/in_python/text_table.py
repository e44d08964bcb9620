"""The table of a scan as text: the lines that a notebook shows, where there is none."""

from collections.abc import Iterator

from rollcall.in_python.table import Table
from rollcall.web.view.registry.module_row import ModuleRow

Cells = tuple[str, str, str, str]


def text_table(table: Table) -> str:
    """The headline, and a line for each row."""
    lines = [f"{table.model}: {table.headline}"]
    if table.found:
        lines.append(table.found)
    rows = [cells for row in table.rows for cells in _cells(row)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=True)]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def _cells(row: ModuleRow) -> Iterator[Cells]:
    """A module's line, and those of its tensors."""
    if row.depth or row.mark:
        yield row.label, row.class_text, row.mark, _closed(row)
    for tensor in row.tensors:
        path = tensor.name
        if row.depth:
            path = f"{row.label}.{tensor.name}"
        status = "registered"
        if tensor.lost:
            status = tensor.mark or row.mark
        yield path, tensor.kind, status, f"{tensor.shape} {tensor.dtype}".rstrip()


def _closed(row: ModuleRow) -> str:
    """What a closed line keeps."""
    if row.toggle is None or row.toggle.closes:
        return ""
    kept = [row.toggle.text, row.toggle.lost]
    return "closed: " + ", ".join(filter(None, kept))
