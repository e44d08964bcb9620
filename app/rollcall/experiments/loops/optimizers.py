"""The optimizers of a loop: what each was given, and when it stepped."""

import inspect
from collections.abc import Callable
from functools import cache
from typing import Any

from torch.optim import Optimizer

from rollcall.core.model_code import own_code
from rollcall.experiments.loops.patches import Patches
from rollcall.experiments.loops.rows import Row


class Optimizers:
    """All that a loop makes.

    Args:
        stepped: is called when one of them has stepped.
    """

    def __init__(self, stepped: Callable[[], object]) -> None:
        self._made: list[Optimizer] = []
        self.made_with: list[float] = []  # learning rates
        self._stepped = stepped
        self._known: tuple[object, list[bool], list[float]] = (None, [], [])

    def patch(self, patches: Patches, line: Callable[[str], object]) -> None:
        """Hear of each that is made."""

        def made(inner: Callable[..., Any]) -> Callable[..., Any]:
            def init(optimizer: Optimizer, *args: Any, **kwargs: Any) -> None:
                inner(optimizer, *args, **kwargs)
                with own_code():
                    line("optimizer")
                    self._made.append(optimizer)
                    self.made_with += self._rates_of(optimizer)
                    optimizer.register_step_post_hook(self._after_step)

            return init

        patches.around(Optimizer, "__init__", made)

    @property
    def names(self) -> list[str]:
        """Their classes."""
        return [type(each).__name__ for each in self._made]

    def of(self, rows: list[Row], version: int) -> tuple[list[bool], list[float]]:
        """Whether each tensor is held by one, and its weight decay where that was asked for."""
        groups = [group for optimizer in self._made for group in optimizer.param_groups]
        state = [version, *[(len(g["params"]), g.get("weight_decay", 0.0)) for g in groups]]
        if state != self._known[0]:
            decays = self._decays()
            ids = [id(row.value) for row in rows]
            held = [each in decays for each in ids]
            self._known = (state, held, [decays.get(each, 0.0) for each in ids])
        return self._known[1], self._known[2]

    def rates(self) -> list[float]:
        """The learning rates of now, of all groups."""
        rates = [rate for optimizer in self._made for rate in self._rates_of(optimizer)]
        return list(dict.fromkeys(rates))

    def _rates_of(self, optimizer: Optimizer) -> list[float]:
        return [float(group["lr"]) for group in optimizer.param_groups if "lr" in group]

    def _decays(self) -> dict[int, float]:
        """By the id of each tensor that an optimizer holds."""
        decays: dict[int, float] = {}
        for optimizer in self._made:
            kind: Any = type(optimizer)
            usual = _usual_decay(kind)
            for group in optimizer.param_groups:
                decay = group.get("weight_decay", 0.0)
                if decay == usual:
                    decay = 0.0
                decays.update((id(tensor), decay) for tensor in group["params"])
        return decays

    def _after_step(self, optimizer: Optimizer, args: Any, kwargs: Any) -> None:
        with own_code():
            self._stepped()


@cache
def _usual_decay(kind: type[Optimizer]) -> float:
    """That of an optimizer that nobody told another one."""
    parameter = inspect.signature(kind).parameters.get("weight_decay")
    if parameter is None or not isinstance(parameter.default, int | float):
        return 0.0
    return float(parameter.default)
