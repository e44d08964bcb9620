"""Which browser is taken, what is tried where one or its driver is missing, and what is said."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

import browser_binary

Commands = list[list[str]]


def program(path: Path, script: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH and an Applications folder with nothing in them, and no download by Playwright."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "playwright"))
    monkeypatch.setattr(browser_binary, "APPLICATIONS", ())
    return tmp_path


@pytest.fixture
def commands(bare: Path, monkeypatch: pytest.MonkeyPatch) -> Commands:
    """What runs on a bare machine where Playwright's download fails and nothing else does."""
    asked: Commands = []

    def run(command: list[str]) -> bool:
        asked.append(command)
        return True

    monkeypatch.setattr(browser_binary, "DRIVER", [sys.executable, "-c", ""])
    monkeypatch.setattr(browser_binary, "find_playwrights_own", lambda: None)
    monkeypatch.setattr(browser_binary, "download_playwrights_own", lambda seconds: False)
    monkeypatch.setattr(browser_binary, "run", run)
    return asked


def test_an_installed_chrome_comes_first(bare: Path) -> None:
    chromium = program(bare / "chromium", "echo Chromium 150")
    assert browser_binary.find_browser() == chromium
    chrome = program(bare / "google-chrome", "echo Google Chrome 150")
    assert browser_binary.find_browser() == chrome
    shell = program(bare / "chromium-headless-shell", "echo Chromium 150")
    assert browser_binary.find_browser() == shell
    assert browser_binary.find_browser(headed=True) == chrome  # a shell has no window


def test_a_stub_is_no_browser(bare: Path) -> None:
    program(bare / "chromium-browser", "echo 'requires the chromium snap'; exit 1")
    assert browser_binary.find_browser() is None


