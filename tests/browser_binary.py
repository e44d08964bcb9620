"""What the browser tests need: Playwright's driver and a Chrome. `--install` brings them."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

ADVICE = (
    "The browser tests need Chrome or Chromium: none was found, and `make test` could install "
    "none. Install one "
    "(Debian: `apt-get install chromium`; macOS: `brew install --cask google-chrome`; elsewhere: "
    "https://www.google.com/chrome), or run "
    "`.venv/bin/playwright install --with-deps chromium`; then `make test`."
)
DRIVER_ADVICE = (
    "The browser tests need Playwright's driver, and it does not start. "
    "A minimal Debian or Ubuntu lacks a library "
    "of it: as root, run `apt-get update && apt-get install libatomic1`; then `make test`. "
    "The driver said: {said}"
)
DRIVER = [sys.executable, "-m", "playwright", "--version"]
# Chromium without its windows: the same pages in half the time.
HEADLESS = "chromium-headless-shell"
ON_PATH = ("google-chrome", "google-chrome-stable", "chromium", "chromium-browser")
APPLICATIONS = (
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
)
# In a process of its own: a second sync_playwright() raises where pytest-playwright runs one.
PLAYWRIGHTS_OWN = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
"""
# Fail soon on a mirror that is away: behind a firewall, seconds pass until apt-get's turn.
PATIENCE = ["-o", "Acquire::Retries=1", "-o", "Acquire::http::Timeout=20"]
APT = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", *PATIENCE]


def find_browser(*, headed: bool = False) -> Path | None:
    """The first that starts: what is installed, else what Playwright has downloaded."""
    names = ON_PATH if headed else (HEADLESS, *ON_PATH)
    installed = [Path(path) for name in names if (path := shutil.which(name))]
    return (
        next((path for path in [*installed, *APPLICATIONS] if starts(path)), None)
        or find_playwrights_own()
    )


def find_playwrights_own() -> Path | None:
    asked = subprocess.run([sys.executable, "-c", PLAYWRIGHTS_OWN], capture_output=True, text=True)
    path = Path(asked.stdout.strip())
    return path if asked.returncode == 0 and starts(path) else None


def starts(path: Path) -> bool:
    """Whether it tells its version: Ubuntu's chromium-browser may be a stub, or lack libraries."""
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=30).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def driver_problem() -> str | None:
    """Why Playwright's driver does not start, or None. Without it no browser can be steered."""
    try:
        started = subprocess.run(
            DRIVER, capture_output=True, text=True, errors="replace", timeout=60
        )
    except subprocess.TimeoutExpired:
        return DRIVER_ADVICE.format(said="nothing in 60 seconds")
    if started.returncode == 0:
        return None
    return DRIVER_ADVICE.format(
        said=started.stderr.strip() or f"nothing, and ended with {started.returncode}"
    )


def browser_problem() -> str | None:
    """Why no browser test can run here, in a sentence, or None."""
    problem = driver_problem()
    if problem is None and find_browser() is None:
        return ADVICE
    return problem


def install_driver_library() -> None:
    """What Playwright's driver needs and a minimal Debian lacks."""
    print("Playwright's driver does not start.", flush=True)
    apt_get_install("libatomic1")


def install_browser() -> Path | None:
    """Playwright's own Chromium, else Debian's package where we may install it."""
    print("No Chrome or Chromium here: asking Playwright for its own.", flush=True)
    if download_playwrights_own(seconds=300) and (browser := find_browser()):
        return browser
    print("Playwright's own does not start here.", flush=True)
    for package in (HEADLESS, "chromium"):  # Ubuntu has no package of the first name
        apt_get_install(package)
        if browser := find_browser():
            return browser
    return None


def apt_get_install(package: str) -> None:
    """Install a package of Debian or Ubuntu, where this is one and we may."""
    if not shutil.which("apt-get"):
        return
    root = as_root()
    if root is None:
        return
    print(f"Asking apt-get for {package}.", flush=True)
    run(
        [*root, *APT, "update"]
    )  # may fail for another package's mirror, so its outcome decides nothing
    run([*root, *APT, "install", "-y", "--no-install-recommends", package])


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


def install() -> None:
    """Bring what is missing, as far as this machine lets us."""
    if driver_problem():
        install_driver_library()
    # The driver is what downloads a browser, and no browser is of use without it.
    if driver_problem() is None and find_browser() is None:
        install_browser()


def main(arguments: list[str]) -> str | None:
    """What is wrong, in a sentence, or None. `--install` installs what is missing first."""
    if "--install" in arguments:
        install()
    problem = browser_problem()
    if problem is None:
        print(f"The browser tests use {find_browser()}")
    return problem


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
