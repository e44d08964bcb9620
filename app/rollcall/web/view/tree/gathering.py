"""More siblings than fit side by side: neighbours share a line, what differs has its own."""

from collections.abc import Iterable, Sequence

from rollcall.web.view.tree.branch import Branch, summed

WIDE = 20  # siblings that stand side by side; of more, neighbours share a line
FINDINGS = 8  # of so many siblings at most, each with a line of its own


def gathered(siblings: list[Branch]) -> list[Branch]:
    """At most some `WIDE` lines: neighbours share one, unless there is a finding in them."""
    if len(siblings) <= WIDE:
        return siblings
    _let_the_first_stand_for_all(siblings)
    telling = [place for place, each in enumerate(siblings) if each.findings][:FINDINGS]
    size = max(WIDE, -(-len(siblings) // WIDE))  # rounded up
    lines: list[Branch] = []
    start = 0
    for place in (*telling, len(siblings)):
        for begin in range(start, place, size):
            lines.append(_gather(siblings[begin : min(begin + size, place)]))
        lines += siblings[place : place + 1]
        start = place + 1
    _mark_repeats(lines)
    return lines


def _let_the_first_stand_for_all(siblings: Iterable[Branch]) -> None:
    """Of those that differ in the same way, one is shown: a larger model has more of them."""
    shown: set[int] = set()
    for branch in siblings:
        if shown.issuperset(branch.looks):
            branch.findings = branch.urgent
        elif branch.findings:
            shown.update(branch.looks)


def _mark_repeats(lines: Sequence[Branch]) -> None:
    """Note which lines would show nothing new where they were open."""
    shown: set[int] = set()
    for line in lines:
        if not line.gathers:
            shown.update(line.looks)
    for line in lines:
        line.repeats = line.gathers and shown.issuperset(line.looks)


def _gather(siblings: list[Branch]) -> Branch:
    if len(siblings) == 1:
        return siblings[0]
    findings = sum(each.findings for each in siblings)
    return Branch(
        first=siblings[0].first,
        last=siblings[-1].last,
        count=sum(each.count for each in siblings),
        alike=False,
        tensors=(),
        looks=frozenset().union(*(each.looks for each in siblings)),
        children=gathered(siblings),
        totals=summed([each.totals for each in siblings]),
        findings=findings,
        urgent=sum(each.urgent for each in siblings),
        inside=findings,
    )
