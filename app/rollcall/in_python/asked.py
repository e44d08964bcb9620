"""PyTorch's callers, asked about a model in use: only what changes nothing is called.

A page moves, steps and saves models that it has built for that. Here it is asked for what `.to()`
and `eval()` would go through: `parameters()`, `buffers()` and `modules()`.
"""

from collections.abc import Callable, Collection, Iterable
from typing import TypeVar

import torch
from torch import nn

from rollcall.core.model_code import model_code
from rollcall.core.model_raised import ModelRaised
from rollcall.core.optimizer_tensors import ids_in_optimizer
from rollcall.core.report import Raised
from rollcall.core.roll_call import ModuleAnswers, RollCall, TensorAnswers
from rollcall.core.scan import Scan, TensorEntry
from rollcall.core.state_keys import listed
from rollcall.core.walk.object_walk import walk

ELSEWHERE = "another device"
_MODE_CALLS = ("train", "eval")

T = TypeVar("T")


def ask(model: nn.Module, scan: Scan) -> RollCall:
    """The answers for each entry of a scan of this model, made a moment ago."""
    walked = walk(model)
    asked = _Asked(model, {found.path: id(found.value) for found in walked.tensors}, scan)
    return RollCall(
        moved_to=ELSEWHERE,
        tensors=tuple(asked.of_tensor(each) for each in scan.tensors),
        modules=tuple(_answers_to_eval(model, [(f.path, f.value) for f in walked.modules])),
        backward_raised=None,
        optimizer_raised=asked.raised.get("optimizer"),
        to_raised=asked.raised.get("to"),
        state_dict_raised=asked.raised.get("state_dict"),
    )


class _Asked:
    """What each call has listed; None where it raised."""

    def __init__(self, model: nn.Module, ids: dict[str, int], scan: Scan) -> None:
        self.raised: dict[str, Raised] = {}
        self._ids = ids
        self._used: Collection[str] | None = None
        if scan.used is not None:
            self._used = frozenset(scan.used.paths)
        self._held = self._call("optimizer", lambda: _in_optimizer(model))
        self._moved = self._call("to", lambda: _ids([*model.parameters(), *model.buffers()]))
        self._keys = self._call("state_dict", lambda: frozenset(listed(model)))

    def _call(self, caller: str, call: Callable[[], T]) -> T | None:
        try:
            with model_code(f"model.{caller}()"):
                return call()
        except ModelRaised as error:
            self.raised[caller] = Raised.of(error)
            return None

    def of_tensor(self, tensor: TensorEntry) -> TensorAnswers:
        key = self._ids.get(tensor.path)
        trainable = tensor.requires_grad and tensor.is_leaf
        autograd = optimizer = to = in_file = None
        if trainable and self._used is not None:
            autograd = tensor.path in self._used
        if trainable and self._held is not None:
            optimizer = key in self._held
        if self._moved is not None:
            to = key in self._moved or tensor.rank == "moved"
        if self._keys is not None:
            in_file = not self._keys.isdisjoint(tensor.names)
        return TensorAnswers(
            path=tensor.path,
            trainable=trainable,
            autograd=autograd,
            optimizer=optimizer,
            stepped=None,
            to=to,
            state_dict=in_file,
        )


def _in_optimizer(model: nn.Module) -> frozenset[int]:
    parameters = list(model.parameters())
    if not parameters:  # then none is held, although PyTorch raises
        return frozenset()
    return frozenset(ids_in_optimizer(torch.optim.SGD(parameters)))


def _ids(values: Iterable[object]) -> frozenset[int]:
    return frozenset(map(id, values))


def _answers_to_eval(
    model: nn.Module, modules: Iterable[tuple[str, nn.Module]]
) -> Iterable[ModuleAnswers]:
    """Whether eval() goes through a module; None below a train() that somebody has written anew."""
    heard, unsaid = _through_eval(model)
    for path, module in modules:
        answer: bool | None = id(module) in heard
        if id(module) in unsaid and not answer:
            answer = None
        yield ModuleAnswers(path=path, eval=answer)


def _through_eval(model: nn.Module) -> tuple[set[int], set[int]]:
    """The ids of the modules that PyTorch's own eval() reaches, and of those that it may reach."""
    heard: set[int] = set()
    unsaid: set[int] = set()
    waiting = [model]
    while waiting:
        module = waiting.pop()
        if any(getattr(type(module), name) is not getattr(nn.Module, name) for name in _MODE_CALLS):
            unsaid |= _ids(module.modules())
        elif id(module) not in heard:
            heard.add(id(module))
            waiting.extend(module.children())
    return heard, unsaid
