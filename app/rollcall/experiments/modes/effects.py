"""What a mode does: two forwards on the same input, what they drop, and what they leave changed."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from torch import Tensor, nn
from torch.nn.modules.batchnorm import _NormBase
from torch.nn.parameter import is_lazy

from rollcall.core.input.model_input import ModelInput
from rollcall.core.mask import shows_mask
from rollcall.core.model_raised import ModelRaised
from rollcall.core.report import Raised, Report
from rollcall.core.rng.random_state import seeded
from rollcall.core.rng.randomness import RandomSource, SourceKey, random_recorder, random_sources
from rollcall.core.tensors.tensor_compare import all_max_abs_diff, have_numbers, max_abs_diff, same
from rollcall.core.tensors.tensor_stats import elements
from rollcall.core.walk.object_walk import walk

N_SHOWN = 4  # elements of a tensor, enough to see it move


class Drop(Report):
    """A source of randomness, a module or a function, in the first of the two forwards."""

    # of the module, or of the one whose forward calls the function; None: nothing leads to it
    path: str | None
    function: str  # "F.dropout"; "" for a module
    line: int | None  # of the lecture file from which it was called
    zeroed: int  # numbers that were not zero before and are after
    of: int  # 0: no mask can be read off what came out
    acts: bool  # what came out is not what went in; where there is no mask: it drew
    drew: bool  # a random generator moved
    calls: int


class TensorChange(Report):
    """A tensor of the model, before the first forward and after it."""

    path: str
    owner: str  # path of the module that holds it
    statistic: bool  # a buffer of a BatchNorm, or of one of its kin
    before: tuple[float, ...]  # its first numbers
    after: tuple[float, ...]
    numel: int
    by: float  # largest change; 0 when it is the same to the last bit


class Effects(Report):
    """What two forwards on the same input showed."""

    # largest difference of the two outputs; None: a forward raised, or there is none to tell
    apart: float | None = None
    unlike: bool = False  # they differ in their shapes, or in how many there are
    drops: tuple[Drop, ...] = ()
    # running statistics, changed or not, and whatever else the first forward changed
    tensor_changes: tuple[TensorChange, ...] = ()
    raised: Raised | None = None


class Observation:
    """Two forwards of one model on the same input, the first one recorded.

    They change the model's tensors as a forward changes them.
    """

    def __init__(self, model: nn.Module, example: ModelInput, seed: int, filename: str) -> None:
        self._model = model
        self._recorder = random_recorder(filename, example.device)
        self._raised: Raised | None = None
        try:
            if _is_unfinished(model):  # what a lazy layer draws first are its weights
                with seeded(seed):
                    example.outputs(model)
            before = _tensors(model)
            with seeded(seed):
                with self._recorder:
                    first = example.outputs(model)
                first = [output.detach().clone() for output in first]
                self._tensor_changes = _tensor_changes(before, model)
                second = example.outputs(model)
                self._compare(first, second)
        except ModelRaised as error:
            self._raised = Raised.of(error, filename)

    def _compare(self, first: list[Tensor], second: list[Tensor]) -> None:
        self._apart = None
        has_numbers = have_numbers([*first, *second])
        if has_numbers:
            self._apart = all_max_abs_diff(first, second)
        self._unlike = has_numbers and self._apart is None

    @cached_property
    def _own_sources(self) -> list[RandomSource]:
        return random_sources(self._recorder.calls, self._model)

    @property
    def keys(self) -> frozenset[SourceKey]:
        """The sources of randomness that it met."""
        return frozenset(source.key for source in self._own_sources)

    def effects(self, known: Collection[SourceKey] = ()) -> Effects:
        """What it showed, also of sources `known` from another mode."""
        if self._raised:
            return Effects(raised=self._raised)
        if known:
            sources = random_sources(self._recorder.calls, self._model, known)
        else:
            sources = self._own_sources
        drops = tuple(map(_drop, sources))
        return Effects(
            apart=self._apart,
            unlike=self._unlike,
            drops=drops,
            tensor_changes=self._tensor_changes,
        )


def _drop(source: RandomSource) -> Drop:
    noted = source.call.repeatable
    function = ""
    if not source.is_module:
        function = source.key.name
    zeroed, of, acts = 0, 0, source.drew
    if noted and shows_mask(source.call):
        given, answer = noted.input, noted.output
        assert given is not None
        assert answer is not None
        zeroed = int(((given != 0) & (answer == 0)).sum())
        of = given.numel()
        acts = not same(given, answer)
    return Drop(
        path=source.key.path,
        function=function,
        line=source.call.line,
        zeroed=zeroed,
        of=of,
        acts=acts,
        drew=source.drew,
        calls=len(source.calls),
    )


@dataclass
class _State:
    owner: str
    value: Tensor
    statistic: bool  # a buffer of a BatchNorm, or of one of its kin


def _is_unfinished(model: nn.Module) -> bool:
    return any(is_lazy(found.value) for found in walk(model).tensors)


def _tensors(model: nn.Module) -> dict[str, _State]:
    """Copies of every tensor that the model holds, by path."""
    states: dict[str, _State] = {}
    for found in walk(model).tensors:
        if is_lazy(found.value):
            continue
        holder = found.owner
        owner, statistic = "", False
        if holder is not None:
            owner = holder.path
            statistic = "buffer" in found.kind and isinstance(holder.value, _NormBase)
        states[found.path] = _State(owner, found.value.detach().clone(), statistic)
    return states


def _tensor_changes(before: dict[str, _State], model: nn.Module) -> tuple[TensorChange, ...]:
    after = _tensors(model)
    changes = []
    for path, state in before.items():
        if path not in after:
            continue
        value = after[path].value
        by = max_abs_diff(state.value, value)
        if by is None or not (by or state.statistic):
            continue
        changes.append(
            TensorChange(
                path=path,
                owner=state.owner,
                statistic=state.statistic,
                before=_first_elements(state.value),
                after=_first_elements(value),
                numel=value.numel(),
                by=by,
            )
        )
    return tuple(changes)


def _first_elements(tensor: Tensor) -> tuple[float, ...]:
    values = elements(tensor)
    if values is None:
        return ()
    return tuple(values[:N_SHOWN].tolist())
