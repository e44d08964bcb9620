"""The report of a check, from what was found: what could not be run, built or named, and why."""

from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any

import pytest

from rollcall.commands.check import reporting
from rollcall.commands.check.report import CheckReport
from rollcall.commands.check.reporting import NO_MODEL, NO_REASON, Looked, report_of
from rollcall.core.report import Raised
from rollcall.lab.choices import Choices
from rollcall.lectures.contents import Chapter, Contents, ModelCard, Problem
from rollcall.lectures.targets import Target, Targets
from rollcall.web.view.findings.model_record import ModelRecord

PROBLEM = Raised(type="SyntaxError", message="invalid syntax", line=3)


def card(name: str, **told: Any) -> ModelCard:
    return ModelCard(**{"name": name, "class_name": name.rpartition(".")[2], "needs": (), **told})


def record(name: str, file: str, **told: Any) -> ModelRecord:
    usual = {"class_name": "Net", "line": 5, "status": "checked", "headline": "", "trouble": ""}
    rest = {"abstract": False, "notes": 0, "findings": ()}
    return ModelRecord(**{"model": name, "file": file, **usual, **rest, **told})


def looked(
    target: Target, *cards: ModelCard, problem: str = "", records: tuple[ModelRecord, ...] = ()
) -> Looked:
    """What came of one target with some models."""
    problems = (Problem(file=problem, raised=PROBLEM),) if problem else ()
    chapter = Chapter(file=target.label, title="", lessons=(), models=cards)
    choices = Choices(contents=Contents(chapters=(chapter,), problems=problems), devices=("cpu",))
    found = Looked(Targets(None, (target,)), choices)
    found.records.update({each.model: each for each in records})
    return found


def told(report: CheckReport) -> list[tuple[str, str, int | None, str]]:
    return [(each.what, each.file, each.line, each.why) for each in report.not_run]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_target_without_an_answer_is_named_with_its_reason(here: Path) -> None:
    own = (Target("file", "net", here / "net.py"), Target("folder", "week", here / "week"))
    silent = {"": "did not answer", "net.Net": "took too long", "week/a.Net": "died", "x": "gone"}
    report = report_of([Looked(Targets(None, own), None, silent=silent)])
    assert told(report) == [
        ("net.py", "net.py", None, "did not answer"),
        ("week/", "week", None, "did not answer"),
        ("net.Net", "net.py", None, "took too long"),
        ("week/a.Net", "week/a.py", None, "died"),
        ("x", "", None, "gone"),
    ]
    assert (report.models, report.not_built, report.status) == ((), (), 2)


@pytest.mark.parametrize(
    ("kind", "label", "factory", "name", "file"),
    [
        ("file", "net", "", "net.py", "net.py"),
        ("folder", "week", "", "week/part.py", "week/part.py"),
        ("folder", "week", "", "week/course.toml", "week/course.toml"),
        ("folder", "week", "", "week/part", "week/part.py"),
        ("factory", "package.net", "make", "package.net:make", "package.net"),
        ("file", "net", "", "network.py", ""),  # begins alike, and is another
    ],
)
def test_a_problem_is_told_with_its_file(
    here: Path, kind: Any, label: str, factory: str, name: str, file: str
) -> None:
    path = here / (f"{label}.py" if kind == "file" else label)
    target = Target(kind, label, path, factory=factory)
    report = report_of([looked(target, card(f"{label}.Net"), problem=name)])
    assert told(report) == [(name, file, 3, "SyntaxError: invalid syntax")]


def test_a_target_without_a_model_says_why(here: Path) -> None:
    (here / "empty").mkdir()
    (here / "full").mkdir()
    (here / "full" / "a.py").write_text("x = 1\n")
    (here / "part.py").write_text("\nclass Part:\n    pass\n")
    needs = card("part.Part", needs=("width", "depth"), is_part=True, remedies=("args = [1]",))
    report = report_of(
        [
            looked(Target("folder", "empty", here / "empty")),
            looked(Target("folder", "full", here / "full")),
            looked(Target("file", "net", here / "net.py")),
            looked(Target("file", "part", here / "part.py"), needs),
            looked(Target("file", "named", here / "named.py"), card("named.Net")),
        ]
    )
    assert told(report) == [
        ("empty/", "empty", None, "has no .py file"),
        ("full/", "full", None, NO_MODEL),
        ("net.py", "net.py", None, NO_MODEL),
        (
            "part.py",
            "part.py",
            None,
            "has no model that can be built: part.Part needs width, depth",
        ),
    ]
    (not_built,) = report.not_built
    assert (not_built.file, not_built.line, not_built.part) == ("part.py", 2, True)
    assert (not_built.why, not_built.remedies) == (
        "needs width, depth to be built",
        ("args = [1]",),
    )
    assert report.unchecked_classes == []


def test_what_raised_is_told_unless_the_model_is_abstract(here: Path) -> None:
    records = (
        record("net.B", str(here / "net.py"), trouble="B cannot be built", status="not run"),
        record("net.A", str(here / "net.py"), trouble="forward is missing", abstract=True),
        record("net.Gone", "/elsewhere/net.py"),
    )
    cards = (card("net.A"), card("net.B"))
    report = report_of([looked(Target("file", "net", here / "net.py"), *cards, records=records)])
    assert told(report) == [("net.B", "net.py", 5, "B cannot be built")]
    assert [each.model for each in report.models] == ["net.A", "net.B"]  # as the course has them
    assert {each.file for each in report.models} == {"net.py"}
    assert report.counts.models == 1


def test_a_comment_without_a_reason_is_told_once_for_each_file(here: Path) -> None:
    file = here / "net.py"
    file.write_text("x = 1  # rollcall: ignore\ny = 2  # rollcall: ignore[meant]\n")
    records = (record("net.A", str(file)), record("net.B", str(file)))
    cards = (card("net.A"), card("net.B"))
    report = report_of([looked(Target("file", "net", file), *cards, records=records)])
    assert told(report) == [("comment", "net.py", 1, NO_REASON)]
    assert report.refused_comments == 1


def test_a_pytorch_that_was_never_installed_has_no_version(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(reporting, "version", missing)
    assert report_of([]).torch == "unknown"
    assert report_of([]).status == 0
