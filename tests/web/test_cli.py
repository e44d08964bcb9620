"""`rollcall` as a shell runs it: what it says, what it refuses, and that nothing stays behind."""

import errno
import gc
import os
import platform
import re
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import closing
from http.client import HTTPConnection
from importlib import metadata
from pathlib import Path
from unittest.mock import MagicMock, Mock
from urllib.parse import urlsplit

import pytest

import rollcall as package
from rollcall import addresses, cli, main
from rollcall.commands.listening import listen
from rollcall.commands.targets import lines_at_start
from rollcall.lectures.loading import load
from rollcall.lectures.targets import Targets
from serving import serving_in_a_thread
from web.terminal import IMPORTING, ROLLCALL, listen_to, serve

ROOT = Path(__file__).parents[2]

HANGS = """
import sys, threading
from torch import nn

class Net(nn.Module):
    def forward(self, x):
        print("it hangs", file=sys.stderr, flush=True)
        threading.Event().wait()
"""


def rollcall(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([ROLLCALL, *arguments], capture_output=True, text=True, timeout=60)


def python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )


def status(url: str, path: str) -> int:
    with closing(HTTPConnection(urlsplit(url).netloc)) as connection:
        connection.request("GET", path)
        return connection.getresponse().status


# What it says


@pytest.mark.parametrize("arguments", [("--help",), ("serve", "--help")])
def test_help(arguments: tuple[str, ...]) -> None:
    told = rollcall(*arguments)
    assert (told.returncode, told.stderr) == (0, "")
    options = (
        "--host",
        "--port",
        "--open",
        "TARGET",
        "--models",
        "--no-course",
        "--workers",
        "--time-limit",
        "--allow-host",
    )
    assert "serve" in told.stdout
    assert all(option in told.stdout for option in options) or arguments == ("--help",)


def test_the_version_is_told_without_waiting_for_torch() -> None:
    told = rollcall("--version")
    assert told.stdout == (
        f"rollcall {package.__version__} "
        f"(torch {metadata.version('torch')}, Python {platform.python_version()})\n"
    )
    assert (told.returncode, told.stderr) == (0, "")


def test_a_torch_that_nobody_installed_as_a_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        metadata, "version", Mock(side_effect=metadata.PackageNotFoundError("torch"))
    )
    assert "(torch of unknown version, Python " in cli._versions()


def test_python_m_rollcall_is_the_same_command() -> None:
    command = [sys.executable, "-W", "error", "-m", "rollcall", "--version"]
    told = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (told.stdout, told.stderr) == (rollcall("--version").stdout, "")


def test_the_version_is_the_newest_of_the_changelog() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert re.findall(r"^## (\d\S*)", changelog, re.MULTILINE)[0] == package.__version__


def test_without_room_for_temporary_files_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "gettempdir", Mock(side_effect=FileNotFoundError))
    with pytest.raises(SystemExit, match=r"TMPDIR=/folder$"):
        cli.main(["serve"])


@pytest.mark.parametrize(
    ("options", "part"),
    [
        (("--port", "many"), "--port"),
        (("--port", "65536"), "--port takes a number from 0 to 65535, not 65536"),
        (("--port", "-1"), "--port takes a number from 0 to 65535, not -1"),
        (("--workers", "0"), "--workers takes a number from 1 to 64, not 0"),
        (("--cache", "1"), "--cache takes 4 to 1,048,576 MB, not 1"),
        (("--time-limit", "0"), "--time-limit takes up to 3,600 seconds, not 0"),
        (("--time-limit", "nan"), "--time-limit takes up to 3,600 seconds, not nan"),
        (("--time-limit", "ten"), "--time-limit"),
        (("--ray-address", "head:6379"), "--ray-address goes with --engine ray"),
        (("--models", "/no/such/folder"), "cannot read /no/such/folder: No such file or directory"),
        (("--models", __file__), f"cannot read {__file__}: Not a directory"),
        (
            ("--models", "/no/such/folder"),
            "--models takes a folder of *.py files with classes that are an nn.Module",
        ),
        (("--colour", "red"), "--colour"),
        (("--no-course",), "--no-course needs a target: a .py file, a folder or package.module:f"),
        (("--no-course", "--models", "."), "--models names a course, and --no-course wants none"),
        (("no.py",), "nothing can be served: no.py: there is no such file"),
        (("--no-course", "no.py", "x:y"), "nothing can be served: no.py: there is no such file"),
    ],
)
def test_an_option_that_makes_no_sense(
    capsys: pytest.CaptureFixture[str], options: tuple[str, ...], part: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["serve", *options])
    assert ended.value.code == 2
    *usage, complaint = capsys.readouterr().err.splitlines()
    assert usage[0].startswith("usage: rollcall")
    assert "error: " in complaint
    assert part in complaint


