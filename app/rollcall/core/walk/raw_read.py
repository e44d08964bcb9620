"""Classes and objects, read past whatever they define: no metaclass, property or proxy is asked."""

from collections.abc import Mapping
from types import GetSetDescriptorType, MemberDescriptorType
from typing import Any, cast

from torch import nn

_name = type.__dict__["__name__"].__get__
_home = type.__dict__["__module__"].__get__
_mro = type.__dict__["__mro__"].__get__
_class_dict = type.__dict__["__dict__"].__get__
module_dict = nn.Module.__dict__["__dict__"].__get__  # of an nn.Module: all that `vars` lists


def name_of_class(kind: type) -> str:
    """Its `__name__`."""
    name: str = _name(kind)
    return name


def home_of_class(kind: type) -> str:
    """Its `__module__`; "" where that is no text."""
    home = _home(kind)
    if type(home) is str:
        return home
    return ""


def mro(kind: type) -> tuple[type, ...]:
    """Itself and the classes that it inherits from."""
    classes: tuple[type, ...] = _mro(kind)
    return classes


def class_dict(kind: type) -> Mapping[str, Any]:
    """What its body has defined."""
    names: Mapping[str, Any] = _class_dict(kind)
    return names


def dict_by(names: Mapping[str, Any], value: Any) -> Any:
    """The `__dict__` that a class with these names gives an object; None where it gives none.

    That of a SimpleNamespace is a member, elsewhere it is computed.
    """
    descriptor = names.get("__dict__")
    if type(descriptor) is GetSetDescriptorType or type(descriptor) is MemberDescriptorType:
        return descriptor.__get__(value)
    return None


def instance_dict(value: Any) -> dict[str, Any]:
    """The `__dict__` of an object; empty where it has none."""
    for kind in mro(type(value)):
        names = dict_by(class_dict(kind), value)
        if issubclass(type(names), dict):
            return cast("dict[str, Any]", names)
    return {}
