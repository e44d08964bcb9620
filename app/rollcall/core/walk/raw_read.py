"""Classes and objects, read past whatever they define: no metaclass, property or proxy is asked."""

from collections.abc import Mapping
from types import GetSetDescriptorType, MemberDescriptorType
from typing import Any, cast

from torch import nn

# A namespace has its `__dict__` as a member, and all else that has one as a property.
DICT_DESCRIPTORS = (GetSetDescriptorType, MemberDescriptorType)
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


def instance_dict(value: Any) -> dict[str, Any]:
    """The `__dict__` of an object; empty where it has none."""
    for kind in mro(type(value)):
        descriptor = class_dict(kind).get("__dict__")
        if descriptor is not None and type(descriptor) in DICT_DESCRIPTORS:
            names = descriptor.__get__(value)
            if issubclass(type(names), dict):
                return cast("dict[str, Any]", names)
    return {}
