"""What any value leads to, one level down: readers for known kinds, the collector for all others.

Nothing of the user's is called. For what no reader knows, the garbage collector is asked: it must
know all that an object keeps alive.
"""

import functools
import gc
import itertools
import types
import weakref
from _thread import _local
from collections import Counter
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from typing import Any

from rollcall.core.walk.container_items import (
    container_items,
    is_builtin_container,
    is_dead_end,
)
from rollcall.core.walk.function_parts import function_parts
from rollcall.core.walk.instance_attributes import has_state, instance_attributes
from rollcall.core.walk.ownership import is_namespace, is_own_class
from rollcall.core.walk.raw_read import class_dict, home_of_class, instance_dict, mro, name_of_class
from rollcall.core.walk.step import Step

# They run once, before there is a model.
_CONSTRUCTORS = ("__init__", "__new__", "__post_init__", "__init_subclass__", "__set_name__")
_PROXY_IDS = frozenset(map(id, (weakref.ProxyType, weakref.CallableProxyType)))
_ITERATORS: tuple[type, ...] = (
    enumerate,
    filter,
    map,
    reversed,
    zip,
    type(iter([])),
    type(iter(())),
    type(iter({})),
)


def object_parts(value: Any, path: str, order: Callable[[Any], str]) -> Iterator[Step]:
    """Each thing that `value` holds, in the same order in every process.

    `order` is the key by which a set is sorted.
    """
    kind = type(value)
    if kind is dict and is_namespace(value):
        return
    if issubclass(kind, type):
        yield from class_parts(value, path)
        return
    read = _READERS.get(id(kind))
    if read is not None:
        yield from read(value, path)
        return
    seen = set()
    for item, item_path in container_items(value, path, order):
        seen.add(id(item))
        yield Step(item, item_path)
    if not is_builtin_container(kind) and has_state(kind):
        yield from _state(value, path, seen)


def class_parts(kind: type, path: str) -> Iterator[Step]:
    """What the body of a user's class holds: attributes, and methods with what they lead to."""
    for base in mro(kind)[1:]:
        if is_own_class(base):
            yield Step(base, path, remote=True)
    if not is_own_class(kind):
        return
    for name, value in class_dict(kind).items():
        if name in _CONSTRUCTORS:
            continue
        functions = _functions_of(value)
        for function in functions:
            yield Step(function, _attribute(path, name))
        if not functions and not (name.startswith("__") and name.endswith("__")):
            yield Step(value, _attribute(path, name), "class attribute")


def _attribute(path: str, name: str) -> str:
    """The path of an attribute; that of the model itself is empty."""
    return f"{path}.{name}".removeprefix(".")


def _functions_of(value: Any) -> list[Any]:
    """The functions of a method or a property; empty for any other class attribute."""
    kind = type(value)
    if issubclass(kind, types.FunctionType):
        return [value]
    if issubclass(kind, staticmethod | classmethod):
        return [value.__func__]
    if issubclass(kind, property):
        return [each for each in (value.fget, value.fset) if each is not None]
    if issubclass(kind, functools.cached_property):
        return [value.func]
    return []


def _state(value: Any, path: str, seen: set[int]) -> Iterator[Step]:
    """Attributes, the class if it is the user's, and what only the collector knows of."""
    kind = type(value)
    found_by = _FOUND_BY.get(id(kind))
    for name, item in instance_attributes(value):
        seen.add(id(item))
        yield Step(item, f"{path}.{name}", found_by, (kind, name))
    if issubclass(kind, weakref.ref):
        yield Step(weakref.ref.__call__(value), f"{path}()", "weak reference")
    if issubclass(kind, _local):
        for name, item in dict.items(_local.__getattribute__(value, "__dict__")):
            yield Step(item, f"{path}.{name}", None, (kind, name))
    yield from _referents(value, path, {*seen, id(kind), id(instance_dict(value))})
    if is_own_class(kind):
        yield Step(kind, path, remote=True)


def _referents(value: Any, path: str, seen: set[int]) -> Iterator[Step]:
    """What the garbage collector would visit from here, and no reader has named."""
    count: Counter[str] = Counter()
    found_by = _referent_of(type(value))
    for item in gc.get_referents(value):
        if id(item) in seen or is_dead_end(item) or issubclass(type(item), type):
            continue
        name = name_of_class(type(item))
        count[name] += 1
        which = name
        if count[name] > 1:
            which = f"{name} {count[name]}"
        yield Step(item, f"{path} ({which})", found_by)


def _referent_of(kind: type) -> str:
    if kind is functools._lru_cache_wrapper:
        return "cache"
    if issubclass(kind, _ITERATORS) or home_of_class(kind) == itertools.__name__:
        return "iterator"
    return "referent"


def _generator(value: Any, path: str) -> Iterator[Step]:
    """The local variables of a generator that waits."""
    frame = getattr(value, "gi_frame", None) or getattr(value, "ag_frame", None)
    if frame is not None:
        for name, item in frame.f_locals.items():
            yield Step(item, f"{path} (local: {name})", "generator")


def _builtin(value: Any, path: str) -> Iterator[Step]:
    """A method of C, such as the `get` of a dict."""
    yield Step(value.__self__, f"{path}.__self__", "bound method")


def _mapping_proxy(value: Any, path: str) -> Iterator[Step]:
    for item in gc.get_referents(value):
        yield Step(item, path, "mapping proxy")


def proxied(value: Any) -> Any:
    """What a weak proxy stands for, and any other value itself."""
    if id(type(value)) not in _PROXY_IDS:
        return value
    for item in gc.get_objects():  # a proxy has no name for it, so all objects are asked
        if any(each is value for each in weakref.getweakrefs(item)):
            return item
    return None


def _proxy(value: Any, path: str) -> Iterator[Step]:
    yield Step(proxied(value), path, "weak reference")


def _context_variable(value: ContextVar[Any], path: str) -> Iterator[Step]:
    yield Step(value.get(None), f"{path}.get()", "context variable")


_READERS: dict[int, Callable[[Any, str], Iterator[Step]]] = {
    id(types.FunctionType): function_parts,
    id(types.GeneratorType): _generator,
    id(types.AsyncGeneratorType): _generator,
    id(types.BuiltinMethodType): _builtin,
    id(types.MappingProxyType): _mapping_proxy,
    id(weakref.ProxyType): _proxy,
    id(weakref.CallableProxyType): _proxy,
    id(ContextVar): _context_variable,
}
_FOUND_BY = {
    id(functools.partial): "partial",
    id(types.MethodType): "bound method",
}
