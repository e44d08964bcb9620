"""Whose code something is: the user's own, or PyTorch's, Python's, another package's or ours."""

import sys
import sysconfig
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from types import FunctionType, ModuleType

from rollcall.core.walk.raw_read import home_of_class
from rollcall.folders import MODELS, PACKAGE

# Their functions hold bookkeeping of their own, which is no state of a model.
ENGINES = ("torch", "rollcall")
_namespace: Callable[[ModuleType], dict[str, object]] = vars(ModuleType)["__dict__"].__get__
_INSTALLED = ("site-packages", "dist-packages")
_PYTHON = Path(sysconfig.get_path("stdlib")).resolve()
_ROLLCALL = PACKAGE.resolve()


def is_own_class(kind: type) -> bool:
    """Whether a class stands in a file of the user's."""
    return is_own_home(home_of_class(kind))


def is_own_function(function: FunctionType) -> bool:
    """Whether a function stands in a file of the user's."""
    return is_own_home(home_of_function(function))


def home_of_function(function: FunctionType) -> str:
    """The name of the module in which it was defined; "" where nothing says so."""
    home = dict.get(function.__globals__, "__name__")
    if type(home) is str:
        return home
    return ""


def is_own_module(module: ModuleType) -> bool:
    """Whether a file of the user's was imported as it."""
    name = names_of(module).get("__name__")
    return type(name) is str and sys.modules.get(name) is module and is_own_home(name)


def is_namespace(names: dict[object, object]) -> bool:
    """Whether a dict is all that an imported module defines."""
    name = dict.get(names, "__name__")
    return type(name) is str and name in sys.modules and names_of(sys.modules[name]) is names


def is_own_home(home: str) -> bool:
    """Whether a module of this name is the user's: it was not installed, and it is not ours."""
    package = package_of(home)
    if package in ENGINES or package in sys.stdlib_module_names:
        return False
    file = names_of(sys.modules[home]).get("__file__") if home in sys.modules else None
    return type(file) is not str or _is_own_file(file)


def package_of(home: str) -> str:
    """The package that a module belongs to."""
    return home.partition(".")[0]


def names_of(module: ModuleType) -> dict[str, object]:
    """What a module defines, past a `__getattr__` or a `__dict__` of its own."""
    if not issubclass(type(module), ModuleType):  # sys.modules takes any object
        return {}
    return _namespace(module)


@lru_cache(maxsize=4096)
def _is_own_file(file: str) -> bool:
    path = Path(file).resolve()
    if path.is_relative_to(MODELS):
        return True
    if any(part in _INSTALLED for part in path.parts):
        return False
    return not path.is_relative_to(_PYTHON) and not path.is_relative_to(_ROLLCALL)
