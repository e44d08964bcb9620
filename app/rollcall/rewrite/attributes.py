"""The attributes of a module class: where each is assigned, what is added, what else is done."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from rollcall.rewrite.classes import Method, ModuleClass, attribute_of

CLASSES_KEPT = 16
ADDING = {"append": 0, "insert": 1, "extend": 0}  # which argument of the list's method is added


@dataclass(frozen=True)
class Assigned:
    """One statement that gives the attribute a value."""

    method: Method
    statement: ast.Assign | ast.AnnAssign
    value: ast.expr
    is_alone: bool  # `self.x = value`, and not one of several targets


@dataclass(frozen=True)
class Added:
    """Something that is put into the attribute, which is a list or a dict then."""

    method: Method
    value: ast.expr
    is_many: bool  # a list of what is added
    key: ast.expr | None = None


@dataclass
class Attribute:
    """What a class does with one attribute."""

    name: str
    assigned: list[Assigned] = field(default_factory=list)
    added: list[Added] = field(default_factory=list)
    called: set[str] = field(default_factory=set)  # methods of it
    is_handed_on: bool = False  # to something that may register what is in it


@lru_cache(maxsize=CLASSES_KEPT)
def attributes_of(module: ModuleClass) -> dict[str, Attribute]:
    """Those that its methods assign, by name."""
    found: dict[str, Attribute] = {}
    for method in module.methods:
        for name, assigned in _assigned(method):
            found.setdefault(name, Attribute(name)).assigned.append(assigned)
    for method in module.methods:
        for node in method.nodes:
            _note(found, method, node)
    return found


def _assigned(method: Method) -> Iterator[tuple[str, Assigned]]:
    for statement in method.nodes:
        if isinstance(statement, ast.AnnAssign) and statement.value is not None:
            name = attribute_of(statement.target, method.model)
            if name:
                yield name, Assigned(method, statement, statement.value, True)
        elif isinstance(statement, ast.Assign):
            for target in statement.targets:
                for name, value in _pairs(target, statement.value, method.model):
                    alone = len(statement.targets) == 1 and value is statement.value
                    yield name, Assigned(method, statement, value, alone)


def _pairs(target: ast.expr, value: ast.expr, model: str) -> Iterator[tuple[str, ast.expr]]:
    name = attribute_of(target, model)
    if name:
        yield name, value
    sides = (target, value)
    if not all(isinstance(side, ast.Tuple | ast.List) for side in sides):
        return
    assert isinstance(target, ast.Tuple | ast.List)
    assert isinstance(value, ast.Tuple | ast.List)
    if len(target.elts) == len(value.elts):
        for each, part in zip(target.elts, value.elts, strict=True):
            yield from _pairs(each, part, model)


def _note(found: dict[str, Attribute], method: Method, node: ast.AST) -> None:
    """What one node does with an attribute."""
    for owner, added in _adding(method, node):
        if own := found.get(attribute_of(owner, method.model)):
            own.added.append(added)
    if not isinstance(node, ast.Call):
        return
    function = node.func
    if isinstance(function, ast.Attribute):
        own = found.get(attribute_of(function.value, method.model))
        if own is not None:
            own.called.add(function.attr)
    for each in node.args:
        handed = each
        if isinstance(each, ast.Starred):
            handed = each.value
        if own := found.get(attribute_of(handed, method.model)):
            own.is_handed_on |= _may_register(node.func)


def _adding(method: Method, node: ast.AST) -> Iterator[tuple[ast.expr, Added]]:
    """What is put into what, if anything."""
    match node:
        case ast.AugAssign(target=owner, op=ast.Add(), value=value):
            yield owner, Added(method, value, is_many=True)
        case ast.Assign(targets=[ast.Subscript(value=owner, slice=key)], value=value):
            yield owner, Added(method, value, is_many=False, key=key)
        case ast.Call(func=ast.Attribute(value=owner, attr=called), args=args):
            if called in ADDING and len(args) > ADDING[called]:
                yield owner, Added(method, args[ADDING[called]], is_many=called == "extend")


def _may_register(function: ast.expr) -> bool:
    """Whether a call with the container looks like one that registers what is in it."""
    match function:
        case ast.Attribute(attr=name) | ast.Name(id=name):
            return name in ("Sequential", "ModuleList", "ModuleDict", "ParameterList")
    return False
