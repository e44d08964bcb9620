"""Where a class stands in a file, and which of its lines assign an attribute."""

import ast
import linecache
import re
from collections.abc import Iterator
from functools import lru_cache
from types import FunctionType
from typing import NamedTuple

from torch import nn

from rollcall.core.walk.ownership import is_own_class
from rollcall.core.walk.raw_read import class_dict, mro

FILES_KEPT = 32  # of which the syntax trees are remembered
_REGISTERS = ("register_buffer", "register_parameter", "register_module", "add_module")
_GLOBAL = re.compile(r"\(global: (\w+)\)")


class CodePlace(NamedTuple):
    """A statement in a file."""

    file: str  # as Python names it in a traceback
    line: int
    last: int | None = None  # its last line, where it has several


def class_place(kind: type) -> CodePlace | None:
    """The line `class Net(nn.Module):`; None where it stands in no file of the user's."""
    if not is_own_class(kind):
        return None
    found = _class_of(kind)
    if found is None:
        return None
    file, node = found
    return CodePlace(file, node.lineno)


def assignment_places(kind: type, attribute: str) -> tuple[CodePlace, ...]:
    """The statements in a class, or in the user's classes under it, that assign an attribute."""
    places: list[CodePlace] = []
    for base in mro(kind):
        if not is_own_class(base):
            continue
        found = _class_of(base)
        if found is not None:
            file, node = found
            places.extend(_place(file, each) for each in statements_making(node, attribute))
    return tuple(dict.fromkeys(places))


def flag_places(model: nn.Module, flag: str) -> Iterator[CodePlace]:
    """The statements in the user's classes of a model that assign such an attribute to anything."""
    for file, node in _classes_of(model):
        for each in ast.walk(node):
            if isinstance(each, ast.Assign) and _assigns_flag(each, flag):
                yield _place(file, each)


def mode_call_places(model: nn.Module, mode: str) -> Iterator[CodePlace]:
    """The statements in their methods that call train() or eval(); not those of the constructor."""
    for file, node in _classes_of(model):
        methods = (each for each in node.body if isinstance(each, ast.FunctionDef))
        for method in methods:
            if method.name not in ("__init__", "train", "eval"):
                calls = (each for each in ast.walk(method) if isinstance(each, ast.Expr))
                yield from (_place(file, each) for each in calls if _calls(each, mode))


def _calls(statement: ast.Expr, method: str) -> bool:
    match statement.value:
        case ast.Call(func=ast.Attribute(attr=name)):
            return name == method
    return False


def _classes_of(model: nn.Module) -> Iterator[tuple[str, ast.ClassDef]]:
    """The user's own, each with its file."""
    kinds = dict.fromkeys(type(module) for module in nn.Module.modules(model))
    for kind in filter(is_own_class, kinds):
        found = _class_of(kind)
        if found is not None:
            yield found


def _assigns_flag(statement: ast.Assign, flag: str) -> bool:
    return any(
        isinstance(target, ast.Attribute) and target.attr == flag for target in statement.targets
    )


def global_place(kind: type, path: str) -> CodePlace | None:
    """Where the file of a class makes the global that a path leads through."""
    named = _GLOBAL.search(path)
    place = class_place(kind)
    if named is None or place is None:
        return None
    for statement in syntax_tree(place.file).body:
        if named[1] in _names_made(statement):
            return _place(place.file, statement)
    return None


def _names_made(statement: ast.stmt) -> list[str]:
    match statement:
        case ast.Assign(targets=targets):
            return [target.id for target in targets if isinstance(target, ast.Name)]
        case ast.AnnAssign(target=ast.Name(id=name)):
            return [name]
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return [name]
    return []


def _place(file: str, statement: ast.stmt) -> CodePlace:
    return CodePlace(file, statement.lineno, statement.end_lineno)


def method_place(kind: type, method: str) -> CodePlace | None:
    """Where a class, or one that it is derived from, defines a method."""
    for base in mro(kind):
        function = class_dict(base).get(method)
        if type(function) is FunctionType:
            return CodePlace(function.__code__.co_filename, function.__code__.co_firstlineno)
    return None


