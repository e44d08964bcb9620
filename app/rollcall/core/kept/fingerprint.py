"""Whether a model is as it was: all that it holds in one word, the values of some tensors apart.

It is written as pickle does it, and never read again.
"""

import io
import pickle
from collections.abc import Iterable, Iterator, Mapping
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any

from torch import Tensor, nn

_Names = dict[str, Any]


def fingerprint(model: nn.Module, filename: str, apart: Mapping[str, Tensor]) -> bytes | None:
    """Equal for two moments if the model is the same in both.

    Also what the classes and the globals of its file hold, which a forward may change.

    Args:
        model: with all that it holds.
        filename: of its file.
        apart: tensors of it whose values do not count, by name.

    Returns:
        None where something cannot be told, such as what a closure holds.
    """
    written = io.BytesIO()
    pickler = _Pickler(written, apart)
    try:
        pickler.dump((model, list(_around(model, filename))))
    except Exception:  # whatever refuses to be written
        return None
    return written.getvalue()


class _Pickler(pickle.Pickler):
    """Of what is code, and of what stands apart, only which one it is."""

    def __init__(self, file: io.BytesIO, apart: Mapping[str, Tensor]) -> None:
        super().__init__(file)
        self._apart = {id(tensor): name for name, tensor in apart.items()}

    def persistent_id(self, obj: Any) -> object:
        """None: it is written itself."""
        if isinstance(obj, Tensor) and id(obj) in self._apart:
            return self._apart[id(obj)], str(obj.dtype), tuple(obj.shape), obj.requires_grad
        if isinstance(obj, type | ModuleType | BuiltinFunctionType):
            return id(obj)
        if isinstance(obj, FunctionType) and not _holds_something(obj):
            return id(obj)
        return None


def _holds_something(function: FunctionType) -> bool:
    return bool(function.__closure__ or function.__dict__)


def _around(model: nn.Module, filename: str) -> Iterator[_Names]:
    """What the classes of its modules hold, and the globals of their functions."""
    kinds = {kind for module in nn.Module.modules(model) for kind in type(module).__mro__}
    own: dict[int, _Names] = {}
    for kind in sorted(kinds, key=lambda kind: kind.__qualname__):
        functions = [each for each in vars(kind).values() if isinstance(each, FunctionType)]
        functions = [each for each in functions if each.__code__.co_filename == filename]
        if functions:
            yield _without_code(vars(kind).items())
            own.update((id(each.__globals__), each.__globals__) for each in functions)
    for names in own.values():
        yield _without_code(names.items())


def _without_code(names: Iterable[tuple[str, Any]]) -> _Names:
    """What Python itself keeps there is left out, as methods are."""
    code = (type, ModuleType, BuiltinFunctionType, FunctionType, property, staticmethod)
    return {
        name: value
        for name, value in names
        if not name.startswith("__") and not isinstance(value, code)
    }
