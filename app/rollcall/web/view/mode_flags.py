"""The rows of the modes page: each module's flags, and what it did in each mode."""

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Literal

from rollcall.core.scan import ModuleEntry
from rollcall.experiments.modes.effects import Drop, Effects, TensorChange
from rollcall.experiments.modes.subject import ModesSubject
from rollcall.web.view.in_order_of import in_order_of
from rollcall.web.view.mode_badge import mode_of


@dataclass
class Deeds:
    """What one module did in one mode."""

    drops: list[Drop] = field(default_factory=list)  # its own calls as a dropout
    functions: list[Drop] = field(default_factory=list)  # dropouts that its forward calls
    tensor_changes: list[TensorChange] = field(default_factory=list)  # its tensors


@dataclass(frozen=True)
class FlagRow:
    """One module."""

    module: ModuleEntry
    unheard: bool  # its flag is not what was called
    built: Literal["train", "eval", "–"]  # its flag before the calls; it was not there
    train: Deeds
    eval: Deeds
    functions: list[tuple[Drop | None, Drop | None]]  # the same call in train() and in eval()


def flag_rows(subject: ModesSubject, opposite: ModesSubject) -> list[FlagRow]:
    """The modules of a subject that was run, in the order of the rows."""
    assert subject.train
    assert subject.eval
    built = {module.path: module for module in subject.before}
    train, eval_ = _by_module(subject.train), _by_module(subject.eval)
    unheard = frozenset(subject.unheard)
    rows = []
    for module in in_order_of(subject.modules, opposite.modules):
        before = built.get(module.path)
        flag: Literal["train", "eval", "–"] = "–"
        if before is not None:
            flag = mode_of(before)
        in_train = train.get(module.path, Deeds())
        in_eval = eval_.get(module.path, Deeds())
        row = FlagRow(
            module=module,
            unheard=module.path in unheard,
            built=flag,
            train=in_train,
            eval=in_eval,
            functions=list(zip_longest(in_train.functions, in_eval.functions)),
        )
        rows.append(row)
    return rows


def _by_module(effects: Effects) -> dict[str | None, Deeds]:
    """One pass over what was seen, whatever the number of modules."""
    deeds: dict[str | None, Deeds] = defaultdict(Deeds)
    for drop in effects.drops:
        mine = deeds[drop.path]
        if drop.function:
            mine.functions.append(drop)
        else:
            mine.drops.append(drop)
    for change in effects.tensor_changes:
        deeds[change.owner].tensor_changes.append(change)
    return deeds
