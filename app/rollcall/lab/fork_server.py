"""Where worker processes come from. It has torch; whoever asks it for one needs none."""

import multiprocessing
import multiprocessing.context
from importlib import import_module
from socket import socket

from rollcall.lab.limits import Limits
from rollcall.lab.worker_folder import WorkerFolder

LOOP = "rollcall.lab.worker_loop"  # imports torch
PRELOADED = "rollcall.lab.preloaded"  # does so, too


def has_fork_server() -> bool:
    """Whether this system has one."""
    return "forkserver" in multiprocessing.get_all_start_methods()


def context() -> multiprocessing.context.BaseContext:
    """A fork server that has imported torch already; fresh interpreters where there is none."""
    if not has_fork_server():
        return multiprocessing.get_context("spawn")
    server = multiprocessing.get_context("forkserver")
    server.set_forkserver_preload([PRELOADED])
    return server


def live(connection: socket, limits: Limits, folder: WorkerFolder) -> None:
    """The life of a worker process."""
    import_module(LOOP).serve(connection, limits, folder)
