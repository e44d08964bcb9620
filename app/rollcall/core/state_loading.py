"""`load_state_dict()` in time that grows as the model does.

PyTorch looks through all keys of a module once for each of its children: 12 million times where a
list holds 2,500 blocks. A model that is so wide is loaded module by module instead, each of them by
PyTorch's own `_load_from_state_dict` and with its own keys alone.
"""

from collections import OrderedDict, defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from torch import nn
from torch.nn.modules.batchnorm import _NormBase
from torch.nn.modules.module import _IncompatibleKeys

from rollcall.core.walk.registry_walk import prefix_of

MANY = 1_000  # keys: of fewer, PyTorch is asked without another look
WIDE = 1_000_000  # children of a module, times all keys: up to there PyTorch takes 0.1 s
DEEP = 100  # modules inside of each other: PyTorch recurses, which is its own business

_LOAD = nn.Module.load_state_dict
_LOAD_ONE = "_load_from_state_dict"
# those that read no keys but the module's own
_OF_PYTORCH = (nn.Module._load_from_state_dict, _NormBase._load_from_state_dict)

Named = tuple[str, nn.Module]


def load_state_dict(model: nn.Module, content: Any) -> Any:
    """What `model.load_state_dict(content)` returns, raises and changes."""
    if _is_large(content) and _is_pytorchs(model):
        modules = list(_registered(model))
        if _is_wide(modules, content) and all(_is_plain(module) for _, module in modules):
            fits = _module_by_module(modules, content)
            if fits:
                return _IncompatibleKeys([], [])
    return model.load_state_dict(content)  # also to say what does not fit


def _is_large(content: Any) -> bool:
    if type(content) not in (dict, OrderedDict) or len(content) < MANY:
        return False
    return all(type(key) is str for key in content)


def _is_pytorchs(model: nn.Module) -> bool:
    return type(model).load_state_dict is _LOAD and "load_state_dict" not in vars(model)


def _registered(model: nn.Module) -> Iterator[Named]:
    """Each module by each of its paths, in the order in which PyTorch loads them."""
    waiting: list[Named] = [("", model)]
    while waiting:
        path, module = waiting.pop()
        yield path, module
        if path.count(".") >= DEEP:
            continue
        prefix = prefix_of(path)
        for name, child in reversed(module._modules.items()):
            if child is not None:
                waiting.append((prefix + name, child))


def _is_wide(modules: Sequence[Named], content: dict[str, Any]) -> bool:
    if any(path.count(".") >= DEEP for path, _ in modules):
        return False
    children = max(len(module._modules) for _, module in modules)
    return children * len(content) > WIDE


def _is_plain(module: nn.Module) -> bool:
    """Whether loading reads nothing but the module's own keys, and nobody looks on."""
    if type(module)._load_from_state_dict not in _OF_PYTORCH or _LOAD_ONE in vars(module):
        return False
    if module._load_state_dict_pre_hooks or module._load_state_dict_post_hooks:
        return False
    # One on the meta device takes no value, of which PyTorch warns with the line of its caller.
    tensors = (*module._parameters.values(), *module._buffers.values())
    return not any(tensor is not None and tensor.is_meta for tensor in tensors)


def _module_by_module(modules: Sequence[Named], content: dict[str, Any]) -> bool:
    """Load all of it; whether everything has found its place."""
    own_keys: dict[str, dict[str, Any]] = defaultdict(dict)
    for key, value in content.items():
        own_keys[key.rpartition(".")[0]][key] = value
    if not own_keys.keys() <= {path for path, _ in modules}:
        return False
    versions = getattr(content, "_metadata", None) or {}
    missing: list[str] = []
    unexpected: list[str] = []
    errors: list[str] = []
    for path, module in modules:
        own, version = own_keys.get(path, {}), versions.get(path, {})
        prefix = prefix_of(path)
        module._load_from_state_dict(own, prefix, version, True, missing, unexpected, errors)
    return not (missing or unexpected or errors)
