"""What is set for the whole process: how each setting is read, and how it is put back."""

import gc
import logging
import os
import signal
import sys
import warnings
from collections.abc import Callable, MutableMapping
from typing import Any, NamedTuple

import numpy as np
import torch
import torch.utils.deterministic
from torch.nn.modules import module as hooks_of_every_module

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGABRT, signal.SIGFPE, signal.SIGSEGV)


class Setting(NamedTuple):
    """One of them, by the words of a page."""

    name: str
    read: Callable[[], Any]  # two values are the same if they are equal
    write: Callable[[Any], object]


def _attribute(name: str, owner: Any, attribute: str) -> Setting:
    return Setting(
        name, lambda: getattr(owner, attribute), lambda value: setattr(owner, attribute, value)
    )


def _dict(name: str, contents: MutableMapping[Any, Any]) -> Setting:
    def write(kept: dict[Any, Any]) -> None:
        contents.clear()
        contents.update(kept)

    return Setting(name, lambda: dict(contents), write)


def _list(name: str, owner: Any, attribute: str) -> Setting:
    """What stands in the list that an attribute leads to, which may be another one tomorrow."""

    def write(kept: tuple[Any, ...]) -> None:
        getattr(owner, attribute)[:] = kept

    return Setting(name, lambda: tuple(getattr(owner, attribute)), write)


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


def _global_hooks() -> list[Setting]:
    """Those that are called for every module. A list of nn.Module's, and growing with PyTorch."""
    kept = vars(hooks_of_every_module)
    names = [name for name in kept if name.startswith("_global_") and name.endswith("hooks")]
    said = {name: name.removeprefix("_global_").replace("_", " ") for name in names}
    return [_dict(f"the global {said[name]}", kept[name]) for name in names]


def _signals() -> list[Setting]:
    return [
        Setting(
            f"the handler of {each.name}",
            lambda each=each: signal.getsignal(each),  # type: ignore[misc]
            lambda handler, each=each: signal.signal(each, handler),  # type: ignore[misc]
        )
        for each in SIGNALS
    ]


_inference_modes: list[object] = []  # PyTorch leaves one when the object that entered it goes


def _set_inference_mode(enabled: bool) -> None:
    entered = torch.inference_mode(enabled)
    entered.__enter__()
    _inference_modes.append(entered)


def _deterministic() -> str:
    return ("off", "on, with warnings only", "on")[torch.get_deterministic_debug_mode()]


def _set_deterministic(kept: str) -> None:
    torch.use_deterministic_algorithms(kept != "off", warn_only=kept != "on")


def _anomaly() -> str:
    if not torch.is_anomaly_enabled():
        return "off"
    if not torch.is_anomaly_check_nan_enabled():
        return "on, without a look for NaN"
    return "on"


def _set_anomaly(kept: str) -> None:
    torch.autograd.set_detect_anomaly(kept != "off", check_nan=kept in ("on", "off"))


SMALLEST = 5e-324


def _flushes_denormals() -> bool:
    """Nobody can be asked. It is a flag of the processor, so Python's floats obey it, too."""
    smallest = SMALLEST
    return smallest * 1.0 == 0.0


def _set_default_device(device: torch.device) -> None:
    if device == torch.device("cpu"):
        torch.set_default_device(None)
    else:
        torch.set_default_device(device)


def _function_modes() -> int:
    """How many are entered. A default device is one, too, and is told as such."""
    modes = int(torch._C._len_torch_function_stack())
    if modes and torch.get_default_device() != torch.device("cpu"):
        return modes - 1
    return modes


def _leave_function_modes(depth: int) -> None:
    for _ in range(_function_modes() - depth):
        torch._C._pop_torch_function_stack()


def _dispatch_modes() -> int:
    return int(torch._C._len_torch_dispatch_stack())


def _leave_dispatch_modes(depth: int) -> None:
    while _dispatch_modes() > depth:
        torch._C._pop_torch_dispatch_stack()


