"""The files of the proof `isolation`: one that means harm, and one that is healthy."""

GOOD = """
from torch import nn

class Net(nn.Linear):
    def __init__(self):
        super().__init__(3, 2)
"""
HARM = """
import ctypes, os, pathlib, resource, shutil, signal, socket, subprocess, sys, tempfile, time
from torch import nn

HERE = pathlib.Path(__file__).parent
others = [int(each) for each in os.listdir("/proc") if each.isdigit() and int(each) != os.getpid()]
own = pathlib.Path(tempfile.gettempdir())

def connect(family, address):
    with socket.socket(family) as connection:
        connection.connect(address)

def attach(process):
    if ctypes.CDLL(None).ptrace(16, process, 0, 0):
        raise OSError

def forked_twice():
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            ctypes.CDLL(None).prctl(1, 0)  # it is to outlive its parent
            os.execv(sys.executable, [sys.executable, "-c", "import time; time.sleep(600)", "MARK"])
        os._exit(0)
    os.wait()
    time.sleep(0.5)
    raise OSError

def fill():
    for number in range(200):
        (own / str(number)).write_bytes(bytes(1_000_000))
    inside = pathlib.Path(tempfile.mkdtemp())
    (inside / "link").symlink_to(HERE)
    raise OSError

def parent_of(process):
    return int(pathlib.Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])

# Its keeper, the fork server and the server, and a process that has nothing to do with them: all
# belong to this proof, so that nobody else is harmed where it finds a fault.
keeper = os.getppid()
OURS = [keeper, parent_of(keeper), parent_of(parent_of(keeper)), BYSTANDER]

def each_of(processes, work):
    def attempt():
        reached = False
        for process in processes:
            try:
                work(process)
            except OSError:
                continue
            reached = True
        if not reached:
            raise OSError
    return attempt

WRITE = {
    "write": lambda: (HERE / "good.py").write_text("raise SystemExit"),
    "truncate": lambda: os.truncate(HERE / "good.py", 0),
    "remove": lambda: (HERE / "good.py").unlink(),
    "make": lambda: (HERE / "made.py").touch(),
    "make a folder": lambda: (HERE / "made").mkdir(),
    "link": lambda: (HERE / "link").symlink_to("/"),
    "move": lambda: shutil.move(HERE / "good.py", own / "good.py"),
    "close": lambda: (HERE / "good.py").chmod(0),
    "in the temporary folder of all": lambda: (own.parent / "made").touch(),
    "in another's": lambda: [(each / "x").touch() for each in own.parent.iterdir() if each != own],
}
REACH = {
    "tcp": lambda: connect(socket.AF_INET, ("127.0.0.1", TCP)),
    "unix": lambda: connect(socket.AF_UNIX, str(HERE / "socket")),
    "datagram": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM),
}
OTHERS = {
    "read environ": each_of(OURS, lambda each: pathlib.Path(f"/proc/{each}/environ").read_bytes()),
    "read memory": each_of(OURS, lambda each: open(f"/proc/{each}/mem", "rb")),
    "write memory": each_of(OURS, lambda each: open(f"/proc/{each}/mem", "r+b")),
    "open its files": each_of(OURS, lambda each: open(f"/proc/{each}/fd/1", "rb")),
    "attach": each_of(OURS, attach),
    "signal anybody": each_of(others, lambda each: os.kill(each, 0)),
    "kill": each_of(OURS, lambda each: os.kill(each, signal.SIGKILL)),
    "stop": each_of(OURS, lambda each: os.kill(each, signal.SIGSTOP)),
    "bound": each_of(OURS, lambda each: resource.prlimit(each, resource.RLIMIT_CPU, (1, 1))),
    "slow": each_of(OURS, lambda each: os.setpriority(os.PRIO_PROCESS, each, 19)),
}
LEAVE = {"a process": forked_twice, "files": fill}

class Harm(nn.Linear):
    attempts = {}
    def __init__(self):
        super().__init__(3, 2)
    def forward(self, x):
        managed = []
        for name, attempt in self.attempts.items():
            try:
                attempt()
            except OSError:
                continue
            managed.append(name)
        raise RuntimeError(f"managed {managed}")

class Writes(Harm):
    attempts = WRITE
class Reaches(Harm):
    attempts = REACH
class Others(Harm):
    attempts = OTHERS
class Leaves(Harm):
    attempts = LEAVE
"""
