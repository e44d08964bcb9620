"""What the names inside of a function stand for, as its text tells."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from rollcall.rewrite.calls import argument, flag
from rollcall.rewrite.classes import Function

FUNCTIONS_KEPT = 64  # every expression of a function asks for its scope


@dataclass(frozen=True)
class Scope:
    """What the names in a function stand for: every expression that is assigned to each."""

    assigned: dict[str, list[ast.expr]]
    looped: dict[str, list[ast.expr]]  # what a name goes through in a loop
    annotated: dict[str, ast.expr]
    made_trainable: set[str]  # by `name.requires_grad_()`, or by setting the flag


@lru_cache(maxsize=FUNCTIONS_KEPT)
def scope_of(function: Function) -> Scope:
    """The scope of a function."""
    scope = Scope({}, {}, {}, set())
    arguments = function.args
    for each in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs):
        scope.assigned[each.arg] = []
        if each.annotation:
            scope.annotated[each.arg] = each.annotation
    for node in ast.walk(function):
        for name, value in _assigned(node):
            scope.assigned.setdefault(name, []).append(value)
        match node:
            case ast.For(target=ast.Name(id=name), iter=over):
                scope.looped.setdefault(name, []).append(over)
            case ast.comprehension(target=ast.Name(id=name), iter=over):
                scope.looped.setdefault(name, []).append(over)
        if (owner := made_trainable(node)) is not None and isinstance(owner, ast.Name):
            scope.made_trainable.add(owner.id)
    return scope


def _assigned(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """The names that a node assigns, with what they stand for from then on."""
    match node:
        case ast.Assign(targets=targets, value=value):
            names = [target.id for target in targets if isinstance(target, ast.Name)]
            yield from ((name, value) for name in names)
        case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
            yield name, value
        case ast.NamedExpr(target=ast.Name(id=name), value=value):
            yield name, value


def made_trainable(node: ast.AST) -> ast.expr | None:
    """What a node makes require a gradient; None where it does nothing of the sort."""
    match node:
        case ast.Call(func=ast.Attribute(value=owner, attr="requires_grad_")) as call:
            if flag(argument(call, "requires_grad", 0), left_out=True):
                return owner
        case ast.Assign(
            targets=[ast.Attribute(value=owner, attr="requires_grad")],
            value=ast.Constant(value=True),
        ):
            return owner
    return None
