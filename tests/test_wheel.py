"""What is installed from a wheel, far from the checkout, serves the same bytes as the checkout."""

import os
import re
import signal
import subprocess
import sys
import sysconfig
import venv
from email.parser import Parser
from pathlib import Path
from zipfile import ZipFile

import httpx2
import pytest
from starlette.testclient import TestClient

from rollcall import __version__
from rollcall.folders import MODELS, STATIC, TEMPLATES
from rollcall.main import create_app
from serving import ENVIRONMENT
from web.course import cold
from web.terminal import fits, listen_to, serve

ROOT = Path(__file__).parents[1]
Command = list[str | Path]
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
PAGES = ["/", "/registry", "/registry.json", "/static/app.css", "/static/vendor/htmx-4.0.1.min.js"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([*PIP, "wheel", ".", "--no-deps", "--wheel-dir", folder], cwd=ROOT, check=True)
    return next(folder.glob("torch_rollcall-*.whl"))


@pytest.fixture(scope="module")
def programs(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment that has the wheel, and borrows the dependencies from ours."""
    home = tmp_path_factory.mktemp("environment")
    venv.create(home)
    programs = Path(sysconfig.get_path("scripts", "venv", {"base": str(home)}))
    subprocess.run(
        [*PIP, "--python", programs / "python", "install", "--no-deps", wheel], check=True
    )
    # Only after pip, which would find our editable rollcall there and leave the wheel out. The
    # line adds the folder but doesn't read the .pth files in it: the checkout stays out of reach.
    libraries = Path(
        sysconfig.get_path("purelib", "venv", {"base": str(home), "platbase": str(home)})
    )
    (libraries / "borrowed.pth").write_text(sysconfig.get_path("purelib"))
    return programs


def contents(wheel: Path) -> set[str]:
    with ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if ".dist-info/" not in name}


def test_the_checkout_serves_its_own_folders() -> None:
    assert (TEMPLATES, STATIC, MODELS) == (ROOT / "templates", ROOT / "static", ROOT / "models")


def test_the_wheel_carries_every_file(wheel: Path) -> None:
    homes = {ROOT / "app/rollcall": "rollcall", TEMPLATES: "rollcall/templates"}
    homes |= {STATIC: "rollcall/static", MODELS: "rollcall/models"}
    files = {
        f"{name}/{path.relative_to(home).as_posix()}"
        for home, name in homes.items()
        for path in home.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert contents(wheel) == files


def test_what_a_package_index_shows(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        told = Parser().parsestr(
            next(archive.read(n) for n in archive.namelist() if n.endswith("/METADATA")).decode()
        )
    assert told["Version"] == __version__
    assert told["License-Expression"] == "MIT AND 0BSD"
    assert told.get_all("License-File") == ["LICENSE", "static/vendor/htmx-LICENSE"]
    description = told.get_payload()
    assert isinstance(description, str)
    assert description.startswith("# Roll Call\n")
    # There are no files beside it.
    assert re.findall(r"\]\((?!https?://)[^)]*\)|(?:src|srcset|href)=\S+", description) == []


def test_the_sdist_makes_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    build: Command = [
        sys.executable,
        "-m",
        "hatchling",
        "build",
        "--target",
        "sdist",
        "--directory",
        tmp_path,
    ]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    sdist = next(tmp_path.glob("torch_rollcall-*.tar.gz"))
    flags: Command = ["--no-deps", "--no-build-isolation", "--wheel-dir", tmp_path]
    subprocess.run([*PIP, "wheel", sdist, *flags], check=True)
    assert contents(next(tmp_path.glob("*.whl"))) == contents(wheel)


def test_the_wheel_finds_its_folders(programs: Path, tmp_path: Path) -> None:
    where = "import rollcall.folders as f; print(f.TEMPLATES, f.STATIC, f.MODELS, sep='\\n')"
    command: Command = [programs / "python", "-c", where]
    told = subprocess.run(
        command, cwd=tmp_path, env=ENVIRONMENT, check=True, capture_output=True, text=True
    )
    folders = [Path(line) for line in told.stdout.splitlines()]
    assert [folder.name for folder in folders] == ["templates", "static", "models"]
    assert all(folder.is_dir() and programs.parent in folder.parents for folder in folders)


# Two questions to one server, because each start imports PyTorch twice.
def test_the_wheel_serves_the_same_pages_and_ctrl_c_ends_it_quietly(
    programs: Path, tmp_path: Path
) -> None:
    with cold():
        app = create_app(workers=1)
    installed = serve("--workers", "1", program=programs / "rollcall", folder=tmp_path)
    with installed as (process, said):
        url = fits(listen_to(said, until="Ctrl"), "127.0.0.1")
        with (
            httpx2.Client(base_url=url, timeout=60, trust_env=False) as asking,
            # The same base for both, in case a page tells where it is.
            TestClient(app, base_url=url) as checkout,
        ):
            for page in PAGES:
                ours, theirs = checkout.get(page), asking.get(page)
                assert (ours.status_code, theirs.status_code) == (200, 200), page
                assert ours.content == theirs.content, page
            assert [asking.get(path).status_code for path in ("/healthz", "/nope")] == [200, 404]
        os.killpg(process.pid, signal.SIGINT)  # a terminal sends it to the workers, too
        # Its workers write to the same pipe: it is read to its end when the last of them is gone.
        assert said.read() == ""
        assert process.wait() == 130
