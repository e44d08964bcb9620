"""Calls of an overridden train() or eval(), and what they do that nn.Module's does not."""

from collections.abc import Iterator
from typing import Any

from torch import nn

from rollcall.core.findings.kinds import ModeNotPassedOn
from rollcall.core.model_code import model_code
from rollcall.core.model_raised import ModelRaised
from rollcall.core.module_facts import is_training
from rollcall.core.pytorch_names import of_pytorch
from rollcall.core.report import Raised
from rollcall.core.walk.object_walk import Found

METHODS = ("train", "eval")


class ModeRun:
    """`train()` and `eval()` on each module that overrides one of them.

    Args:
        modules: of a fresh model; the unregistered ones are left out.
        filename: lecture file in which to point at the line of an exception.
    """

    def __init__(self, modules: list[Found], filename: str) -> None:
        self._found: list[ModeNotPassedOn] = []
        modules = [found for found in modules if found.registered]
        children: dict[int, list[Found]] = {}
        for found in modules:
            children.setdefault(id(found.owner), []).append(found)
        for found in modules:
            method = _overridden(found.value)
            if method is not None and not of_pytorch(found.value):
                self._call(found, list(_subtree(found, children)), method, filename)

    def findings(self) -> Iterator[ModeNotPassedOn]:
        """Those that return something else, leave out a module, or raise."""
        yield from self._found

    def _call(self, found: Found, subtree: list[Found], method: str, filename: str) -> None:
        module = found.value
        try:
            for each in subtree:
                with model_code("module.training = True"):
                    each.value.training = True
            with model_code("module.train()"):
                answer: Any = module.train()
            with model_code("module.eval()"):
                module.eval()
        except ModelRaised as error:
            raised = Raised.of(error, filename)
            self._found.append(_finding(found, method, answer=module, unheard=(), raised=raised))
            return
        unheard = tuple(each.path for each in subtree if is_training(each.value))
        if answer is not module or unheard:
            self._found.append(_finding(found, method, answer, unheard, raised=None))


def _overridden(module: nn.Module) -> str | None:
    """Which of the two methods is not nn.Module's; `train` before `eval`, which calls it."""
    for name in METHODS:
        own = name in vars(module)
        if own or getattr(type(module), name, None) is not getattr(nn.Module, name):
            return name
    return None


def _subtree(found: Found, children: dict[int, list[Found]]) -> Iterator[Found]:
    """A module and all below it, as `modules()` lists them. The children are by their owner."""
    waiting = [found]
    while waiting:
        each = waiting.pop()
        yield each
        waiting.extend(reversed(children.get(id(each), [])))


def _finding(
    found: Found, method: str, answer: Any, unheard: tuple[str, ...], raised: Raised | None
) -> ModeNotPassedOn:
    returned = None
    if answer is not found.value:
        returned = type(answer).__name__
    return ModeNotPassedOn(
        path=found.path,
        class_name=type(found.value).__name__,
        method=method,
        returned=returned,
        unheard=unheard,
        raised=raised,
    )
