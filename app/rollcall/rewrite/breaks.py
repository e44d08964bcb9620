"""The other way: a healthy model, broken in one of seven mechanical ways that raise nothing."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from rollcall.rewrite.attributes import attributes_of
from rollcall.rewrite.calls import argument, is_open
from rollcall.rewrite.classes import Method, ModuleClass, attribute_of
from rollcall.rewrite.fix import Subject, subject_of
from rollcall.rewrite.scope import scope_of
from rollcall.rewrite.text import Edit, SourceText, edited
from rollcall.rewrite.training_flag import TRAINING

BreakKind = Literal["list", "tensor", "clone", "attribute", "training", "detach", "one layer"]


@dataclass(frozen=True)
class Break:
    """One way to break one class."""

    kind: BreakKind
    class_name: str
    line: int  # of the healthy file
    sentence: str  # "self.layers is a plain list."
    edits: tuple[Edit, ...]
    before: str = field(repr=False)

    @property
    def source(self) -> str:
        """The whole file, broken."""
        return edited(self.before, self.edits)


def breaks(source: str, class_name: str, known: frozenset[str] = frozenset()) -> list[Break]:
    """Every way in which one class of a file can be broken, in the order of its lines.

    What comes of it is not known here: it is run, and whether anything is missed is read off.

    Args:
        source: the text of a Python file.
        class_name: of the class.
        known: as for `fixes`.
    """
    try:
        subject = subject_of(SourceText(source), known)
    except (SyntaxError, ValueError, RecursionError):
        return []
    module = subject.classes.get(class_name)
    if module is None:
        return []
    found = [each for way in WAYS for each in way(subject, module)]
    return sorted(found, key=lambda each: (each.line, each.kind))


def _lists(subject: Subject, module: ModuleClass) -> Iterator[Break]:
    """An nn.ModuleList becomes a plain list."""
    for name, call in _assigned_calls(subject, module, "torch.nn.ModuleList"):
        sentence = f"self.{name} is a plain list."
        text = subject.text
        match call.args:
            case []:
                whole = Edit(text.start(call), text.end(call), "[]")
                yield _break(subject, module, "list", call, sentence, whole)
            case [ast.List() | ast.ListComp() as inside]:
                before = Edit(text.start(call), text.start(inside), "")
                after = Edit(text.end(inside), text.end(call), "")
                yield _break(subject, module, "list", call, sentence, before, after)
            case [_]:
                function = Edit(text.start(call.func), text.end(call.func), "list")
                yield _break(subject, module, "list", call, sentence, function)


def _parameters(subject: Subject, module: ModuleClass) -> Iterator[Break]:
    """An nn.Parameter becomes a tensor, or a clone is taken of it."""
    text = subject.text
    for name, call in _assigned_calls(subject, module, "torch.nn.Parameter"):
        clone = Edit(text.end(call), text.end(call), ".clone()")
        cloned = f"self.{name} is a clone of a Parameter."
        yield _break(subject, module, "clone", call, cloned, clone)
        if len(call.args) != 1 or call.keywords:
            continue
        value = call.args[0]
        before = Edit(text.start(call), text.start(value), "")
        after = Edit(text.end(value), text.end(call), ".requires_grad_()")
        if isinstance(value, ast.Call | ast.Name | ast.Attribute):
            said = f"self.{name} is a plain tensor."
            yield _break(subject, module, "tensor", call, said, before, after)


def _buffers(subject: Subject, module: ModuleClass) -> Iterator[Break]:
    """A buffer becomes an attribute."""
    text = subject.text
    for method in module.building:
        for node in method.nodes:
            match node:
                case ast.Expr(
                    value=ast.Call(
                        func=ast.Attribute(value=ast.Name(id=model), attr="register_buffer"),
                        args=[ast.Constant(value=str(name)), value],
                    ) as call
                ) if model == method.model:
                    before = Edit(text.start(call), text.start(value), f"{model}.{name} = ")
                    after = Edit(text.end(value), text.end(call), "")
                    said = f"self.{name} is a plain tensor, and no buffer."
                    yield _break(subject, module, "attribute", call, said, before, after)


def _dropouts(subject: Subject, module: ModuleClass) -> Iterator[Break]:
    """A dropout function is not told of eval() any more."""
    text = subject.text
    for call in _calls(module):
        full = subject.values.full(call.func)
        if full not in TRAINING or is_open(call):
            continue
        told = argument(call, "training", TRAINING[full])
        others = [*call.args, *(keyword.value for keyword in call.keywords)]
        if told is None or ast.unparse(told) != "self.training" or others[-1] is not told:
            continue
        edit = Edit(text.end(others[-2]), text.end(told), "")
        said = f"{text.of(call.func)}() is not told of eval()."
        yield _break(subject, module, "training", call, said, edit)


def _detached(subject: Subject, module: ModuleClass) -> Iterator[Break]:
    """What a layer gives is cut off from the graph, before the last line of forward."""
    text = subject.text
    for method in module.methods:
        if method.name != "forward":
            continue
        for statement in method.node.body[:-1]:
            match statement:
                case ast.Assign(targets=[ast.Name()], value=ast.Call() as value):
                    if _calls_a_part(value, method):
                        end = Edit(text.end(value), text.end(value), ".detach()")
                        said = f"Line {statement.lineno} detaches what it computes."
                        yield _break(subject, module, "detach", statement, said, end)


def _one_layer(subject: Subject, module: ModuleClass) -> Iterator[Break]:
    """A comprehension, or a loop that appends, makes one layer in the place of several."""
    text = subject.text
    for method in module.methods:
        scope = scope_of(method.node)
        for node in method.nodes:
            match node:
                case ast.ListComp(elt=ast.Call() as made, generators=[loop]):
                    count = _count(loop.target, loop.iter, made)
                    if count is not None and subject.values.kind(made, scope) == "module":
                        written = f"[{text.of(made)}] * {text.of(count)}"
                        edit = Edit(text.start(node), text.end(node), written)
                        yield _break(subject, module, "one layer", node, ONE, edit)
                case ast.For(
                    body=[
                        ast.Expr(
                            value=ast.Call(
                                func=ast.Attribute(attr="append") as append,
                                args=[ast.Call() as made],
                            )
                        )
                    ],
                    orelse=[],
                ):
                    count = _count(node.target, node.iter, made)
                    if count is not None and subject.values.kind(made, scope) == "module":
                        extend = f"{text.of(append.value)}.extend"
                        written = f"{extend}([{text.of(made)}] * {text.of(count)})"
                        edit = Edit(text.start(node), text.end(node), written)
                        yield _break(subject, module, "one layer", node, ONE, edit)


ONE = "The list holds one layer several times."
Way = Callable[[Subject, ModuleClass], Iterator[Break]]
WAYS: tuple[Way, ...] = (_lists, _parameters, _buffers, _dropouts, _detached, _one_layer)


def _count(target: ast.expr, over: ast.expr, made: ast.expr) -> ast.expr | None:
    """How often a loop runs, where what it makes does not depend on where it is."""
    match target, over:
        case ast.Name(id=name), ast.Call(func=ast.Name(id="range"), args=[count], keywords=[]):
            used = [each.id for each in ast.walk(made) if isinstance(each, ast.Name)]
            if name not in used and not isinstance(count, ast.BinOp):
                return count
    return None


def _calls_a_part(value: ast.Call, method: Method) -> bool:
    for node in ast.walk(value):
        if isinstance(node, ast.Call):
            part = node.func
            while isinstance(part, ast.Subscript):  # self.layers[0](x)
                part = part.value
            if attribute_of(part, method.model):
                return True
    return False


def _assigned_calls(
    subject: Subject, module: ModuleClass, full: str
) -> Iterator[tuple[str, ast.Call]]:
    """The attributes that are assigned what one function of PyTorch's gives."""
    for attribute in attributes_of(module).values():
        for assigned in attribute.assigned:
            value = assigned.value
            if not isinstance(value, ast.Call) or subject.values.full(value.func) != full:
                continue
            if len(attribute.assigned) == 1 or full == "torch.nn.Parameter":
                yield attribute.name, value


def _calls(module: ModuleClass) -> Iterator[ast.Call]:
    for method in module.methods:
        for node in method.nodes:
            if isinstance(node, ast.Call):
                yield node


def _break(
    subject: Subject,
    module: ModuleClass,
    kind: BreakKind,
    at: ast.expr | ast.stmt,
    sentence: str,
    *edits: Edit,
) -> Break:
    return Break(kind, module.name, at.lineno, sentence, edits, subject.text.source)
