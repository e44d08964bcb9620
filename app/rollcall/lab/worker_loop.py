"""The life of a worker process: one request after another, until the server goes."""

import os
import pickle
import signal
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from multiprocessing import forkserver, resource_tracker
from socket import socket
from typing import Any

from rollcall.core.process.own_folder import write_into
from rollcall.core.process.parent import ending_copies
from rollcall.core.query import InvalidParameter
from rollcall.core.report import message_of, name_of
from rollcall.lab import keeper, worker
from rollcall.lab.answered import Refusal
from rollcall.lab.channel import Kind, Request, receive, send
from rollcall.lab.cluster.call import read_call
from rollcall.lab.left_memory import let_go
from rollcall.lab.limits import Limits, take
from rollcall.lab.worker_folder import NO_FOLDER, WorkerFolder

LONGEST_MESSAGE = 10_000  # characters


def serve(connection: socket, limits: Limits, folder: WorkerFolder = NO_FOLDER) -> None:
    """Take requests. Whoever started this process ends it, too: Ctrl+C is not for it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _leave_the_fork_server()
    keeper.keep(connection.fileno(), at_the_end=folder.remove_by_keeper)
    if hasattr(os, "setsid"):
        os.setsid()  # the processes that a model starts are ended with this one
    if folder.own is not None:
        write_into(folder.own)
    worker.begin()
    take(limits)
    with suppress(OSError):  # the server is gone
        send(connection, Kind.READY)
        while (request := receive(connection)) is not None:
            if request.kind == Kind.LAST:
                worker.be_used_once()
                continue
            send(connection, Kind.TAKEN)
            work, args, shows_parts = _read(request)
            if shows_parts:
                work = partial(work, show=partial(send, connection, Kind.PART))
            send(connection, *_answer(work, args))
            let_go()  # while nobody waits


def _read(request: Request) -> tuple[Callable[..., bytes], tuple[Any, ...], bool]:
    """What is to be done, with what, and whether it shows parts."""
    if request.kind == Kind.CALL:
        return read_call(request.content)
    work, args, shows_parts = pickle.loads(request.content)
    return work, args, shows_parts


def _leave_the_fork_server() -> None:
    """Close what leads to it: whatever a lecture file writes there would end it.

    A lecture file that needs either gets one of its own.
    """
    inherited = (
        (forkserver._forkserver, "_forkserver_alive_fd"),
        (resource_tracker._resource_tracker, "_fd"),
    )
    for holder, name in inherited:
        descriptor = getattr(holder, name, None)
        if descriptor is not None:
            os.close(descriptor)
            setattr(holder, name, None)


def _answer(work: Callable[..., bytes], args: tuple[Any, ...]) -> tuple[Kind, bytes]:
    """What became of the work."""
    try:
        with ending_copies():
            return Kind.ANSWER, work(*args)
    except InvalidParameter as error:
        return Kind.REFUSED, Refusal.of(error).model_dump_json().encode()
    except Exception as error:
        told = f"{name_of(error)}: {message_of(error)}"
        return Kind.BROKE, told[:LONGEST_MESSAGE].encode()
    except BaseException:  # such as a GeneratorExit that a model raises
        os._exit(1)
