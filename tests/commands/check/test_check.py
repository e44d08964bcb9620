"""`rollcall check`: every way to print a report, what silences a finding, and the exit status."""

import io
import json
import re
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import jsonschema
import pytest

from commands.check.checking import checked, line_of
from lectures.lectures import write
from rollcall.commands.check.baseline import (
    BadBaseline,
    accepting,
    read_baseline,
    write_baseline,
)
from rollcall.commands.check.github import annotations
from rollcall.commands.check.looking import files_alone
from rollcall.commands.check.report import CheckReport
from rollcall.commands.check.sarif import sarif
from rollcall.commands.check.terminal import print_report
from rollcall.lectures.loading import load
from rollcall.lectures.named_targets import named_targets
from serving import ENVIRONMENT

SCHEMA = Path(__file__).parents[2] / "vendor/sarif-2.1.0-rtm.5.json"
BUGGY = """
    class Buggy(nn.Module):
        def __init__(self):
            super().__init__()
            self.hidden = [nn.Linear(4, 4)]  {comment}
            self.out = nn.Linear(4, 2)

        def forward(self, x):
            return self.out(self.hidden[0](x))
    """
CLEAN = """
    class Clean(nn.Module):
        def __init__(self):
            super().__init__()
            self.out = nn.Linear(4, 2)

        def forward(self, x):
            return self.out(x)
    """
ABSTRACT = """
    class Abstract(nn.Module):
        def forward(self, x):
            raise NotImplementedError

    class Part(nn.Module):
        def __init__(self, width):
            super().__init__()
    """
BROKEN = """
    class Broken(nn.Module):
        def __init__(self):
            super().__init__()
            raise ValueError("100%, with a\\nsecond line")
    """


def own(folder: Path, text: str) -> CheckReport:
    """The report on one file, `own.py`."""
    return checked(write(folder, "own.py", text))


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> CheckReport:
    """Of a folder in which everything may go wrong."""
    folder = tmp_path_factory.mktemp("targets")
    write(folder, "buggy.py", BUGGY.format(comment=""))
    write(folder, "meant.py", BUGGY.format(comment="# rollcall: ignore[a frozen teacher]"))
    write(folder, "clean.py", CLEAN + ABSTRACT)
    write(folder, "broken.py", BROKEN)
    write(folder, "wrong.py", "import")
    return checked(*sorted(folder.glob("*.py")))


def test_the_counts_and_the_status(report: CheckReport) -> None:
    counts = report.counts
    told = (counts.models, counts.errors, counts.ignored, counts.accepted, counts.not_run)
    assert told == (4, 1, 1, 0, 2)
    assert report.status == 2
    assert {each.model for each in report.not_built} == {"clean.Part"}


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (CLEAN, 0),
        (CLEAN + ABSTRACT, 0),
        (BUGGY.format(comment=""), 1),
        (BUGGY.format(comment="# rollcall: ignore[it is a teacher]"), 0),
        (BUGGY.format(comment="# rollcall: ignore"), 2),
        (BUGGY.format(comment="# rollcall: ignore[ ]"), 2),
        (BUGGY.format(comment="") + BROKEN, 2),
    ],
)
def test_the_status(text: str, status: int, tmp_path: Path) -> None:
    assert own(tmp_path, text).status == status


def test_a_comment_without_a_reason_is_refused(tmp_path: Path) -> None:
    report = own(tmp_path, BUGGY.format(comment="# rollcall: ignore"))
    (refused,) = report.not_run
    assert refused.line == line_of(tmp_path / "own.py", "self.hidden")
    assert "takes a reason" in refused.why
    assert report.counts.errors == 1

    file = io.StringIO()
    print_report(report, file)
    assert f"own.py:{refused.line}: comment without a reason\n" in file.getvalue()
    assert file.getvalue().endswith("1 model: 1 error, 1 comment without a reason\n")
    said = [*annotations(report), sarif(report), file.getvalue()]
    assert not any("not checked" in each for each in said)


