"""Mends an overridden train() or eval(): it passes the mode on, and returns the model."""

import ast
from collections.abc import Iterator

from rollcall.rewrite.classes import Function, Method, ModuleClass
from rollcall.rewrite.fix import Fix, FixKind, Subject
from rollcall.rewrite.text import Edit

METHODS = ("train", "eval")
REACHES_PARTS = ("children", "modules", "named_children", "named_modules", "apply")


def mode_methods(subject: Subject, module: ModuleClass) -> Iterator[Fix]:
    """What an override leaves out; nothing where a method only has the name, and its own task."""
    for method in module.methods:
        if method.name not in METHODS or isinstance(method.node, ast.AsyncFunctionDef):
            continue
        mode = _mode(method)
        if mode is None:
            continue
        yield from _passed_on(subject, module, method, mode)
        yield from _returned(subject, module, method)


def _mode(method: Method) -> str | None:
    """What it calls the mode, "" for eval(), which has none; None: it is no such method."""
    arguments = method.node.args
    given = [*arguments.posonlyargs, *arguments.args][1:]
    if method.name == "eval":
        return None if given else ""
    if len(given) != 1:
        return None
    is_flag = any(_is_flag(default) for default in arguments.defaults)
    annotation = given[0].annotation
    is_bool = isinstance(annotation, ast.Name) and annotation.id == "bool"
    if given[0].arg == "mode" or is_flag or is_bool:
        return given[0].arg
    return None


def _is_flag(default: ast.expr) -> bool:
    return isinstance(default, ast.Constant) and isinstance(default.value, bool)


def _passed_on(subject: Subject, module: ModuleClass, method: Method, mode: str) -> Iterator[Fix]:
    text = subject.text
    call = f"super().{method.name}({mode})"
    for node in method.nodes:
        match node:
            case ast.Call(func=ast.Attribute(value=owner, attr="train" | "eval"), args=args):
                if not _goes_to_all(subject, method, owner):
                    continue
                if _is_super(owner) and mode and not args and not node.keywords:
                    edit = Edit(text.start(node), text.end(node), call)
                    yield _fix(subject, module, method, "mode", f"passes on {mode}", [edit], node)
                return
            case ast.Call(func=ast.Attribute(attr=name)) if name in REACHES_PARTS:
                return
    first = _after_docstring(method.node)
    start = text.start(first)
    between = f"{text.line_end}{text.indent(start)}"
    if first.lineno == method.node.lineno:
        between = "; "
    edit = Edit(start, start, call + between)
    yield _fix(subject, module, method, "mode", f"calls {call}", [edit], method.node)


def _returned(subject: Subject, module: ModuleClass, method: Method) -> Iterator[Fix]:
    text, model = subject.text, method.model
    edits = []
    for node in _own_nodes(method.node):
        if isinstance(node, ast.Return) and _is_nothing(node.value):
            edits.append(Edit(text.start(node), text.end(node), f"return {model}"))
    last = method.node.body[-1]
    if not isinstance(last, ast.Return | ast.Raise):
        end = text.end(last)
        between = f"{text.line_end}{text.indent(text.start(method.node.body[0]))}"
        if last.lineno == method.node.lineno:
            between = "; "
        else:
            end = text.line_end_after(end)
        edits.append(Edit(end, end, f"{between}return {model}"))
    if edits:
        yield _fix(subject, module, method, "self", f"returns {model}", edits, method.node)


def _own_nodes(function: Function) -> Iterator[ast.AST]:
    """Without those of functions inside of it."""
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            waiting += ast.iter_child_nodes(node)


def _is_nothing(value: ast.expr | None) -> bool:
    return value is None or (isinstance(value, ast.Constant) and value.value is None)


def _is_super(owner: ast.expr) -> bool:
    return isinstance(owner, ast.Call) and ast.unparse(owner.func) == "super"


def _goes_to_all(subject: Subject, method: Method, owner: ast.expr) -> bool:
    """Whether it is super(), a class as in `nn.Module.train(self, mode)`, the model in eval()."""
    if isinstance(owner, ast.Name) and owner.id == method.model:
        return method.name == "eval"
    is_class = subject.values.is_module_class(owner)
    return is_class or _is_super(owner) or subject.values.full(owner).startswith("torch.nn.")


def _after_docstring(function: Function) -> ast.stmt:
    first = function.body[0]
    is_text = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    if is_text and len(function.body) > 1:
        return function.body[1]
    return first


def _fix(
    subject: Subject,
    module: ModuleClass,
    method: Method,
    kind: FixKind,
    said: str,
    edits: list[Edit],
    at: ast.AST,
) -> Fix:
    return Fix(
        kind=kind,
        class_name=module.name,
        name=method.name,
        line=getattr(at, "lineno", method.node.lineno),
        sentence=f"{method.name}() {said}.",
        edits=tuple(edits),
        before=subject.text.source,
    )
