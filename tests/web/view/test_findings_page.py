"""What the page of findings says, and in which order."""

from pathlib import Path

import pytest

from lectures.lectures import write
from rollcall.experiments.registry.one_model import model_findings
from rollcall.lectures.loading import load
from rollcall.lectures.named_targets import named_targets
from rollcall.web.view.findings import page
from rollcall.web.view.findings.model_record import told_model
from rollcall.web.view.findings.page import FindingsPage, findings_page

BUGGY = """
class {name}(nn.Module):
    def __init__(self):
        super().__init__()
        self.out = nn.Linear(4, 2)
        self.hidden = [nn.Linear(4, 4)]
        self.drops = [nn.Dropout(0.5)]

    def forward(self, x):
        return self.out(self.drops[0](self.hidden[0](x)))
"""


def page_of(folder: Path, own: str, course: Path | None, asked: int = 9) -> FindingsPage:
    catalog = load(named_targets([str(folder / own)], course).targets)
    names = list(catalog.contents.cards)[:asked]
    told = {name: told_model(model_findings(name, catalog), "") for name in names}
    return findings_page(catalog.contents, told, {})


def test_ones_own_come_first_and_the_course_below(tmp_path: Path) -> None:
    (tmp_path / "course").mkdir()
    write(tmp_path, "own.py", BUGGY.format(name="Own"))
    write(tmp_path / "course", "taught.py", BUGGY.format(name="Taught"))
    write(tmp_path / "course", "wrong.py", "import")
    shown = page_of(tmp_path, "own.py", tmp_path / "course")
    assert shown.course
    assert [line.class_name for line in shown.first.groups[0].lines] == ["Own"]
    assert [line.class_name for line in shown.course.groups[0].lines] == ["Taught"]
    titles = [group.title for group in shown.first.groups]
    assert titles == ["What training misses", "What train() and eval() miss"]
    assert (shown.first.count, shown.first.where) == ("2 findings", "in 1 model")
    assert shown.waiting == ""


def test_what_is_not_known_yet_is_counted(tmp_path: Path) -> None:
    write(tmp_path, "own.py", BUGGY.format(name="One") + BUGGY.format(name="Two"))
    shown = page_of(tmp_path, "own.py", None, asked=1)
    assert shown.course is None
    assert shown.waiting == "1 of 2 models looked at"
    none_yet = page_of(tmp_path, "own.py", None, asked=0).first
    assert (none_yet.count, none_yet.where) == ("looking at 2 models", "")


def test_a_long_list_is_cut_and_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "MOST", 1)
    write(tmp_path, "own.py", BUGGY.format(name="One") + BUGGY.format(name="Two"))
    (first, *_) = page_of(tmp_path, "own.py", None).first.groups
    assert (len(first.lines), first.count, first.left_out) == (1, 2, 1)


ALIASED = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        for number in range(2):
            self.register_buffer(f"step_{number}", torch.ones(4))
        self.steps = [self.step_0, self.step_1]

    def forward(self, x):
        return x * self.steps[0] * self.steps[1]


def make_net() -> nn.Module:
    return Net()
"""


def test_what_is_found_twice_in_one_model_is_not_also_in_it(tmp_path: Path) -> None:
    write(tmp_path, "own.py", ALIASED)
    alone = page_of(tmp_path, "own.py", None, asked=1)
    both = page_of(tmp_path, "own.py", None)
    assert [line.also for group in alone.first.groups for line in group.lines] == [""]
    assert [line.also for group in both.first.groups for line in group.lines] == [
        "also in make_net"
    ]
