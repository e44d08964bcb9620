"""Which branches of a tree are open: as many as fit, those with findings, those asked for."""

from collections import deque
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from rollcall.web.view.tree.branch import Branch, Totals
from rollcall.web.view.tree.folding import SMALL

FITS = 30  # rows of a tree that is not small
FINDINGS = 30  # rows more that lead to findings


@dataclass(slots=True, eq=False)
class Line:
    """One branch as it is shown. Lines stand in a flat list, so that no tree is too deep."""

    branch: Branch
    label: str  # its path; `blocks.0-11.norm` where that of one block stands for twelve
    module: str  # path of the module whose name begins what is below it
    prefix: str  # how that module is written
    times: int  # of how many modules what is below the line stands for all
    open: bool = False  # what is below it follows
    asked: bool = False  # it is open because the address says so
    closes: int = 0  # branches that end with this line

    @property
    def totals(self) -> Totals:
        """Of all that the line stands for, also where it is below one that stands for many."""
        around = self.times
        if self.branch.alike:
            around //= self.branch.count
        return tuple(around * each for each in self.branch.totals)

    @property
    def inside(self) -> Totals:
        """The same of all that is below it."""
        below = [child.totals for child in self.branch.children]
        return tuple(self.times * sum(each) for each in zip(*below, strict=True))

    def written(self, path: str) -> str:
        """How a path below this line is written."""
        if not self.module or not path.startswith(self.module):
            return path
        return self.prefix + path.removeprefix(self.module)


def opened(root: Branch, asked: Collection[str] = ()) -> list[Line]:
    """The lines of a tree, from the root down.

    Args:
        root: the whole tree.
        asked: labels of lines that are open whatever their size, and all around them, too.
    """
    chosen = _asked(root, frozenset(asked))
    shown = chosen | _fitting(root) | _leading_to_findings(root)
    lines: list[Line] = []
    waiting: list[tuple[Branch, Line | None, int]] = [(root, None, 0)]
    while waiting:
        branch, owner, ends = waiting.pop()
        line = _line(branch, owner)
        if branch.children and branch in shown:
            line.open, line.asked = True, line.label in asked
            *others, last = branch.children
            waiting.append((last, line, ends + 1))
            waiting += [(child, line, 0) for child in reversed(others)]
        else:
            line.closes = ends
        lines.append(line)
    return lines


def every_line(root: Branch) -> Iterator[tuple[Line, Line | None]]:
    """All lines of a tree, each closed, and with the one that it is below."""
    waiting: list[tuple[Branch, Line | None]] = [(root, None)]
    while waiting:
        branch, owner = waiting.pop()
        line = _line(branch, owner)
        yield line, owner
        waiting += [(child, line) for child in branch.children]


def _line(branch: Branch, owner: Line | None) -> Line:
    """A closed line."""
    label = branch.span
    times = 1
    if owner is not None:
        label = owner.written(label)
        times = owner.times
    if branch.alike:
        times *= branch.count
    module, prefix = branch.first.path, label
    if owner is not None and branch.gathers:
        module, prefix = owner.module, owner.prefix
    return Line(branch, label, module, prefix, times)


def _asked(root: Branch, labels: frozenset[str]) -> set[Branch]:
    """Those that an address names, and all around them."""
    if not labels:
        return set()
    owners: dict[Branch, Branch] = {}
    chosen: set[Branch] = set()
    for line, _ in every_line(root):
        branch = line.branch
        owners.update((child, branch) for child in branch.children)
        at: Branch | None = None
        if line.label in labels:
            at = branch
        while at is not None and at not in chosen:
            chosen.add(at)
            at = owners.get(at)
    return chosen


def _fitting(root: Branch) -> set[Branch]:
    """The upper levels, as far as there is room."""
    room = FITS
    if sum(root.totals[:2]) <= SMALL:  # its modules and tensors
        room = SMALL
    chosen = {root}
    waiting = deque([root])
    while waiting:
        branch = waiting.popleft()
        rows = sum(child.rows for child in branch.children)
        if branch is root or (rows <= room and not branch.repeats):
            room -= rows
            chosen.add(branch)
            waiting += branch.children
    return chosen


def _leading_to_findings(root: Branch) -> set[Branch]:
    """Branches with a finding below them, the upper ones first."""
    room = FINDINGS
    chosen: set[Branch] = set()
    waiting = deque([root])
    while waiting and room > 0:
        branch = waiting.popleft()
        if branch.inside:
            room -= sum(child.rows for child in branch.children)
            chosen.add(branch)
            waiting += branch.children
    return chosen