def _of_torch() -> list[Setting]:
    deterministic = torch.utils.deterministic
    return [
        Setting("the default dtype", torch.get_default_dtype, torch.set_default_dtype),
        # What is put back first stands last: a default device is a function mode, too.
        Setting("the function modes of torch", _function_modes, _leave_function_modes),
        Setting("the default device", torch.get_default_device, _set_default_device),
        Setting("the dispatch modes of torch", _dispatch_modes, _leave_dispatch_modes),
        Setting("grad mode", torch.is_grad_enabled, torch.set_grad_enabled),
        Setting("inference mode", torch.is_inference_mode_enabled, _set_inference_mode),
        Setting("the number of threads", torch.get_num_threads, torch.set_num_threads),
        Setting(
            "the number of interop threads",
            torch.get_num_interop_threads,
            torch.set_num_interop_threads,
        ),
        Setting("deterministic algorithms", _deterministic, _set_deterministic),
        _attribute("the filling of new memory", deterministic, "fill_uninitialized_memory"),
        Setting("anomaly mode", _anomaly, _set_anomaly),
        Setting("the flushing of denormals", _flushes_denormals, torch.set_flush_denormal),
        Setting(
            "the matmul precision",
            torch.get_float32_matmul_precision,
            torch.set_float32_matmul_precision,
        ),
        Setting(
            "autocast on the CPU",
            lambda: torch.is_autocast_enabled("cpu"),
            lambda enabled: torch.set_autocast_enabled("cpu", enabled),
        ),
        Setting(
            "the autocast dtype on the CPU",
            lambda: torch.get_autocast_dtype("cpu"),
            lambda dtype: torch.set_autocast_dtype("cpu", dtype),
        ),
        Setting("warn_always", torch.is_warn_always_enabled, torch.set_warn_always),
        Setting(
            "the fast path of attention",
            torch.backends.mha.get_fastpath_enabled,
            torch.backends.mha.set_fastpath_enabled,
        ),
        Setting(
            "the replacement of parameters by .to()",
            torch.__future__.get_overwrite_module_params_on_conversion,
            torch.__future__.set_overwrite_module_params_on_conversion,
        ),
        Setting(
            "the swapping of parameters by .to()",
            torch.__future__.get_swap_module_params_on_conversion,
            torch.__future__.set_swap_module_params_on_conversion,
        ),
        _attribute("cuDNN", torch.backends.cudnn, "enabled"),
        _attribute("cuDNN benchmark", torch.backends.cudnn, "benchmark"),
        _attribute("cuDNN determinism", torch.backends.cudnn, "deterministic"),
        _attribute("oneDNN", torch.backends.mkldnn, "enabled"),
        _dict("the print options of torch", vars(torch._tensor_str.PRINT_OPTS)),
        *_global_hooks(),
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


def _of_python() -> list[Setting]:
    root = logging.getLogger()
    return [
        Setting("the current folder", os.getcwd, _set_path),
        _environment(),
        _list("sys.path", sys, "path"),
        _list("the import hooks", sys, "meta_path"),
        _attribute("sys.stdout", sys, "stdout"),
        _attribute("sys.stderr", sys, "stderr"),
        Setting("the recursion limit", sys.getrecursionlimit, sys.setrecursionlimit),
        Setting("the trace function", sys.gettrace, sys.settrace),
        Setting("the profile function", sys.getprofile, sys.setprofile),
        Setting("garbage collection", _collects, _set_collects),
        _attribute("the level of the root logger", root, "level"),
        _list("the handlers of the root logger", root, "handlers"),
        _attribute("logging.disable", root.manager, "disable"),
        _warning_filters(),
        *_signals(),
        Setting("numpy's error handling", np.geterr, lambda kept: np.seterr(**kept)),
        Setting(
            "the print options of numpy",
            np.get_printoptions,
            lambda kept: np.set_printoptions(**kept),
        ),
    ]


SETTINGS = (*_of_torch(), *_of_python())
