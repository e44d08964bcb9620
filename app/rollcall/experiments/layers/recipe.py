"""The recipe of the check as Python that a student can type, run line by line."""

import torch
from torch import nn

from rollcall.core.input.input_python import InputPython
from rollcall.core.model_code import model_code
from rollcall.core.model_name import class_of
from rollcall.core.model_raised import ModelRaised
from rollcall.core.module_facts import holds_tensors
from rollcall.core.query import Mode
from rollcall.core.report import Raised, Report
from rollcall.core.rng.random_state import seeded
from rollcall.experiments.layer_checks.layer_pair import LayerPair
from rollcall.lectures.reference_layer import PREFIX


class RecipeLine(Report):
    """One line, and what Python answered."""

    python: str
    reached: bool = True  # no line before it raised
    answer: str = ""
    raised: Raised | None = None


def calls(pair: LayerPair) -> tuple[str, str]:
    """How the layer and its reference are built: `MyLinear(10, 5)` and `nn.Linear(10, 5)`."""
    args, keywords = pair.reference_arguments
    name = pair.reference
    if not name.startswith(PREFIX):
        name = class_of(name)
    given = [repr(each) for each in args]
    named = [f"{keyword}={value!r}" for keyword, value in keywords.items()]
    layer_call = f"{pair.factory.card.class_name}({', '.join(given)})"
    return layer_call, f"{name}({', '.join(given + named)})"


def recipe(pair: LayerPair) -> tuple[RecipeLine, ...]:
    """Run it, up to the line that raises."""
    names = {
        "torch": torch,
        "nn": nn,
        pair.factory.card.class_name: pair.own_class,
        class_of(pair.reference): pair.reference_class,
    }
    lines: list[RecipeLine] = []
    mode = pair.mode
    if pair.kind() == "dropout":
        mode = "eval"
    with seeded(pair.factory.seed):
        for python in _lines(pair, mode):
            if any(line.raised for line in lines):
                lines.append(RecipeLine(python=python, reached=False))
            else:
                lines.append(_run(python, names, pair))
    return tuple(lines)


def _lines(pair: LayerPair, mode: Mode) -> list[str]:
    layer_call, reference_call = calls(pair)
    lines = [f"mine = {layer_call}", f"theirs = {reference_call}"]
    if holds_tensors(pair.build_reference()):
        lines.append("mine.load_state_dict(theirs.state_dict())")
    if mode == "eval":
        lines.append("_ = mine.eval(), theirs.eval()")
    given = InputPython(pair.example())
    passed = given.passed
    lines += given.drawn.split("\n")
    return [*lines, f"torch.testing.assert_close(mine({passed}), theirs({passed}))"]


def _run(python: str, names: dict[str, object], pair: LayerPair) -> RecipeLine:
    answer = None
    try:
        with model_code(python):
            if " = " in python:
                exec(python, names)
            else:
                answer = eval(python, names)
    except ModelRaised as error:
        return RecipeLine(python=python, raised=pair.factory.raised(error))
    if answer is None:
        return RecipeLine(python=python)
    return RecipeLine(python=python, answer=str(answer))