def test_a_folder_that_may_not_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # Root may read every folder, so the system's refusal is put on.
    refusal = PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    monkeypatch.setattr(Path, "iterdir", Mock(side_effect=refusal))
    with pytest.raises(SystemExit) as ended:
        cli.main(["serve", "--models", str(tmp_path)])
    assert ended.value.code == 2
    assert f"cannot read {tmp_path}: Permission denied" in capsys.readouterr().err


def test_a_taken_port_is_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        told = rollcall("serve", "--port", str(port))
    reason = os.strerror(errno.EADDRINUSE)
    assert told.returncode == 1
    assert told.stderr == (
        f"rollcall: cannot listen on 127.0.0.1:{port}: {reason}. "
        "Choose another with --port or --host.\n"
    )


def test_an_address_of_another_machine_is_one_sentence() -> None:
    told = rollcall("serve", "--host", "192.0.2.1", "--port", "0")
    assert told.returncode == 1
    assert told.stderr.startswith("rollcall: cannot listen on 192.0.2.1:0: ")
    assert told.stderr.count("\n") == 1


# A folder of lecture files that shows nothing may be filled later; it is told at the start


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (
            {},
            "no models in {folder}: looked for *.py files with classes that are an nn.Module, "
            "and found nothing",
        ),
        (
            {"notes.txt": "Monday"},
            "no models in {folder}: looked for *.py files .*, and found notes.txt",
        ),
        (
            {f"{n}.txt": "" for n in range(10, 23)},
            "no models in {folder}: .* 18.txt, 19.txt, 3 more",
        ),
        (
            {"plain.py": "import torch\n"},
            "no models in {folder}: looked for *.py files .*, and found plain.py",
        ),
        (
            {"wrong.py": "import torch\nx = (\n"},
            "wrong.py, line 2: SyntaxError: '\\(' was never closed",
        ),
    ],
    ids=["empty", "no Python", "many files", "no module", "a syntax error"],
)
def test_what_is_said_of_a_folder_without_models(
    tmp_path: Path, files: dict[str, str], said: str
) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    lines = lines_at_start(Targets.of(tmp_path), load(tmp_path).contents)
    expected = said.format(folder=re.escape(str(tmp_path))).replace("*.py", r"\*\.py")
    assert any(re.fullmatch(expected, line) for line in lines), lines


def test_what_was_imported_is_left_out_of_garbage_collection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    create_app = Mock()
    monkeypatch.setattr(main, "create_app", create_app)
    listener = MagicMock(**{"getsockname.return_value": ("127.0.0.1", 8000)})
    monkeypatch.setattr(cli, "listen", Mock(return_value=listener))
    monkeypatch.setattr(cli, "http_server", Mock())
    monkeypatch.setattr(cli, "tell", Mock())
    cli.main(["serve", "--port", "0"])
    assert gc.isenabled()  # again, after the imports
    gc.unfreeze()  # the tests leave it out themselves
    create_app.call_args.kwargs["on_ready"](None)
    assert gc.get_freeze_count() > 100_000


@pytest.mark.parametrize(("options", "seconds"), [((), 10), (("--time-limit", "2.5"), 2.5)])
def test_the_time_limit_reaches_the_lab(
    monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], seconds: float
) -> None:
    create_app = Mock()
    monkeypatch.setattr(main, "create_app", create_app)
    monkeypatch.setattr(cli, "http_server", Mock())
    monkeypatch.setattr(cli, "tell", Mock())
    cli.main(["serve", "--port", "0", *options])
    assert create_app.call_args.kwargs["seconds"] == seconds


# How it ends. Ctrl+C on one that answers: `test_wheel.py`


def test_ctrl_c_ends_it_quietly_while_it_imports() -> None:
    with serve() as (process, said):
        assert said.readline() == IMPORTING
        os.killpg(process.pid, signal.SIGINT)
        assert said.read() == ""
        assert process.wait() == 130


# It is started once for two questions, because each start imports PyTorch twice.
def test_it_answers_on_every_address_and_sigterm_ends_it_while_a_model_hangs(
    tmp_path: Path,
) -> None:
    options = ("--host", "0.0.0.0", "--models", str(tmp_path), "--workers", "1")
    with serve(*options) as (process, said):
        heard = listen_to(said, until="Ctrl")
        assert "1 worker tries every experiment" in heard
        here = answering_address(heard, tmp_path)
        (tmp_path / "net.py").write_text(HANGS)
        with closing(HTTPConnection(urlsplit(here).netloc)) as waiting:
            waiting.request("GET", "/registry?left=net.Net&right=net.Net")
            listen_to(said, until="it hangs")
            process.terminate()
            assert "Traceback" not in said.read()
            assert process.wait() == 0


