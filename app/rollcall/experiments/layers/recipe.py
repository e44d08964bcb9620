"""The recipe of the check as Python that a student can type, run line by line."""

import torch
from torch import nn

from rollcall.core.query import Mode
from rollcall.core.random_state import seeded
from rollcall.core.report import Raised, Report
from rollcall.experiments.layers.layer_pair import Bench
from rollcall.lectures.reference_layer import PREFIX


class RecipeLine(Report):
    """One line, and what Python answered."""

    python: str
    reached: bool = True  # no line before it raised
    answer: str = ""
    raised: Raised | None = None


def calls(bench: Bench) -> tuple[str, str]:
    """How the layer and its reference are built: `MyLinear(10, 5)` and `nn.Linear(10, 5)`."""
    args, keywords = bench.their_arguments
    their_name = bench.reference
    if not their_name.startswith(PREFIX):
        their_name = their_name.partition(".")[2]
    own = ", ".join(map(repr, args))
    theirs = [*map(repr, args), *(f"{name}={value!r}" for name, value in keywords.items())]
    return f"{bench.candidate.card.class_name}({own})", f"{their_name}({', '.join(theirs)})"


def recipe(bench: Bench) -> tuple[RecipeLine, ...]:
    """Run it, up to the line that raises."""
    names = {
        "torch": torch,
        "nn": nn,
        bench.candidate.card.class_name: bench.own_class,
        bench.reference.partition(".")[2]: bench.their_class,
    }
    lines: list[RecipeLine] = []
    mode = "eval" if bench.kind() == "dropout" else bench.mode
    with seeded(bench.candidate.seed):
        for python in _lines(bench, mode):
            if any(line.raised for line in lines):
                lines.append(RecipeLine(python=python, reached=False))
            else:
                lines.append(_run(python, names, bench))
    return tuple(lines)


def _lines(bench: Bench, mode: Mode) -> list[str]:
    mine, theirs = calls(bench)
    lines = [f"mine = {mine}", f"theirs = {theirs}"]
    if bench.theirs().state_dict():
        lines.append("mine.load_state_dict(theirs.state_dict())")
    if mode == "eval":
        lines.append("_ = mine.eval(), theirs.eval()")
    x = bench.example()
    shape = ", ".join(map(str, x.shape))
    if x.is_floating_point():
        lines.append(f"x = torch.randn({shape})")
    else:
        lines.append(f"x = torch.randint({int(x.max()) + 1}, ({shape}))")
    return [*lines, "torch.testing.assert_close(mine(x), theirs(x))"]


def _run(python: str, names: dict[str, object], bench: Bench) -> RecipeLine:
    try:
        if " = " in python:
            exec(python, names)
            return RecipeLine(python=python)
        answer = eval(python, names)
    except Exception as error:
        return RecipeLine(python=python, raised=bench.candidate.raised(error))
    return RecipeLine(python=python, answer="" if answer is None else str(answer))
