"""Which of two models is the twin, and what it changes."""

from rollcall.experiments.registry.experiment import RegistryQuery, RegistryReport
from rollcall.experiments.registry.subject import RegistrySubject
from rollcall.lectures.source_lines import Change, SourceLine
from rollcall.web.view.registry.changes import twin_changes
from web.view.entries import card

BAD, GOOD = (SourceLine(number=3, text="bad"),), (SourceLine(number=9, text="good"),)


def report(*changes: Change, twin_on: str = "right") -> RegistryReport:
    original, twin = card("Bad", twin="net.Good"), card("Good")
    left, right = (original, twin) if twin_on == "right" else (twin, original)
    return RegistryReport(
        query=RegistryQuery(),
        left=RegistrySubject(card=left),
        right=RegistrySubject(card=right),
        changes=changes,
    )


def test_the_twin_mends() -> None:
    left, right = twin_changes(report(Change(left=BAD, right=GOOD)))
    assert (left.mended, left.sign, left.label) == (False, "−", "in the original")
    assert (right.mended, right.sign, right.label) == (True, "+", "in the twin")
    assert (left.blocks, right.blocks) == ((BAD,), (GOOD,))


def test_on_whichever_side_it_stands() -> None:
    left, right = twin_changes(report(Change(left=GOOD, right=BAD), twin_on="left"))
    assert (left.mended, right.mended) == (True, False)


def test_a_side_without_lines_has_no_block() -> None:
    left, right = twin_changes(report(Change(left=(), right=GOOD), Change(left=BAD, right=())))
    assert (left.blocks, right.blocks) == ((BAD,), (GOOD,))


def test_no_twin_changes_nothing() -> None:
    assert twin_changes(report()) == ()
