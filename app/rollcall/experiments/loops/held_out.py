"""The loss on held-out pairs, of a copy that takes the numbers of one step after the other."""

import copy
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.func import vmap

from rollcall.core.rng.random_state import seeded
from rollcall.experiments.loops.batches import Pair
from rollcall.experiments.loops.rows import Row

FEW = 20_000  # numbers of a model that is so small that calling takes longer than computing


class HeldOutLoss:
    """Mean squared error after eval(), of a copy: the loop does not notice.

    Args:
        model: whose copy it is.
        pairs: that no loop is meant to train on.
    """

    def __init__(self, model: nn.Module, pairs: Sequence[Pair]) -> None:
        self._model = model
        self._pairs = _as_one(pairs)
        self._copy: nn.Module | None = None
        # where it looks for the tensor of a row: a tensor may have several names
        self._places: list[tuple[dict[str, Any], str, str]] = []
        self._version = -1

    def prepare(self, version: int, rows: Sequence[Row]) -> None:
        """Copy the model as it is now built, where that was not done yet.

        Args:
            version: of the rows.
            rows: whose numbers it takes when it is called.
        """
        if version == self._version:
            return
        self._version = version
        try:
            own = [row for row in rows if not row.of]
            tensors = {id(row.value): row.value.detach().clone() for row in own}
            paths = {id(tensors[id(row.value)]): row.path for row in own}
            self._copy = _deep_copy(self._model, tensors)
            self._places.clear()
            for module in self._copy.modules():
                module._forward_hooks.clear()  # those of the loop are to see its own calls alone
                for book in (module._parameters, module._buffers):
                    names = [(name, paths.get(id(value))) for name, value in book.items()]
                    self._places += [(book, name, path) for name, path in names if path]
            self._copy.eval()
        except Exception:  # whatever the model raises; the loop itself goes on
            self._copy = None

    def of(self, values: Tensor, rows: Sequence[Row], steps: range) -> list[float | None]:
        """One for each step; None where the copy cannot be called.

        Args:
            values: of all rows, in a row for each place.
            rows: in their order.
            steps: the places that are asked for.
        """
        if self._copy is None:
            return [None] * len(steps)
        sizes = [row.value.numel() for row in rows]
        parts = {
            row.path: part.reshape(-1, *row.value.shape)
            for row, part in zip(rows, torch.split(values, sizes, dim=1), strict=True)
            if not row.of
        }
        try:
            with torch.no_grad():
                return self._losses(self._copy, parts, steps, values.shape[1] <= FEW)
        except Exception:  # as above
            return [None] * len(steps)

    def _losses(
        self, follower: nn.Module, parts: dict[str, Tensor], steps: range, at_once: bool
    ) -> list[float | None]:
        if at_once:
            try:
                with seeded(0):
                    losses = vmap(lambda state: self._loss(follower, state))(parts)
                return [*losses[steps.start : steps.stop].tolist()]
            except Exception:  # a forward that is no function of its tensors alone
                pass
        return [self._loss_of_one(follower, parts, step) for step in steps]

    def _loss_of_one(self, follower: nn.Module, parts: dict[str, Tensor], step: int) -> float:
        state = {path: part[step] for path, part in parts.items()}
        with seeded(0):
            return float(self._loss(follower, state))

    def _loss(self, follower: nn.Module, state: dict[str, Tensor]) -> Tensor:
        for book, name, path in self._places:
            book[name] = state[path]
        losses = []
        for x, y in self._pairs:
            answer = follower(*(x if isinstance(x, tuple) else (x,)))
            losses.append((answer - y).square().mean())
        return torch.stack(losses).mean()


def _deep_copy(model: nn.Module, tensors: dict[int, Tensor]) -> nn.Module:
    """As `copy.deepcopy`, which takes half its time for a dozen empty dicts in each module.

    Args:
        model: that is copied.
        tensors: copies that were made already, by the id of the tensor.
    """
    known: dict[int, Any] = {**tensors}
    for module in model.modules():
        for value in vars(module).values():
            if type(value) is OrderedDict and not value:
                known[id(value)] = OrderedDict()
    return copy.deepcopy(model, known)


def _as_one(pairs: Sequence[Pair]) -> list[Pair]:
    """One pair with the batches of all, which takes one call of the model."""
    if not all(isinstance(x, Tensor) and isinstance(y, Tensor) for x, y in pairs):
        return list(pairs)
    return [(torch.cat([x for x, _ in pairs]), torch.cat([y for _, y in pairs]))]