def test_a_class_that_needs_arguments_is_told_everywhere(tmp_path: Path) -> None:
    """It costs no exit status, where another was checked."""
    needing = ABSTRACT.partition("class Part")[2].join(["class Part", ""])
    report = own(tmp_path, CLEAN + needing)
    line = line_of(tmp_path / "own.py", "class Part")
    file = io.StringIO()
    print_report(report, file)
    assert file.getvalue().endswith("1 model: 0 errors, 1 not checked\n")
    (notice,) = annotations(report)
    assert notice.startswith("::notice title=own.Part was not checked,file=")
    assert notice.endswith(f"own.py,line={line}::needs width to be built")
    log = json.loads(sarif(report))
    (told,) = log["runs"][0]["invocations"][0]["toolExecutionNotifications"]
    assert (told["level"], report.status) == ("note", 0)
    region = told["locations"][0]["physicalLocation"]["region"]
    assert region["startLine"] == report.not_built[0].line == line


def test_json_is_the_report(report: CheckReport) -> None:
    read = json.loads(report.model_dump_json())
    assert (read["status"], read["counts"]["errors"]) == (2, 1)
    assert (
        CheckReport.model_validate({name: read[name] for name in CheckReport.model_fields})
        == report
    )


def test_plain_text_names_the_place_on_a_line_of_its_own(report: CheckReport) -> None:
    file = io.StringIO()
    print_report(report, file)
    said = file.getvalue()
    finding = report.open_findings[0]
    assert "\x1b" not in said
    assert f"  {finding.file}:{finding.line} error unregistered (trainable)\n" in said
    assert (
        f"    {finding.code}\n    {finding.sentence}\n    {finding.proof}\n    Fix: {finding.fix}\n"
        in said
    )
    assert said.endswith("4 models: 1 error, 1 ignored, 3 not checked\n")
    assert "clean.Part needs width to be built\n  in course.toml:\n" in said


def test_sarif_is_valid_and_says_what_is_silenced(report: CheckReport) -> None:
    log = json.loads(sarif(report))
    jsonschema.Draft4Validator(json.loads(SCHEMA.read_text("utf-8"))).validate(log)
    (run,) = log["runs"]
    silenced = [result.get("suppressions") for result in run["results"]]
    assert silenced == [
        None,
        [{"kind": "inSource", "justification": "a frozen teacher"}],
    ]
    region = run["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert region["startLine"] == report.open_findings[0].line
    (invocation,) = run["invocations"]
    assert not invocation["executionSuccessful"]
    assert len(invocation["toolExecutionNotifications"]) == 3


def test_what_two_models_share_is_counted_once_in_every_format(tmp_path: Path) -> None:
    maker = "\n    def make_net() -> nn.Module:\n        return Buggy()\n"
    report = own(tmp_path, BUGGY.format(comment="") + maker)
    assert len(report.models) == len(report.open_findings) == 2
    assert report.counts.errors == len(list(annotations(report))) == 1
    assert len(json.loads(sarif(report))["runs"][0]["results"]) == 1
    baseline = tmp_path / "baseline.json"
    assert write_baseline(baseline, report) == 1
    accepted = accepting(report, read_baseline(baseline))
    assert (accepted.status, accepted.counts.accepted) == (0, 1)


def test_annotations_are_escaped_as_github_reads_them(report: CheckReport) -> None:
    said = list(annotations(report))
    assert len(said) == 4
    finding, *troubles = said
    assert re.match(r"::error file=[^,]+buggy\.py,line=8,endLine=8,title=buggy\.Buggy%3A ", finding)
    raised = next(each for each in troubles if "Broken" in each)
    assert "100%25, with a second line" in raised
    assert "\n" not in raised


def test_a_baseline_holds_while_lines_move(tmp_path: Path) -> None:
    file, buggy = tmp_path / "baseline.json", BUGGY.format(comment="")
    report = own(tmp_path, buggy)
    assert write_baseline(file, report) == 1
    moved = own(tmp_path, "\n\n\n" + dedent(buggy))
    silenced = accepting(moved, read_baseline(file))
    assert moved.open_findings[0].line == report.open_findings[0].line + 3
    assert (moved.status, silenced.status, silenced.counts.accepted) == (1, 0, 1)
    another = own(tmp_path, buggy.replace("hidden", "body"))
    held = accepting(another, read_baseline(file))
    assert (held.status, held.gone) == (1, 1)


def test_what_is_no_baseline_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadBaseline, match="No such file"):
        read_baseline(tmp_path / "none.json")
    (tmp_path / "other.json").write_text('{"accepted": 1}', "utf-8")
    with pytest.raises(BadBaseline, match="is no baseline"):
        read_baseline(tmp_path / "other.json")


