"""Which classes of the user's files are only parts of others."""

import ast
from collections.abc import Iterable, Mapping

Uses = Mapping[str, frozenset[str]]


def uses_of(text: bytes) -> dict[str, frozenset[str]]:
    """By the names of a file's classes, the names that stand in their methods.

    What a class calls a function of the same file for counts as its own.
    """
    nodes = ast.parse(text).body
    functions = {node.name: _names(node) for node in nodes if isinstance(node, ast.FunctionDef)}
    uses: dict[str, frozenset[str]] = {}
    for node in nodes:
        if isinstance(node, ast.ClassDef):
            names = set().union(*map(_names, node.body))
            for _ in functions:  # a function may call another
                called = [functions[name] for name in names & functions.keys()]
                names = names.union(*called)
            uses[node.name] = frozenset(names - {node.name})
    return uses


def parts_among(names: Iterable[str], uses: Uses) -> frozenset[str]:
    """Those of the names that another class uses, and that do not use it in turn."""
    parts = set()
    for name in names:
        users = [user for user, used in uses.items() if name in used and user != name]
        if any(user not in uses.get(name, ()) for user in users):
            parts.add(name)
    return frozenset(parts)


def _names(node: ast.AST) -> set[str]:
    found = set()
    for each in ast.walk(node):
        if isinstance(each, ast.Name):
            found.add(each.id)
        elif isinstance(each, ast.Attribute):
            found.add(each.attr)
    return found
