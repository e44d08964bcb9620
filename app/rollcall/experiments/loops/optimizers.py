"""The optimizers of a loop: what each was given, and when it stepped."""

import inspect
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from torch.optim import Optimizer

from rollcall.core.model_code import own_code
from rollcall.experiments.loops.patches import Patches
from rollcall.experiments.loops.rows import Row


class OptimizersNow(NamedTuple):
    """All optimizers together, at the end of a step."""

    held: list[bool]  # for each row, whether one of them has it
    decays: list[float]  # its weight decay, where one was asked for
    rates: list[float]  # learning rates of all groups, each once
    names: tuple[str, ...]  # the classes
    made_with: tuple[float, ...]  # learning rates when they were made


class Optimizers:
    """All that a loop makes.

    Args:
        stepped: is called when one of them has stepped.
    """

    def __init__(self, stepped: Callable[[], object]) -> None:
        self._made: list[Optimizer] = []
        self._made_with: list[float] = []  # learning rates
        self._stepped = stepped
        self._known: tuple[list[object], OptimizersNow] = ([], OptimizersNow([], [], [], (), ()))

    def patch(self, patches: Patches, line: Callable[[str], object]) -> None:
        """Hear of each that is made."""

        def made(inner: Callable[..., Any]) -> Callable[..., Any]:
            def init(optimizer: Optimizer, *args: Any, **kwargs: Any) -> None:
                inner(optimizer, *args, **kwargs)
                with own_code():
                    line("optimizer")
                    self._made.append(optimizer)
                    self._made_with += self._rates_of(optimizer)
                    optimizer.register_step_post_hook(self._after_step)

            return init

        patches.around(Optimizer, "__init__", made)

    def now(self, rows: list[Row], version: int) -> OptimizersNow:
        """What they hold, and how they step. The version is that of the rows."""
        state: list[object] = [version]
        for optimizer in self._made:
            for group in optimizer.param_groups:
                state += (len(group["params"]), group.get("weight_decay", 0.0))
            state += self._rates_of(optimizer)
        if state != self._known[0]:
            self._known = (state, self._looked_up(rows))
        return self._known[1]

    def _looked_up(self, rows: list[Row]) -> OptimizersNow:
        decays = self._decays()
        ids = [id(row.value) for row in rows]
        rates = [rate for optimizer in self._made for rate in self._rates_of(optimizer)]
        return OptimizersNow(
            held=[each in decays for each in ids],
            decays=[decays.get(each, 0.0) for each in ids],
            rates=list(dict.fromkeys(rates)),
            names=tuple(type(each).__name__ for each in self._made),
            made_with=tuple(self._made_with),
        )

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