def place_of_path(model: nn.Module, path: str, which: int = 0) -> CodePlace | None:
    """The assignment that leads to a registered path: of `layers.0`, that of `layers`.

    The innermost one, where several on the way stand in files of the user's.

    Args:
        model: the path is of it.
        path: of a module or tensor, or of what a global of the file holds.
        which: of the statements that assign one attribute; -1 is the last of them.
    """
    place = global_place(type(model), path)
    module: object = model
    for name in re.split(r"[.\[ ]", path):  # `drops[0]` is of `drops`
        if not isinstance(module, nn.Module):
            break
        assigned = assignment_places(type(module), name)
        if assigned:
            place = assigned[which]
        module = _child(module, name)
    return place


def _child(module: nn.Module, name: str) -> object:
    """A submodule, read without asking the user's code."""
    children = module.__dict__.get("_modules") or {}
    return children.get(name)


def _class_of(kind: type) -> tuple[str, ast.ClassDef] | None:
    """The file of a class and its definition there, found by one of its methods."""
    for function in class_dict(kind).values():
        if type(function) is not FunctionType:
            continue
        code = function.__code__
        for node in ast.walk(syntax_tree(code.co_filename)):
            if not isinstance(node, ast.ClassDef):
                continue
            inside = node.lineno <= code.co_firstlineno <= (node.end_lineno or node.lineno)
            if inside and node.name == kind.__name__:
                return code.co_filename, node
    return None


def syntax_tree(file: str) -> ast.Module:
    """Of a file as `linecache` has it; an empty one where that is no Python."""
    return _parsed(file, "".join(linecache.getlines(file)))


@lru_cache(maxsize=FILES_KEPT)
def _parsed(file: str, text: str) -> ast.Module:
    try:
        return ast.parse(text, file)
    except (SyntaxError, ValueError):  # it was changed since it was run
        return ast.Module(body=[], type_ignores=[])


def statements_making(node: ast.ClassDef, attribute: str) -> Iterator[ast.stmt]:
    """Those in a class that give its objects an attribute; those of its body are for all of them.

    A method is none of them.
    """
    for statement in node.body:
        if attribute in _names_made(statement) and not _is_method(statement):
            yield statement
    for inner in ast.walk(node):
        if isinstance(inner, ast.stmt) and _makes(inner, attribute):
            yield inner


def _is_method(statement: ast.stmt) -> bool:
    """Not a property, which gives an attribute."""
    match statement:
        case ast.FunctionDef(decorator_list=decorators):
            return not any("property" in ast.unparse(each) for each in decorators)
    return isinstance(statement, ast.ClassDef)


def _makes(statement: ast.stmt, attribute: str) -> bool:
    """Whether it assigns `self.attribute`, or calls what sets or registers it by name."""
    match statement:
        case ast.Assign(targets=targets):
            return any(_touches(target, attribute) for target in targets)
        case ast.AnnAssign(target=target) | ast.AugAssign(target=target):
            return _touches(target, attribute)
        case ast.Expr(value=ast.Call(func=function, args=[_, ast.Constant(value=name), _])):
            return name == attribute and _sets_attributes(function)
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr=method), args=arguments)):
            return method in _REGISTERS and _is_named(arguments, attribute)
    return False


def _is_named(arguments: list[ast.expr], attribute: str) -> bool:
    """Whether the first one is that name."""
    match arguments:
        case [ast.Constant(value=name), *_]:
            return bool(name == attribute)
    return False


def _sets_attributes(function: ast.expr) -> bool:
    match function:
        case ast.Name(id="setattr") | ast.Attribute(attr="__setattr__"):
            return True
    return False


def _touches(target: ast.expr, attribute: str) -> bool:
    match target:
        case ast.Attribute(value=ast.Name(id="self"), attr=name):
            return name == attribute
        case ast.Subscript(value=ast.Attribute(attr="__dict__"), slice=ast.Constant(value=name)):
            return bool(name == attribute)
        case ast.Starred(value=inner):
            return _touches(inner, attribute)
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            return any(_touches(part, attribute) for part in parts)
    return False
