"""What is set for the whole process in PyTorch."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
import torch.utils.deterministic
from torch.nn.modules import module as hooks_of_every_module

from rollcall.core.process.process_setting import Setting, attribute_setting, dict_setting


def _global_hooks() -> list[Setting]:
    """Those that are called for every module. A list of nn.Module's, and growing with PyTorch."""
    kept = vars(hooks_of_every_module)
    names = [name for name in kept if name.startswith("_global_") and name.endswith("hooks")]
    said = {name: name.removeprefix("_global_").replace("_", " ") for name in names}
    return [dict_setting(f"the global {said[name]}", kept[name]) for name in names]


@contextmanager
def leaving_no_hook() -> Iterator[None]:
    """For a tool of PyTorch's that forgets one: torch.export of 2.10 does where a model raises."""
    kept = [(setting, setting.read()) for setting in _global_hooks()]
    try:
        yield
    finally:
        for setting, before in kept:
            if setting.read() != before:
                setting.write(before)


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


def torch_settings() -> list[Setting]:
    """In the order in which they are read; they are put back in the opposite one."""
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
        attribute_setting("the filling of new memory", deterministic, "fill_uninitialized_memory"),
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
        attribute_setting("cuDNN", torch.backends.cudnn, "enabled"),
        attribute_setting("cuDNN benchmark", torch.backends.cudnn, "benchmark"),
        attribute_setting("cuDNN determinism", torch.backends.cudnn, "deterministic"),
        attribute_setting("oneDNN", torch.backends.mkldnn, "enabled"),
        dict_setting("the print options of torch", vars(torch._tensor_str.PRINT_OPTS)),
        *_global_hooks(),
    ]
