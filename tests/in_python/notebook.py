"""A real notebook, executed once: its code, and what its cells show."""

import warnings
from functools import cache
from typing import NamedTuple

CELLS = (
    """
import torch
from torch import nn
import rollcall

class ListNet(nn.Module):
    def __init__(self, layers):
        super().__init__()
        self.layers = layers
        self.head = nn.Linear(3, 2)
        self.activations = [nn.ReLU()]

    def forward(self, x):
        return self.head(self.activations[0](self.layers[1](self.layers[0](x))))

def layers():
    return [nn.Linear(3, 3), nn.BatchNorm1d(3).eval()]

x = torch.rand(4, 3)
""",
    "rollcall.scan(ListNet(layers()), x)",
    "rollcall.compare(ListNet(layers()), ListNet(nn.ModuleList(layers())), x)",
    """
block = lambda: nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2), nn.ReLU(), nn.Dropout())
large = nn.Sequential(*[nn.Sequential(*[block() for _ in range(20)]) for _ in range(100)])
large[50][7].mask = torch.ones(1)
report = rollcall.scan(large)
report
""",
    'report.show("3", find="norm")',
    """
import sys
print({"fastapi", "starlette", "uvicorn", "pebble"} & {*sys.modules})
""",
)


class Cell(NamedTuple):
    """What one cell shows."""

    html: str
    text: str


@cache
def shown_cells() -> tuple[Cell, ...]:
    """Of each of the cells above."""
    import nbformat
    from nbclient import NotebookClient

    new: object = nbformat.v4
    cells = [new.new_code_cell(text.strip()) for text in CELLS]  # type: ignore[attr-defined]
    notebook = new.new_notebook(cells=cells)  # type: ignore[attr-defined]
    with warnings.catch_warnings(action="ignore"):  # of the client, about event loops
        NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    return tuple(_cell(each.outputs) for each in notebook.cells)


def _cell(outputs: list[dict[str, dict[str, str]]]) -> Cell:
    html = text = ""
    for output in outputs:
        data = output.get("data", {})
        html += data.get("text/html", "")
        text += data.get("text/plain", "") + str(output.get("text", ""))
    return Cell(html, text)
