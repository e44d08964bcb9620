"""The table of flags: each module, what it did in each mode, and the dropouts that it calls."""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace

from rollcall.core.query import Mode
from rollcall.core.scan import ModuleEntry
from rollcall.experiments.modes.effects import Drop, Effects, TensorChange
from rollcall.experiments.modes.subject import ModesSubject
from rollcall.web.view.folded_rows import FITS, FoldedRows, folded_rows
from rollcall.web.view.gaps import met_rows
from rollcall.web.view.in_order_of import plain
from rollcall.web.view.mode_flags import Deeds, FlagRow, flag_rows
from rollcall.web.view.modes.numbers import decimal
from rollcall.web.view.table_cell import Kind, TableCell
from rollcall.web.view.words import plural

RAISED = TableCell("no", "", "raised")
NO_NUMBERS = TableCell("na", "", "–")
NOTHING = TableCell("na", "–", "", unseen="nothing")
NOT_CALLED = TableCell("na", "", "not called")


@dataclass(frozen=True)
class Step:
    """A function that draws, under the module whose forward calls it. It has no flag."""

    function: str
    line: int | None
    in_train: TableCell
    in_eval: TableCell
    blank: tuple[int, ...] = ()  # rows of room before it, and of how many lines each is
    room: int = 0  # lines that the row beside it has more


@dataclass(frozen=True)
class Row:
    """One module."""

    module: ModuleEntry
    name: str
    lost: bool  # it is unregistered
    inert: bool  # its flag changes nothing
    unheard: bool
    built: str
    in_train: TableCell
    in_eval: TableCell
    steps: list[Step]
    blank: tuple[int, ...] = ()  # the same
    room: int = 0  # the same


@dataclass(frozen=True)
class FlagTable:
    """Both forwards, then module by module."""

    twice_in_train: TableCell
    twice_in_eval: TableCell
    modules: FoldedRows[Row]


def flag_table(subject: ModesSubject, opposite: ModesSubject) -> FlagTable:
    """The table of a subject that was run, in the order of the opposite side."""
    assert subject.train
    assert subject.eval
    rows = [_row(flags) for flags in flag_rows(subject, opposite)]
    if opposite.train and opposite.eval and len(rows) <= FITS:
        rows = _beside(rows, [_row(flags) for flags in flag_rows(opposite, subject)])
    return FlagTable(
        twice_in_train=_twice(subject.train, "train"),
        twice_in_eval=_twice(subject.eval, "eval"),
        modules=folded_rows(rows, _path, _look, _is_wrong),
    )


def _beside(rows: list[Row], others: list[Row]) -> list[Row]:
    """The rows as high as those of the opposite side, and with room for what it alone has."""
    own_lines, lines = ([*map(_lines, _in_order(each))] for each in (rows, others))
    blanks, room = {}, {}
    for met in met_rows(_keys(rows), _keys(others)):
        blanks[met.own] = tuple(lines[place] for place in met.missing)
        room[met.own] = max(lines[met.other] - own_lines[met.own], 0)
    placed, at = [], 0
    for row in rows:
        steps = [
            replace(step, blank=blanks.get(place, ()), room=room.get(place, 0))
            for place, step in enumerate(row.steps, at + 1)
        ]
        placed.append(replace(row, steps=steps, blank=blanks.get(at, ()), room=room.get(at, 0)))
        at += 1 + len(steps)
    return placed


def _in_order(rows: list[Row]) -> Iterator[Row | Step]:
    for row in rows:
        yield row
        yield from row.steps


def _keys(rows: list[Row]) -> list[tuple[str, ...]]:
    keys = []
    for row in rows:
        path = plain(row.module.path)
        keys.append(path)
        keys += [(*path, "()", step.function) for step in row.steps]
    return keys


def _lines(row: Row | Step) -> int:
    is_lost = isinstance(row, Row) and row.lost
    return 1 + (is_lost or any(cell.detail for cell in (row.in_train, row.in_eval)))


def _path(row: Row) -> str:
    return row.name


def _look(row: Row) -> Hashable:
    module = row.module
    shown = (module.class_name, module.extra_repr, module.training, row.built)
    return *shown, row.lost, row.inert, row.unheard, row.in_train, row.in_eval, *row.steps


def _is_wrong(row: Row) -> bool:
    return row.lost or row.unheard or row.in_eval.kind == "no"


def _row(flags: FlagRow) -> Row:
    module = flags.module
    lost = module.status == "unregistered"
    return Row(
        module=module,
        name=module.path or "model",
        lost=lost,
        inert=not module.stateful and module.owner is not None and not lost,
        unheard=flags.unheard,
        built=flags.built,
        in_train=_effect(flags.train, "train"),
        in_eval=_effect(flags.eval, "eval"),
        steps=[_step(*pair) for pair in flags.functions],
    )


def _step(in_train: Drop | None, in_eval: Drop | None) -> Step:
    known = in_train or in_eval
    assert known
    return Step(
        function=known.function,
        line=known.line,
        in_train=_called(in_train, "train"),
        in_eval=_called(in_eval, "eval"),
    )


def _called(drop: Drop | None, mode: Mode) -> TableCell:
    if drop is None:
        return NOT_CALLED
    return _dropping(drop, mode)


def _kind(acts: bool, mode: Mode) -> Kind:
    """In training anything may act; in eval nothing should."""
    if mode == "train":
        return ""
    if acts:
        return "no"
    return "yes"


def _twice(effects: Effects, mode: Mode) -> TableCell:
    """Whether the same input gave the same output twice."""
    if effects.raised:
        return RAISED
    if effects.unlike:
        return TableCell(_kind(True, mode), "≠", "shapes", unseen="differ in their ")
    if effects.apart is None:
        return NO_NUMBERS
    if effects.apart == 0:
        return TableCell(_kind(False, mode), "=", "equal")
    return TableCell(_kind(True, mode), "≠", decimal(effects.apart), unseen="differ by ")


def _effect(deeds: Deeds, mode: Mode) -> TableCell:
    """What one module did in one mode."""
    if deeds.drops:
        return _dropping(deeds.drops[0], mode)
    if deeds.tensor_changes:
        return _changed(deeds.tensor_changes, mode)
    return NOTHING


def _changed(changes: Sequence[TensorChange], mode: Mode) -> TableCell:
    """What a forward did to the tensors of a module: its statistics, or others by their names."""
    changed = [change for change in changes if change.by != 0]
    if any(change.statistic for change in changed):
        return TableCell(_kind(True, mode), "●", "updates", detail="statistics")
    if changed:
        first, *others = [change.path.removeprefix(f"{change.owner}.") for change in changed]
        if others:
            first += f" + {len(others)} more"
        return TableCell(_kind(True, mode), "●", "changes", detail=first)
    return TableCell(_kind(False, mode), "○", "keeps", detail="statistics")


def _dropping(drop: Drop, mode: Mode) -> TableCell:
    kind = _kind(drop.acts, mode)
    if drop.acts and not drop.of:
        return TableCell(kind, "●", "draws", detail=plural(drop.calls, "call", "calls"))
    if drop.acts:
        return TableCell(kind, "●", "drops", detail=f"{drop.zeroed} of {drop.of}")
    if not drop.of:
        return TableCell(kind, "○", "draws nothing")
    return TableCell(kind, "○", "passes", detail=f"all {drop.of}")
