"""Which classes of a file a class or a function of it is made of."""

import ast


def made_of(tree: ast.Module, name: str) -> frozenset[str]:
    """The names of the file's classes and functions that it uses, and what these use in turn.

    Itself is one of them.
    """
    kinds = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    nodes = {node.name: node for node in tree.body if isinstance(node, kinds)}
    found: set[str] = set()
    waiting = [name]
    while waiting:
        each = waiting.pop()
        if each in found or each not in nodes:
            continue
        found.add(each)
        inside = ast.walk(nodes[each])
        waiting += [node.id for node in inside if isinstance(node, ast.Name)]
    return frozenset(found)


def assigned_anew(tree: ast.Module, name: str) -> frozenset[tuple[str, str]]:
    """What a class derives from and which of its attributes it assigns itself: each pair."""
    nodes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    found: set[tuple[str, str]] = set()
    attributes: set[str] = set()
    while name in nodes:
        node = nodes[name]
        found.update((name, each) for each in attributes)
        attributes.update(
            each.attr
            for each in ast.walk(node)
            if isinstance(each, ast.Attribute) and isinstance(each.ctx, ast.Store)
        )
        name = next((base.id for base in node.bases if isinstance(base, ast.Name)), "")
    return frozenset(found)
