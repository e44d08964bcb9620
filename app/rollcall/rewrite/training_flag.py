"""Mends a dropout function that nobody tells of eval(): it gets `training=self.training`."""

import ast
from collections.abc import Iterator

from rollcall.rewrite.calls import argument, is_open, with_keyword
from rollcall.rewrite.classes import Method, ModuleClass
from rollcall.rewrite.fix import Fix, Subject
from rollcall.rewrite.text import Edit

# Functions whose argument `training` is True where it is left out, and its place.
TRAINING = {
    "torch.nn.functional.dropout": 2,
    "torch.nn.functional.dropout1d": 2,
    "torch.nn.functional.dropout2d": 2,
    "torch.nn.functional.dropout3d": 2,
    "torch.nn.functional.multi_head_attention_forward": 13,
}
ATTENTION = "torch.nn.functional.scaled_dot_product_attention"
DROPOUT_P = 4  # place of `dropout_p`, which it heeds in eval, too


def training_flag(subject: Subject, module: ModuleClass) -> Iterator[Fix]:
    """Every such call in a class, where it is made by a method of the model."""
    for method in module.methods:
        for node in method.nodes:
            if not isinstance(node, ast.Call) or is_open(node):
                continue
            full = subject.values.full(node.func)
            if full in TRAINING and argument(node, "training", TRAINING[full]) is None:
                told = with_keyword(subject.text, node, f"training={method.model}.training")
                yield _fix(subject, module, node, f"is told {told.text.strip(' ,')}", (told,))
            elif full == ATTENTION:
                yield from _attention(subject, module, method, node)


def _attention(
    subject: Subject, module: ModuleClass, method: Method, call: ast.Call
) -> Iterator[Fix]:
    p = argument(call, "dropout_p", DROPOUT_P)
    if p is None or _is_nothing(p) or _depends_on_mode(p, method):
        return
    text = subject.text
    start, end = text.start(p), text.end(p)
    only = f" if {method.model}.training else 0.0"
    edits: tuple[Edit, ...] = (Edit(end, end, only),)
    if isinstance(p, ast.IfExp | ast.Lambda):
        edits = (Edit(start, start, "("), Edit(end, end, f"){only}"))
    yield _fix(subject, module, call, f"drops only while {method.model}.training", edits)


def _is_nothing(p: ast.expr) -> bool:
    return isinstance(p, ast.Constant) and not p.value


def _depends_on_mode(p: ast.expr, method: Method) -> bool:
    """Whether it reads the mode, itself or in what a name in it was given."""
    names = {node.id for node in ast.walk(p) if isinstance(node, ast.Name)} - {method.model}
    read = [p]
    for node in method.nodes:
        if isinstance(node, ast.Assign):
            targets = {each.id for each in node.targets if isinstance(each, ast.Name)}
            if targets & names:
                read.append(node.value)
        elif isinstance(node, ast.If) and _reads_mode(node.test):
            return True
    return any(map(_reads_mode, read))


def _reads_mode(expression: ast.expr) -> bool:
    nodes = ast.walk(expression)
    return any(isinstance(node, ast.Attribute) and node.attr == "training" for node in nodes)


def _fix(
    subject: Subject, module: ModuleClass, call: ast.Call, said: str, edits: tuple[Edit, ...]
) -> Fix:
    name = subject.text.of(call.func)
    return Fix(
        kind="training",
        class_name=module.name,
        name=name.rpartition(".")[2],
        line=call.lineno,
        sentence=f"{name}() {said}.",
        edits=edits,
        before=subject.text.source,
    )
