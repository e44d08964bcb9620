"""The browser of the browser tests: an installed Chrome or Chromium, or one that `--install` brings."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

ADVICE = (
    "The browser tests need Chrome or Chromium: none was found, and `make test` could install none. Install one "
    "(Debian: `apt-get install chromium`; macOS: `brew install --cask google-chrome`; elsewhere: "
    "https://www.google.com/chrome), or run `.venv/bin/playwright install --with-deps chromium`; then `make test`."
)
ON_PATH = ("google-chrome", "google-chrome-stable", "chromium", "chromium-browser")
APPLICATIONS = (
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
)
# In a process of its own, because a second sync_playwright() raises where pytest-playwright already runs one.
PLAYWRIGHTS_OWN = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
"""
# Fail soon on a mirror that is away, so that a machine behind a firewall waits seconds for apt-get's turn.
PATIENCE = ["-o", "Acquire::Retries=1", "-o", "Acquire::http::Timeout=20"]
APT = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", *PATIENCE]


def find_browser() -> Path | None:
    """The first that starts: what is installed, else what Playwright has downloaded."""
    installed = [Path(path) for name in ON_PATH if (path := shutil.which(name))]
    return next((path for path in [*installed, *APPLICATIONS] if starts(path)), None) or find_playwrights_own()


def find_playwrights_own() -> Path | None:
    asked = subprocess.run([sys.executable, "-c", PLAYWRIGHTS_OWN], capture_output=True, text=True)
    path = Path(asked.stdout.strip())
    return path if asked.returncode == 0 and starts(path) else None


def starts(path: Path) -> bool:
    """Whether it tells its version: Ubuntu's chromium-browser may be a stub, a downloaded one may lack libraries."""
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=30).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def install_browser() -> Path | None:
    """Playwright's own Chromium, else Debian's package where we may install it."""
    print("No Chrome or Chromium here: asking Playwright for its own.", flush=True)
    if download_playwrights_own(seconds=300) and (browser := find_browser()):
        return browser
    if shutil.which("apt-get") and (root := as_root()) is not None:
        print("That did not work: asking apt-get for chromium.", flush=True)
        run([*root, *APT, "update"])  # may fail for another package's mirror, so its outcome decides nothing
        run([*root, *APT, "install", "-y", "--no-install-recommends", "chromium"])
    return find_browser()


def download_playwrights_own(seconds: float) -> bool:
    # The download is the command's grandchild: a process group lets us end both.
    command = [sys.executable, "-m", "playwright", "install", "--no-shell", "chromium"]
    with subprocess.Popen(command, start_new_session=True) as process:
        try:
            return process.wait(seconds) == 0
        except subprocess.TimeoutExpired:
            return False
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


def as_root() -> list[str] | None:
    """What goes before a command that needs root, or None where we may not run one."""
    if os.geteuid() == 0:
        return []
    return ["sudo", "-n"] if shutil.which("sudo") and run(["sudo", "-n", "true"]) else None


def run(command: list[str]) -> bool:
    return subprocess.run(command, stdin=subprocess.DEVNULL).returncode == 0


def main(arguments: list[str]) -> str | None:
    """What is wrong, in a sentence, or None. With `--install`, a missing browser is installed first."""
    browser = find_browser() or (install_browser() if "--install" in arguments else None)
    if browser is None:
        return ADVICE
    print(f"The browser tests use {browser}")
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
