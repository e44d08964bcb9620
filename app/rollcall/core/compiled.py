"""What of a model torch.compile was asked to compile."""

import inspect
from collections.abc import Iterator
from types import FunctionType

from torch import nn

from rollcall.core.pytorch_names import of_pytorch
from rollcall.core.walk.object_walk import walk

# torch._dynamo takes a second to import, and is there as soon as anything is compiled.
COMPILED_CALL = "_compiled_call_impl"  # where module.compile() keeps what a call then runs
WRAPPER = ("torch._dynamo.eval_frame", "OptimizedModule")


def compiled_parts(model: nn.Module) -> tuple[str, ...]:
    """The modules, methods and functions of a model that are compiled, each once.

    A module is named by its path, a method by its class, and what a method calls by its name in
    the file. What forward itself compiles anew is not found.
    """
    found: dict[str, None] = {}
    for module in walk(model).modules:
        found.update(dict.fromkeys(_of_module(module.value, module.path)))
    return tuple(found)


def _of_module(module: nn.Module, path: str) -> Iterator[str]:
    if _is_wrapper(module):
        yield path
        return  # its attributes are those of the module inside
    for name, value in vars(module).items():
        if _is_compiled(value) and name == COMPILED_CALL:
            yield path or type(module).__name__
        elif _is_compiled(value):
            yield f"{path}.{name}".removeprefix(".")
    if not of_pytorch(module):
        for kind in type(module).__mro__:
            yield from _of_class(kind)


def _of_class(kind: type) -> Iterator[str]:
    if kind.__module__.partition(".")[0] == "torch":
        return
    for name, value in vars(kind).items():
        if _is_compiled(value):
            yield f"{kind.__name__}.{name}"
        if isinstance(value, FunctionType):
            yield from _named_in(inspect.unwrap(value))


def _named_in(function: FunctionType) -> Iterator[str]:
    """The compiled functions and modules of its file that a function names."""
    for name in function.__code__.co_names:
        value = function.__globals__.get(name)
        if _is_wrapper(value) or _is_compiled(value):
            yield name


def _is_wrapper(value: object) -> bool:
    """Whether this is the module that torch.compile(module) returns."""
    return (type(value).__module__, type(value).__name__) == WRAPPER


def _is_compiled(value: object) -> bool:
    """Whether this is what torch.compile(function) returns, and not its opposite."""
    if not isinstance(value, FunctionType):
        return False
    marks = vars(value)
    return "_torchdynamo_orig_callable" in marks and not marks.get("_torchdynamo_disable")
