"""Files of models that do harm, each in one way. `HERE` is where: at import, or in a method."""

HEAD = """
import atexit, os, signal, subprocess, sys, threading, time
import torch
from torch import nn
"""
METHODS = """

class Net(nn.Linear):
    def __init__(self):
        super().__init__(10, 5)
{body}
"""
HANG = "threading.Event().wait()"
DEAF = """
while True:
    try:
        time.sleep(600)
    except BaseException:
        pass
"""
DAEMON = """
sleep = [sys.executable, "-c", "import time; time.sleep(600)"]
again = f"import subprocess; subprocess.Popen({sleep!r})"
subprocess.run([sys.executable, "-c", again], start_new_session=True)
"""
FORKS = """
for _ in range(5):
    if os.fork() == 0:
        time.sleep(600)
        os._exit(0)
"""
WAITS = """
for _ in range(5):
    threading.Thread(target=threading.Event().wait).start()
"""
SPINS = """
def spin():
    while True:
        pass
for _ in range(4):
    threading.Thread(target=spin).start()
"""
DEAF_TO_SIGNALS = """
for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
    signal.signal(number, signal.SIG_IGN)
threading.Event().wait()
"""
NONSENSE = """
for number in range(3, 64):
    try:
        os.write(number, b"nonsense" * 100)
    except OSError:
        pass
"""
RAISES_WHEN_ASKED = """
class Own(BaseException):
    def __str__(self):
        raise self
raise Own
"""
AT_IMPORT = {
    "hangs": HANG,
    "hangs and catches everything": DEAF,
    "ignores every signal and hangs": DEAF_TO_SIGNALS,
    "ends its process": "os._exit(0)",
    "raises what raises when it is asked": RAISES_WHEN_ASKED,
    "has a message of 50 MB": "raise ValueError('x' * 50_000_000)",
    "prints 50 MB": "print('x' * 50_000_000)",
    "closes all files": "os.closerange(0, 1024)",
    "forks": FORKS,
    "leaves a daemon": DAEMON,
    "leaves threads": WAITS,
    "kills its parent": "os.kill(os.getppid(), signal.SIGKILL)",
}
IN_FORWARD = {
    "hangs": HANG,
    "hangs and catches everything": DEAF,
    "ignores every signal and hangs": DEAF_TO_SIGNALS,
    "ends its process": "os._exit(0)",
    "raises what raises when it is asked": RAISES_WHEN_ASKED,
    "has a message of 50 MB": "raise ValueError('x' * 50_000_000)",
    "prints 50 MB": "print('x' * 50_000_000)",
    "takes all memory": "self.kept = [torch.ones(10_000_000) for _ in range(10_000)]",
    "forks": FORKS,
    "leaves a daemon": DAEMON,
    "leaves threads": SPINS,
    "leaves what exits at exit": "atexit.register(sys.exit, 3)",
    "closes all files": "os.closerange(0, 1024)",
    "writes nonsense to all files": NONSENSE,
    "stops itself": "os.kill(os.getpid(), signal.SIGSTOP)",
    "kills its parent": "os.kill(os.getppid(), signal.SIGKILL)",
    "stops its parent and hangs": f"os.kill(os.getppid(), signal.SIGSTOP); {HANG}",
}
ELSEWHERE = {
    "__init__": HANG,
    "__repr__": HANG,
    "__del__": HANG,
    "extra_repr": HANG,
    "__getattr__": HANG,
    "__deepcopy__": HANG,
}


def files() -> dict[str, str]:
    """The source of each, by what it does."""
    found = {}
    for what, code in AT_IMPORT.items():
        found[f"at import {what}"] = f"{HEAD}{code}\n{METHODS.format(body='')}"
    for what, code in IN_FORWARD.items():
        body = _method("forward", f"{code}\nreturn super().forward(x)")
        found[f"in forward {what}"] = HEAD + METHODS.format(body=body)
    for name, code in ELSEWHERE.items():
        found[f"hangs in {name}"] = HEAD + METHODS.format(body=_method(name, code))
    return found


def _method(name: str, code: str) -> str:
    arguments = "self, x" if name == "forward" else "self, *_"
    lines = "\n".join(f"        {line}" for line in code.strip().splitlines())
    return f"    def {name}({arguments}):\n{lines}\n"
