"""`rollcall check` with its options, in the process of the tests."""

from collections.abc import Callable
from pathlib import Path

import pytest

from commands.check.checking import checked
from lectures.lectures import write
from rollcall import cli
from rollcall.commands.check import looking

BUGGY = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = [nn.Linear(4, 4)]  # two
        self.kept = {3: nn.Linear(4, 4)}

    def forward(self, x):
        return self.kept[3](F.dropout(self.hidden[0](x)))
"""
Run = Callable[..., int]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The exit status of the command, over a file of which two mistakes can be mended."""
    write(tmp_path, "net.py", BUGGY)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(looking, "look_at", lambda targets, seconds: checked(*targets))

    def run(*arguments: str) -> int:
        with pytest.raises(SystemExit) as ended:
            cli.main(["check", *arguments])
        assert isinstance(ended.value.code, int)
        return ended.value.code

    return run


def test_fix_mends_what_was_found(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (tmp_path / "net.py").read_bytes()
    assert run("net.py", "--fix") == 1
    said = capsys.readouterr()
    after = (tmp_path / "net.py").read_text()
    assert "self.hidden = nn.ModuleList([nn.Linear(4, 4)])  # two\n" in after
    assert "F.dropout(self.hidden[0](x), training=self.training)" in after
    assert "-        self.hidden = [nn.Linear(4, 4)]  # two\n" in said.err
    assert "Roll Call: net.py: self.hidden becomes an nn.ModuleList.\n" in said.err
    assert "Roll Call: net.py: as it was, in net.py.orig\n" in said.err
    assert "kept is a plain dict" in said.out
    assert said.out.endswith("1 model: 1 error\n")
    assert (tmp_path / "net.py.orig").read_bytes() == before
    assert run("net.py", "--fix") == 1
    assert "nothing that was found can be mended by rule" in capsys.readouterr().err
    assert (tmp_path / "net.py").read_text() == after


def test_a_file_that_does_not_run_when_mended_is_put_back(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (tmp_path / "net.py").read_bytes()
    (tmp_path / "net.py.orig").touch()  # somebody's
    monkeypatch.setattr("rollcall.commands.check.mend.fixed", lambda text, chosen: "import nothing")
    assert run("net.py", "--fix") == 1
    assert "net.py does not run so, and is as it was" in capsys.readouterr().err
    assert (tmp_path / "net.py").read_bytes() == before
    assert (tmp_path / "net.py.orig").read_bytes() == b""


def test_a_baseline_is_written_and_held(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("net.py", "--baseline", "known.json", "--write-baseline") == 0
    said = capsys.readouterr()
    assert said.err == "Roll Call: wrote 3 findings to known.json\n"
    assert said.out == "1 model: 0 errors, 3 in the baseline\n"
    assert run("net.py", "--baseline", "known.json") == 0
    write(tmp_path, "net.py", BUGGY.replace("self.hidden", "self.other"))
    assert run("net.py", "--baseline", "known.json") == 1
    assert "1 of the baseline gone: write it anew" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["net.py", "--baseline", "none.json"], "--baseline none.json: No such file"),
        (["net.py", "--baseline", "net.py"], "--baseline net.py is no baseline"),
        (["net.py", "--write-baseline"], "takes the name of the file from --baseline FILE"),
        (["net.py", "--time-limit", "0"], "--time-limit takes up to 3,600 seconds, not 0"),
        (["net.py", "--format", "xml"], "invalid choice: 'xml'"),
        ([], "TARGET"),
    ],
)
def test_what_is_refused(
    arguments: list[str], told: str, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*arguments) == 2
    assert told in capsys.readouterr().err


@pytest.mark.parametrize(
    ("form", "begins"),
    [("--json", "{"), ("--sarif", "{"), ("--format=github", "::error "), ("--format=text", "Net:")],
)
def test_each_format(form: str, begins: str, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("net.py", form) == 1
    said = capsys.readouterr()
    assert said.out.startswith(begins)
    assert said.err == ""
