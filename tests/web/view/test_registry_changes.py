"""Which of two models is the twin, and what it changes; beside itself, what a step changes."""

from pathlib import Path

import pytest

from lectures.lectures import catalog_of, report_on
from rollcall.experiments.registry.experiment import RegistryQuery, RegistryReport
from rollcall.experiments.registry.subject import RegistrySubject
from rollcall.lectures.source_lines import Change, SourceLine
from rollcall.web.view.registry.after_a_step import after_a_step
from rollcall.web.view.registry.beside_itself import why_beside_itself
from rollcall.web.view.registry.changes import twin_changes
from rollcall.web.view.sentence import read
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


NET = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        {made}

    def forward(self, x):
        return {forward}
"""


@pytest.mark.parametrize(
    ("made", "forward", "told"),
    [
        ("self.a = nn.Linear(4, 2)", "self.a(x)", "Both trainable tensors changed."),
        ("self.a = nn.Linear(4, 2, bias=False)", "self.a(x)", "Its only trainable tensor changed."),
        (
            "self.a, self.b = nn.Linear(4, 2, bias=False), [nn.Linear(2, 2)]",
            "self.b[0](self.a(x))",
            "1 of 3 trainable tensors changed. b[0].weight and b[0].bias stay as they were.",
        ),
        (
            "self.b = [nn.Linear(4, 2, bias=False)]",
            "self.b[0](x)",
            "Nothing changed: SGD raises ValueError, so no step is made. "
            "b[0].weight stays as it was.",
        ),
        ("self.a = nn.ReLU()", "self.a(x)", ""),
        ("self.a = nn.Linear(4, 2)", "1 / 0", ""),
    ],
)
def test_what_a_step_changes_is_told_beside_itself(
    tmp_path: Path, made: str, forward: str, told: str
) -> None:
    text = NET.format(made=made, forward=forward)
    catalog = catalog_of(tmp_path, text + "class Other(Net): pass\n")
    assert read(after_a_step(report_on(catalog, "own.Net", "own.Net"))) == told
    assert after_a_step(report_on(catalog, "own.Net", "own.Other")) == ()


LESSON = """
[[chapter]]
file = "own"
title = "Own"
[[chapter.lesson]]
title = "Two"
text = "Two."
left = "Other"
right = "Net"
"""


@pytest.mark.parametrize(
    ("layer", "course", "why"),
    [
        ("nn.Linear(4, 2)", "", "there is nothing to mend"),
        ("nn.ReLU()", "", "there is nothing to mend"),
        ("nn.BatchNorm1d(4, track_running_stats=False)", "", "no rule mends what was found"),
        ("[nn.Linear(4, 2)]", "", ""),  # its fix stands there
        ("nn.Linear(4, 2)", LESSON, ""),
    ],
)
def test_why_a_model_stands_beside_itself(
    tmp_path: Path, layer: str, course: str, why: str
) -> None:
    forward = "self.a[0](x)" if layer.startswith("[") else "self.a(x)"
    text = NET.format(made=f"self.a = {layer}", forward=forward)
    catalog = catalog_of(tmp_path, text + "class Other(Net): pass\n", course)
    said = read(why_beside_itself(report_on(catalog, "own.Net", "own.Net"), catalog.contents))
    if why:
        assert said.startswith(f"Net stands beside itself: {why}, and no lesson of course.toml")
    else:
        assert said == ""
    other = report_on(catalog, "own.Net", "own.Other")
    assert why_beside_itself(other, catalog.contents) == ()