def answering_address(heard: str, folder: Path) -> str:
    """The own address of a server on every address, which tells what others type.

    It answers at all of them. A folder without models is served, too.
    """
    assert f"Roll Call: WARNING: no models in {folder}: looked for " in heard
    here = re.search(r"ready after .* at (http://localhost:\d+/)\n", heard)
    assert here, heard
    assert [status(here[1], path) for path in ("/healthz", "/")] == [200, 200]
    typed = re.findall(r"others on the same network type (\S+)\n", heard)
    port = urlsplit(here[1]).port
    assert typed == [
        f"http://{address}:{port}/" for address in addresses.network_addresses("0.0.0.0")
    ]
    assert [status(url, "/healthz") for url in typed] == [200] * len(typed)
    assert ("nobody else can reach it" in heard) == (not typed)
    return here[1]


# How it listens


def test_answers_leave_without_delay() -> None:
    # asyncio sets TCP_NODELAY where it reads this; otherwise every answer on a kept-alive
    # connection waits 40 ms.
    with listen("127.0.0.1", 0) as listener:
        assert listener.proto == socket.IPPROTO_TCP


@pytest.mark.parametrize(("options", "refuses"), [((), False), (("--proxy", "10.0.0.5"), True)])
def test_a_proxy_is_refused_until_the_server_is_warm(
    monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], refuses: bool
) -> None:
    monkeypatch.setattr(main, "create_app", Mock())
    monkeypatch.setattr(cli, "tell", Mock())
    refused = []

    def run(sockets: list[socket.socket]) -> None:  # in the place of uvicorn, which warms it up
        with socket.socket() as asking:
            refused.append(asking.connect_ex(sockets[0].getsockname()) == errno.ECONNREFUSED)

    monkeypatch.setattr(cli, "http_server", Mock(return_value=Mock(run=run)))
    cli.main(["serve", "--port", "0", *options])
    assert refused == [refuses]


def test_an_ipv6_address() -> None:
    if not has_ipv6():  # some containers have none
        assert rollcall("serve", "--host", "::1", "--port", "0").stderr.startswith(
            "rollcall: cannot listen on ::1:0: "
        )
        return
    assert addresses.own_names("::1") == ("[::1]",)
    with serving_in_a_thread(host="::1") as url:
        assert url.startswith("http://[::1]:")
        assert status(url, "/registry") == 200


class Probe:
    """A datagram socket of a machine in a university's network."""

    def __init__(self, family: int, kind: int) -> None:
        self.family = family

    def __enter__(self) -> "Probe":
        return self

    def __exit__(self, *error: object) -> None: ...

    def connect(self, address: tuple[str, int]) -> None:
        self.elsewhere = address[0]

    def getsockname(self) -> tuple[str, int]:
        return ("141.20.1.2" if self.family == socket.AF_INET else "2001:638::2", 50_000)


def test_the_addresses_that_others_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "socket", Probe)
    monkeypatch.setattr(socket, "gethostname", lambda: "Lectern")
    # What a Debian machine makes of its own name.
    monkeypatch.setattr(socket, "getaddrinfo", lambda name, port: [(2, 1, 6, "", ("127.0.1.1", 0))])
    assert addresses.addresses_to_type("0.0.0.0") == ["localhost", "141.20.1.2"]
    assert addresses.addresses_to_type("::") == ["localhost", "141.20.1.2", "[2001:638::2]"]
    assert addresses.addresses_to_type("::1") == ["[::1]"]
    assert addresses.own_names("0.0.0.0") == ("lectern", "lectern.local", "127.0.1.1", "141.20.1.2")


def test_a_machine_without_a_network(monkeypatch: pytest.MonkeyPatch) -> None:
    unreachable = Mock(side_effect=OSError(errno.ENETUNREACH, "Network is unreachable"))
    monkeypatch.setattr(socket, "socket", unreachable)
    assert addresses.addresses_to_type("0.0.0.0") == ["localhost"]


def has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


# The package


def test_importing_the_package_does_not_import_torch() -> None:
    told = python(
        "import sys, rollcall, rollcall.cli; "
        "print('torch' in sys.modules, {'scan', 'warn'} <= set(rollcall.__all__))"
    )
    assert (told.stdout, told.stderr) == ("False True\n", "")


def test_a_name_that_the_package_lacks() -> None:
    told = python("from rollcall import nothing")
    assert "ImportError: cannot import name 'nothing' from 'rollcall'" in told.stderr
