"""Mends `[layer] * n`, which is one layer n times: a comprehension makes n of them."""

import ast
from collections.abc import Iterator

from rollcall.rewrite.classes import Method, ModuleClass
from rollcall.rewrite.fix import Fix, Refusal, Subject
from rollcall.rewrite.scope import Scope, scope_of
from rollcall.rewrite.text import Edit


def own_layers(subject: Subject, module: ModuleClass) -> Iterator[Fix | Refusal]:
    """Every such list in a class."""
    for method in module.methods:
        scope = scope_of(method.node)
        for node in method.nodes:
            match node:
                case ast.BinOp(left=ast.List(elts=[element]) as made, op=ast.Mult(), right=count):
                    yield from _own(subject, module, method, scope, (node, made, element, count))
                case ast.BinOp(left=count, op=ast.Mult(), right=ast.List(elts=[element]) as made):
                    yield from _own(subject, module, method, scope, (node, made, element, count))


Parts = tuple[ast.BinOp, ast.List, ast.expr, ast.expr]


def _own(
    subject: Subject, module: ModuleClass, method: Method, scope: Scope, parts: Parts
) -> Iterator[Fix | Refusal]:
    whole, _, element, count = parts
    if subject.values.kind(element, scope) != "module":
        return
    written = subject.text.of(whole)
    edits = _comprehension(subject, parts)
    if isinstance(element, ast.Name):
        inlined = _inlined(subject, method, scope, element)
        if isinstance(inlined, str):
            why = f"{element.id} {inlined}."
            yield Refusal(module.name, "", whole.lineno, f"{written} stays one layer: {why}")
            return
        edits = (*edits, *inlined)
    elif not isinstance(element, ast.Call):
        return
    of = subject.text.of(count)
    yield Fix(
        kind="own layers",
        class_name=module.name,
        name="",
        line=whole.lineno,
        sentence=f"The list makes {of} layers: it was one layer, {of} times.",
        edits=edits,
        before=subject.text.source,
    )


def _comprehension(subject: Subject, parts: Parts) -> tuple[Edit, ...]:
    """`[layer] * 3` becomes `[layer for _ in range(3)]`."""
    text = subject.text
    whole, made, element, count = parts
    inside = text.tokens(text.end(element), text.end(made))[:-1]
    words = [each for each in inside if each.text.strip() and each.text[0] != "#"]
    after = text.end(element)
    edits: list[Edit] = []
    for each in words:
        if each.text == ",":
            edits.append(Edit(each.start, each.end, ""))
        else:  # a bracket around the element
            after = each.end
    edits.append(Edit(after, after, f" for _ in range({text.of(count)})"))
    if text.start(made) > text.start(whole):
        edits.append(Edit(text.start(whole), text.start(made), ""))
    if text.end(whole) > text.end(made):
        edits.append(Edit(text.end(made), text.end(whole), ""))
    return tuple(edits)


def _inlined(
    subject: Subject, method: Method, scope: Scope, name: ast.Name
) -> tuple[Edit, ...] | str:
    """What made the layer stands in its place; where that cannot be, what is in the way."""
    used = [n for n in method.nodes if isinstance(n, ast.Name) and n.id == name.id]
    values = scope.assigned.get(name.id, [])
    if len(used) > 2 or len(values) > 1:
        return "is used elsewhere, too"
    if len(used) != 2 or not values or not isinstance(values[0], ast.Call):
        return "is made by no call in this method"
    text = subject.text
    for statement in method.node.body:
        if isinstance(statement, ast.Assign) and statement.value is values[0]:
            start, end = text.line_start(text.start(statement)), text.end(statement)
            rest = text.source[end : text.line_end_after(end)]
            if text.source[start : text.start(statement)].strip() or rest.strip():
                return "is made in a line that has something else, too"
            made = text.of(values[0])
            line_end = text.line_end_after(end) + len(text.line_end)
            place = Edit(text.start(name), text.end(name), made)
            return Edit(start, line_end, ""), place
    return "is made inside of another statement"