def test_the_command(tmp_path: Path) -> None:
    """A model that hangs, and one that ends its process, cost their own entries."""
    write(tmp_path, "buggy.py", BUGGY.format(comment=""))
    write(
        tmp_path,
        "hostile.py",
        """
        import os, threading, time

        print("printed by the file")

        class Hangs(nn.Module):
            def forward(self, x):
                time.sleep(600)

        class Ends(nn.Module):
            def forward(self, x):
                os._exit(3)

        class Leaves(nn.Module):
            def __init__(self):
                super().__init__()
                self.out = nn.Linear(4, 2)
                threading.Thread(target=time.sleep, args=(600,), daemon=True).start()

            def forward(self, x):
                print("printed by a forward")
                return self.out(x)

        if __name__ == "__main__":
            raise SystemExit("run as a script")
        """,
    )
    command = [sys.executable, "-m", "rollcall", "check", ".", "--json", "--time-limit", "5"]
    done = subprocess.run(
        command, cwd=tmp_path, env=ENVIRONMENT, capture_output=True, text=True, timeout=120
    )
    assert (done.returncode, done.stderr) == (2, "")
    report = json.loads(done.stdout)
    said = {each["model"].rpartition("/")[2] for each in report["models"]}
    assert said == {"buggy.Buggy", "hostile.Leaves"}
    assert report["models"][0]["findings"][0]["file"] == "buggy.py"
    why = {each["what"].rpartition("/")[2]: each["why"] for each in report["not_run"]}
    assert why == {
        "hostile.Hangs": "did not answer within 5 s",
        "hostile.Ends": "ended its process with exit code 3",
    }


NOTHING = {
    "none.py": "there is no such file or folder; a target is a .py file, a folder, or "
    "package.module:factory",
    "notes.txt": "is no .py file; a target is a .py file, a folder, or package.module:factory",
    "empty": "has no .py file",
    "script.py": "has no model: looked for classes that are an nn.Module, and functions "
    "-> nn.Module",
    "needs.py": "has no model that can be built: needs.Part needs width",
    "clean.py:make": "LookupError: there is no 'make' in it",
}


def test_what_cannot_be_checked_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line for each target; the others are checked."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes.txt").touch()
    write(tmp_path, "script.py", "if __name__ == '__main__':\n    raise SystemExit\n")
    write(tmp_path, "needs.py", ABSTRACT.partition("class Part")[2].join(["class Part", ""]))
    write(tmp_path, "clean.py", CLEAN)
    monkeypatch.chdir(tmp_path)
    report = checked(*NOTHING, "clean.py")
    shown = {"empty/": "empty", "clean:make": "clean.py:make"}
    assert {shown.get(each.what, each.what): each.why for each in report.not_run} == NOTHING
    assert [each.model for each in report.models] == ["clean.Clean"]
    assert report.status == 2


def test_each_file_alone_has_the_names_that_it_has_among_all(tmp_path: Path) -> None:
    """Where one of them hangs, the others are run without it."""
    for folder in ("", "inner"):
        (tmp_path / folder).mkdir(exist_ok=True)
        write(tmp_path / folder, "clean.py", CLEAN)
    whole = named_targets([str(tmp_path)], course=None).targets
    alone = [load(each).contents.cards for each in files_alone(whole)]
    assert [name for cards in alone for name in cards] == list(load(whole).contents.cards)
    assert len(alone) == 2
