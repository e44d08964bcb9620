"""What is set for the whole process in Python and numpy."""

import gc
import logging
import os
import signal
import sys
import tempfile
import warnings
from typing import Any

import numpy as np

from rollcall.core.process.process_setting import Setting, attribute_setting, list_setting

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGABRT, signal.SIGFPE, signal.SIGSEGV)


def _warning_filters() -> Setting:
    """They are kept twice: what is ignored was compiled for a cache that must hear of it."""

    def write(kept: tuple[Any, ...]) -> None:
        warnings.filters[:] = kept  # type: ignore[index]  # typeshed has it immutable
        warnings._filters_mutated()  # type: ignore[attr-defined]

    return Setting("the warning filters", lambda: tuple(warnings.filters), write)


def _environment() -> Setting:
    """To read it through os.environ takes as long as to read all else."""
    encoded = vars(os.environ).get("_data", os.environ)

    def write(kept: dict[Any, Any]) -> None:
        os.environ.clear()
        for name, value in kept.items():
            os.environ[os.fsdecode(name)] = os.fsdecode(value)

    return Setting("the environment", lambda: dict(encoded), write)


def _signals() -> list[Setting]:
    return [
        Setting(
            f"the handler of {each.name}",
            lambda each=each: signal.getsignal(each),  # type: ignore[misc]
            lambda handler, each=each: signal.signal(each, handler),  # type: ignore[misc]
        )
        for each in SIGNALS
    ]


def _set_path(kept: str) -> None:
    os.chdir(kept)


def _collects() -> bool:
    return gc.isenabled()


def _set_collects(kept: bool) -> None:
    if kept:
        gc.enable()
    else:
        gc.disable()


def python_settings() -> list[Setting]:
    """In the order in which they are read."""
    root = logging.getLogger()
    return [
        Setting("the current folder", os.getcwd, _set_path),
        _environment(),
        attribute_setting("the folder of temporary files", tempfile, "tempdir"),
        list_setting("sys.path", sys, "path"),
        list_setting("the import hooks", sys, "meta_path"),
        attribute_setting("sys.stdout", sys, "stdout"),
        attribute_setting("sys.stderr", sys, "stderr"),
        Setting("the recursion limit", sys.getrecursionlimit, sys.setrecursionlimit),
        Setting("the trace function", sys.gettrace, sys.settrace),
        Setting("the profile function", sys.getprofile, sys.setprofile),
        Setting("garbage collection", _collects, _set_collects),
        attribute_setting("the level of the root logger", root, "level"),
        list_setting("the handlers of the root logger", root, "handlers"),
        attribute_setting("logging.disable", root.manager, "disable"),
        _warning_filters(),
        *_signals(),
        Setting("numpy's error handling", np.geterr, lambda kept: np.seterr(**kept)),
        Setting(
            "the print options of numpy",
            np.get_printoptions,
            lambda kept: np.set_printoptions(**kept),
        ),
    ]