def test_an_application_of_macos(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chrome = program(bare / "Applications/Google Chrome", "echo Google Chrome 150")
    monkeypatch.setattr(browser_binary, "APPLICATIONS", (bare / "none", chrome))
    assert browser_binary.find_browser() == chrome


def test_playwrights_own_comes_last(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = program(bare / "own/chrome", "echo Chromium 150")
    monkeypatch.setattr(browser_binary, "PLAYWRIGHTS_OWN", f"print({str(own)!r})")
    assert browser_binary.find_browser() == own
    chromium = program(bare / "chromium", "echo Chromium 150")
    assert browser_binary.find_browser() == chromium


@pytest.mark.browser
def test_the_path_that_playwright_names(bare: Path) -> None:
    asked = subprocess.run(
        [sys.executable, "-c", browser_binary.PLAYWRIGHTS_OWN], capture_output=True, text=True
    )
    assert asked.stdout.startswith(str(bare / "playwright" / "chromium-")), asked.stderr


def test_playwrights_download_is_enough(
    commands: Commands, bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(bare / "apt-get", "exit 1")
    monkeypatch.setattr(browser_binary, "download_playwrights_own", lambda seconds: True)
    monkeypatch.setattr(
        browser_binary, "find_playwrights_own", iter([None, *[bare / "own"] * 3]).__next__
    )
    assert browser_binary.main(["--install"]) is None
    assert commands == []


def test_a_download_that_hangs_is_ended(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(program(bare / "python", "/bin/sleep 60")))
    begun = time.monotonic()
    assert not browser_binary.download_playwrights_own(seconds=0.2)
    assert time.monotonic() - begun < 10


@pytest.mark.parametrize("user", [0, 1000])
def test_apt_get_is_asked_for_a_browser_next(
    commands: Commands, bare: Path, monkeypatch: pytest.MonkeyPatch, user: int
) -> None:
    program(bare / "apt-get", "exit 1")
    program(bare / "sudo", "exit 1")
    monkeypatch.setattr(os, "geteuid", lambda: user)
    root = ["sudo", "-n"] if user else []
    assert browser_binary.install_browser() is None
    update = [*root, *browser_binary.APT, "update"]
    install = [*root, *browser_binary.APT, "install", "-y", "--no-install-recommends"]
    shell, chromium = "chromium-headless-shell", "chromium"
    asked = [command for command in commands if "apt-get" in command]
    assert asked == [update, [*install, shell], update, [*install, chromium]]


def test_without_leave_to_install_nothing_runs(
    commands: Commands, bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(bare / "apt-get", "exit 1")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert browser_binary.main(["--install"]) == browser_binary.ADVICE
    assert commands == []


def test_what_to_install_is_said() -> None:
    # As a command in an empty environment: a browser test must never be skipped in silence.
    alone = (
        "import browser_binary as b, sys; b.DRIVER = ['/bin/true']; "
        "b.find_browser = lambda: None; sys.exit(b.main([]))"
    )
    told = subprocess.run(
        [sys.executable, "-c", alone], cwd=Path(__file__).parent, capture_output=True, text=True
    )
    assert told.returncode == 1
    assert "apt-get install chromium" in told.stderr


# A minimal Debian lacks a library of the driver


LACKS = "error while loading shared libraries: libatomic.so.1"


@pytest.fixture
def driverless(commands: Commands, bare: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The driver, which lacks a library until a test says otherwise; a browser is there."""
    program(bare / "apt-get", "exit 1")
    program(bare / "chromium", "echo Chromium 150")
    driver = program(bare / "driver", f"echo 'node: {LACKS}' >&2; exit 127")
    monkeypatch.setattr(browser_binary, "DRIVER", [driver])
    return driver


@pytest.mark.parametrize("user", [0, 1000])
def test_apt_get_is_asked_for_the_library_of_the_driver(
    driverless: Path, commands: Commands, monkeypatch: pytest.MonkeyPatch, user: int
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: user)
    root = ["sudo", "-n"] if user else []
    if user:
        program(driverless.parent / "sudo", "exit 0")

    def run(command: list[str]) -> bool:
        commands.append(command)
        if "libatomic1" in command:
            program(driverless, "echo Version 1.65")
        return True

    monkeypatch.setattr(browser_binary, "run", run)
    assert browser_binary.main(["--install"]) is None
    asked = [command for command in commands if "apt-get" in command]
    assert asked == [
        [*root, *browser_binary.APT, "update"],
        [*root, *browser_binary.APT, "install", "-y", "--no-install-recommends", "libatomic1"],
    ]


def test_a_driver_that_cannot_start_is_said_although_there_is_a_browser(
    driverless: Path, commands: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    said = browser_binary.main(["--install"])
    assert said
    assert "apt-get install libatomic1" in said
    assert LACKS in said
    assert commands == []


@pytest.mark.browser
def test_the_driver_starts() -> None:
    assert browser_binary.driver_problem() is None


# Where no browser test can run, all others do, and one failure says so


SUITE = """
import pytest

@pytest.mark.browser
@pytest.mark.parametrize("page", range(3))
def test_in_a_browser(page):
    raise AssertionError("there is no browser")

def test_without():
    pass
"""


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """Three browser tests and another one, with our own hook, where the driver does not start."""
    here = Path(__file__).parent
    (tmp_path / "test_pages.py").write_text(SUITE)
    (tmp_path / "conftest.py").write_text(
        f"import sys; sys.path.insert(0, {str(here)!r})\n"
        "import browser_binary\n"
        "browser_binary.DRIVER = [sys.executable, '-c', 'raise SystemExit(1)']\n"
        "from without_browser import pytest_collection_modifyitems\n"
    )
    return tmp_path


def run_suite(folder: Path, *options: str) -> tuple[int, str]:
    config = Path(__file__).parents[1] / "pyproject.toml"
    # The plugins of browsers and of hypothesis would be imported, by each process.
    environment = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "xdist",
        f"--config-file={config}",
        f"--rootdir={folder}",
        str(folder),
        *options,
    ]
    told = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)
    return told.returncode, told.stdout


def test_browser_tests_that_cannot_run_are_one_failure(suite: Path) -> None:
    code, said = run_suite(suite, "--numprocesses", "2")
    assert code == 1
    assert "3 browser tests did not run. The browser tests need Playwright's driver" in said
    assert "1 failed, 1 passed" in said
    assert "there is no browser" not in said


def test_who_asks_for_no_browser_tests_gets_a_green_suite(suite: Path) -> None:
    code, said = run_suite(suite, "-m", "not browser")
    assert code == 0
    assert "1 passed, 3 deselected" in said
