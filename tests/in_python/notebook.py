"""A real notebook: its cells, what each shows in a kernel, and the same without one."""

import warnings
from typing import Any, NamedTuple

from rollcall.in_python import shown

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
large = nn.Sequential(*[nn.Sequential(*[block() for _ in range(10)]) for _ in range(60)])
large[50][7].mask = torch.ones(1)
report = rollcall.scan(large)
report
""",
    'report.show("3", find="norm")',
    """
import sys
print({"fastapi", "starlette", "uvicorn", "rollcall.lab"} & {*sys.modules})
""",
)


class Output(NamedTuple):
    """What one cell shows."""

    html: str
    text: str


def in_a_kernel() -> list[Output]:
    """Each cell is executed as Jupyter does."""
    import nbformat
    from nbclient import NotebookClient

    new: Any = nbformat.v4
    cells = [new.new_code_cell(text.strip()) for text in CELLS]
    notebook = new.new_notebook(cells=cells)
    with warnings.catch_warnings(action="ignore"):  # of the client, about event loops
        NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    return [_output(cell.outputs) for cell in notebook.cells]


def _output(outputs: list[dict[str, Any]]) -> Output:
    html = text = ""
    for output in outputs:
        data = output.get("data", {})
        html += data.get("text/html", "")
        text += data.get("text/plain", "") + output.get("text", "")
    return Output(html, text)


def in_this_process() -> list[Output]:
    """The same, of the cells that end with a report."""
    names: dict[str, Any] = {}
    outputs = []
    asks = shown._is_in_a_notebook
    shown._is_in_a_notebook = lambda: True
    try:
        exec(CELLS[0], names)
        for cell in CELLS[1:-1]:
            *before, last = cell.strip().splitlines()
            exec("\n".join(before), names)
            report = eval(last, names)
            outputs.append(Output(report._repr_html_(), repr(report)))
    finally:
        shown._is_in_a_notebook = asks
    return outputs
