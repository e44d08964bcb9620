"""What a mode does: two forwards on the same input, what they drop, and what they leave changed."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn
from torch.nn.modules.batchnorm import _NormBase
from torch.nn.modules.dropout import _DropoutNd
from torch.nn.parameter import is_lazy

from rollcall.core.reach import outputs_of
from rollcall.core.report import Raised, Report
from rollcall.core.scan import asks_for_mode
from rollcall.core.seeding import seeded
from rollcall.core.tensor_compare import all_max_abs_diff, max_abs_diff, same
from rollcall.core.tensor_stats import numbers
from rollcall.core.walk import walk
from rollcall.core.watch import Watch, line_of, name_of

FIRST = 4  # numbers of a tensor, enough to see it move


class Drop(Report):
    """One call of a dropout, of a module or of a function, in the first of the two forwards."""

    path: str | None  # of the module, or of the one whose forward calls the function; None: nothing leads to it
    function: str  # "F.dropout"; "" for a module
    line: int | None  # of the lecture file from which it was called
    zeroed: int  # numbers that were not zero before and are after
    of: int
    acts: bool  # what came out is not what went in


class Kept(Report):
    """A tensor of the model, before the first forward and after it."""

    path: str
    owner: str  # path of the module that holds it
    before: tuple[float, ...]  # its first numbers
    after: tuple[float, ...]
    numel: int
    by: float  # largest change; 0 when it is the same to the last bit


class Effects(Report):
    """What two forwards on the same input showed."""

    apart: float | None = None  # largest difference between the two outputs; None where a forward raised
    drops: tuple[Drop, ...] = ()
    kept: tuple[Kept, ...] = ()  # running statistics, and whatever else the first forward changed
    raised: Raised | None = None


def observe(model: nn.Module, example: Any, seed: int, filename: str) -> Effects:
    """Call `model` twice on `example`, in whatever mode it is; its tensors are changed as a forward changes them."""
    watch = _Dropouts(filename)
    before = _tensors(model)
    try:
        with seeded(seed):
            with watch:
                first = outputs_of(model(example.clone()))
            first = [output.detach().clone() for output in first]
            kept = _kept(before, model)
            second = outputs_of(model(example.clone()))
    except Exception as error:
        return Effects(raised=Raised.of(error, filename))
    paths = {id(found.value): found.path for found in walk(model).modules}
    return Effects(apart=all_max_abs_diff(first, second), drops=tuple(watch.drops(paths)), kept=kept)


def is_dropout(module: nn.Module) -> bool:
    """Whether a module is a dropout: PyTorch's, or one that asks for `self.training` and holds nothing."""
    if isinstance(module, _DropoutNd):
        return True
    own = asks_for_mode(getattr(type(module), "forward", None))
    return own and not [*module.children(), *module.parameters(), *module.buffers()]


@dataclass
class _Seen:
    module: nn.Module | None
    function: str
    line: int | None
    zeroed: int
    of: int
    acts: bool


class _Dropouts(Watch):
    def __init__(self, filename: str) -> None:
        super().__init__()
        self.filename = filename
        self.seen: list[_Seen] = []
        self._given: list[Tensor | None] = []  # to the running modules; a dropout may work in place
        self._given_step: Tensor | None = None

    def called(self, module: nn.Module, inputs: tuple[Any, ...]) -> None:
        self._given.append(_copy_of_first(inputs) if is_dropout(module) else None)

    def returned(self, module: nn.Module, inputs: Any, output: Any) -> None:
        given = self._given.pop()
        if given is not None and isinstance(output, Tensor):
            self._see(module, "", given, output)

    def raised(self, module: nn.Module) -> None:
        self._given.pop()

    def stepping(self, function: Any, inputs: Any) -> None:
        self._given_step = None
        if "dropout" in getattr(function, "__name__", "") and all(given is None for given in self._given):
            self._given_step = _copy_of_first(inputs)

    def stepped(self, function: Any, inputs: Any, output: Any) -> None:
        if self._given_step is not None and isinstance(output, Tensor):
            self._see(self.running[-1] if self.running else None, name_of(function), self._given_step, output)

    def _see(self, module: nn.Module | None, function: str, given: Tensor, output: Tensor) -> None:
        if given.shape == output.shape:
            zeroed = int(((given != 0) & (output == 0)).sum())
            acts = not same(given, output)
            self.seen.append(_Seen(module, function, line_of(self.filename), zeroed, given.numel(), acts))

    def drops(self, paths: dict[int, str]) -> Iterator[Drop]:
        """What was seen, by the paths of the modules."""
        for each in self.seen:
            yield Drop(
                path=paths.get(id(each.module)),
                function=each.function,
                line=each.line,
                zeroed=each.zeroed,
                of=each.of,
                acts=each.acts,
            )


def _copy_of_first(inputs: Any) -> Tensor | None:
    given = outputs_of(inputs)[:1]
    return given[0].detach().clone() if given else None


@dataclass
class _State:
    owner: str
    value: Tensor
    statistic: bool  # a buffer of a BatchNorm, or of one of its kin


def _tensors(model: nn.Module) -> dict[str, _State]:
    """Copies of every tensor that the model holds."""
    return {
        found.path: _State(
            found.owner.path if found.owner else "",
            found.value.detach().clone(),
            "buffer" in found.kind and found.owner is not None and isinstance(found.owner.value, _NormBase),
        )
        for found in walk(model).tensors
        if not is_lazy(found.value)
    }


def _kept(before: dict[str, _State], model: nn.Module) -> tuple[Kept, ...]:
    after = _tensors(model)
    pairs = [(path, state, after[path].value) for path, state in before.items() if path in after]
    moves = [(path, state, value, max_abs_diff(state.value, value)) for path, state, value in pairs]
    return tuple(
        Kept(
            path=path,
            owner=state.owner,
            before=_first(state.value),
            after=_first(value),
            numel=value.numel(),
            by=by,
        )
        for path, state, value, by in moves
        if by is not None and (by or state.statistic)
    )


def _first(tensor: Tensor) -> tuple[float, ...]:
    values = numbers(tensor)
    return () if values is None else tuple(values[:FIRST].tolist())
