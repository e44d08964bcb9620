"""Folds a list of modules into branches, each of them in one pass."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from rollcall.core.scan import ModuleEntry, TensorEntry
from rollcall.web.view.tree.branch import Branch, Facts, follows, span_of, summed
from rollcall.web.view.tree.gathering import gathered

TINY = 12  # modules and tensors of a tree in which nothing is folded
SMALL = 40  # those of one in which all that is not alike is shown
MAJORITY = 3  # siblings of one kind: fewer have no majority that one could differ from

Children = Mapping[str | None, Sequence[ModuleEntry]]


def by_owner(tensors: Iterable[TensorEntry]) -> dict[str, list[TensorEntry]]:
    """The tensors of each module, by its path."""
    owned: dict[str, list[TensorEntry]] = defaultdict(list)
    for tensor in tensors:
        owned[tensor.owner or ""].append(tensor)
    return owned


def folded(
    modules: Collection[ModuleEntry],
    tensors: Collection[TensorEntry],
    facts: Mapping[str, Facts],
    apart: Collection[str] = (),
    tiny: bool = False,
) -> Branch | None:
    """The tree of one model; None where there is no module at all.

    Args:
        modules: those of one model, in the order in which siblings are shown.
        tensors: the same.
        facts: of each module, by its path.
        apart: paths of modules that share their line with no sibling, and lines whose modules
            have one each.
        tiny: all of them have.
    """
    children: dict[str | None, list[ModuleEntry]] = defaultdict(list)
    for module in modules:
        children[module.owner].append(module)
    if not children[None]:
        return None
    small = len(modules) + len(tensors) <= SMALL
    alone = with_owners(apart, modules)
    fold = _Fold(children, by_owner(tensors), facts, alone, frozenset(apart), small, tiny)
    return fold.tree()


def with_owners(paths: Collection[str], modules: Iterable[ModuleEntry]) -> set[str]:
    """The paths, and those of all modules around them."""
    if not paths:
        return set()
    owners = {module.path: module.owner for module in modules}
    around: set[str] = set()
    for path in paths:
        at: str | None = path
        while at is not None and at not in around:
            around.add(at)
            at = owners.get(at)
    return around


@dataclass
class _Fold:
    children: Children
    tensors: Mapping[str, list[TensorEntry]]
    facts: Mapping[str, Facts]
    apart: Collection[str]  # paths
    lines: Collection[str]  # whose modules have one each
    small: bool
    tiny: bool
    kinds: dict[str, int] = field(default_factory=dict)  # by path; equal where they are built alike
    looks: dict[str, int] = field(default_factory=dict)  # the same, where they also answer alike
    numbers: dict[object, int] = field(default_factory=dict)

    def tree(self) -> Branch:
        order = self._order()
        for module in reversed(order):
            self._compare(module)
        odd = self._odd_ones(order)
        branches: dict[str, Branch] = {}
        for module in reversed(order):
            below = [branches.pop(child.path) for child in self._below(module)]
            branches[module.path] = self._branch(module, below, module.path in odd)
        return branches[order[0].path]

    def _below(self, module: ModuleEntry) -> Sequence[ModuleEntry]:
        return self.children.get(module.path, ())

    def _order(self) -> list[ModuleEntry]:
        """Every module before those below it."""
        order = list(self.children[None][:1])
        for module in order:
            order.extend(self._below(module))
        return order

    def _number(self, value: object) -> int:
        """A number for each different value: a tree is compared without a look at its branches."""
        return self.numbers.setdefault(value, len(self.numbers))

    def _compare(self, module: ModuleEntry) -> None:
        path, facts, below = module.path, self.facts[module.path], self._below(module)
        names = tuple(child.path.removeprefix(path) for child in below)
        kinds = tuple(self.kinds[child.path] for child in below)
        self.kinds[path] = self._number(("kind", facts.kind, names, kinds))
        looks = tuple(self.looks[child.path] for child in below)
        self.looks[path] = self._number(("looks", self.kinds[path], facts.answers, looks))

    def _odd_ones(self, order: Sequence[ModuleEntry]) -> set[str]:
        """Paths of modules that stand otherwise than most of their siblings of the same kind."""
        odd: set[str] = set()
        for module in order:
            alike: dict[int, list[ModuleEntry]] = defaultdict(list)
            for child in self._below(module):
                alike[self.kinds[child.path]].append(child)
            for siblings in alike.values():
                if len(siblings) >= MAJORITY:
                    odd |= self._minority(siblings)
        return odd

    def _minority(self, siblings: Sequence[ModuleEntry]) -> set[str]:
        looks = Counter(self.looks[each.path] for each in siblings)
        usual, times = looks.most_common(1)[0]
        if len(looks) == 1 or times * 2 <= len(siblings):
            return set()
        example = next(each for each in siblings if self.looks[each.path] == usual)
        odd: set[str] = set()
        for each in siblings:
            if self.looks[each.path] != usual:
                odd |= self._differing(each, example)
        return odd

    def _differing(self, module: ModuleEntry, example: ModuleEntry) -> set[str]:
        """The modules below that make the difference, or the module itself."""
        different: set[str] = set()
        waiting = [(module, example)]
        while waiting:
            one, other = waiting.pop()
            if self.facts[one.path].answers != self.facts[other.path].answers:
                different.add(one.path)
            pairs = zip(self._below(one), self._below(other), strict=True)
            waiting += [(a, b) for a, b in pairs if self.looks[a.path] != self.looks[b.path]]
        return different

    def _branch(self, module: ModuleEntry, below: list[Branch], odd: bool) -> Branch:
        facts = self.facts[module.path]
        children = below
        if not self.tiny:
            children = self._runs(below)
        if not self.small:
            children = gathered(children)
        inside = sum(child.findings for child in children)
        return Branch(
            first=module,
            last=module,
            count=1,
            alike=True,
            tensors=self.tensors.get(module.path, ()),
            children=children,
            totals=summed([facts.totals, *(child.totals for child in children)]),
            findings=inside + (odd or facts.finding),
            urgent=sum(child.urgent for child in children) + facts.finding,
            looks={self.looks[module.path]},
            inside=inside,
        )

    def _runs(self, siblings: list[Branch]) -> list[Branch]:
        """Siblings with numbers for names, and alike, become one."""
        runs: list[list[Branch]] = []
        for branch in siblings:
            if runs and self._goes_with(branch, runs[-1][-1]):
                runs[-1].append(branch)
            else:
                runs.append([branch])
        lines: list[Branch] = []
        for alike in runs:
            lines += self._lines(alike)
        return lines

    def _lines(self, alike: list[Branch]) -> list[Branch]:
        """One line, or one for each that has nothing below it, where an address asks for that."""
        if len(alike) > 1 and not alike[0].children:
            line = span_of(alike[0].first.path, alike[-1].first.path)
            if line in self.lines:
                alike[0].apart_of = line
                return alike
        return [_run(alike)]

    def _goes_with(self, branch: Branch, previous: Branch) -> bool:
        path, before = branch.first.path, previous.first.path
        if self.looks[path] != self.looks[before] or path in self.apart or before in self.apart:
            return False
        return follows(path, before)


def _run(alike: list[Branch]) -> Branch:
    first, count = alike[0], len(alike)
    if count == 1:
        return first
    totals = tuple(count * each for each in first.totals)
    first.count, first.last, first.totals = count, alike[-1].first, totals
    first.findings *= count
    first.urgent *= count
    return first
