"""Mends a tensor that is a plain attribute: it becomes an nn.Parameter, or a buffer."""

import ast
from collections.abc import Iterator

from rollcall.rewrite.attributes import Assigned, Attribute, attributes_of
from rollcall.rewrite.classes import ModuleClass, attribute_of
from rollcall.rewrite.fix import Fix, Refusal, Subject
from rollcall.rewrite.kinds import Kind
from rollcall.rewrite.scope import made_trainable, scope_of
from rollcall.rewrite.text import Edit

REGISTERING = ("register_buffer", "register_parameter")


def tensors(subject: Subject, module: ModuleClass) -> Iterator[Fix | Refusal]:
    """Every attribute of a class that is a tensor, and no more than that, after __init__."""
    building = {method.name for method in module.building}
    registered = set(_registered_names(module))
    for attribute in attributes_of(module).values():
        if attribute.name in registered:
            continue
        made = [each for each in attribute.assigned if each.method.name in building]
        kinds = {_kind(subject, each) for each in made} - {"none"}
        if not kinds or not kinds <= {"tensor", "trainable"}:
            continue
        if "trainable" in kinds or _is_made_trainable(module, attribute.name):
            yield _parameter(subject, module, attribute, made)
        else:
            yield _buffer(subject, module, attribute, made)


def _parameter(
    subject: Subject, module: ModuleClass, attribute: Attribute, made: list[Assigned]
) -> Fix | Refusal:
    if len(made) < len(attribute.assigned):
        said = "stays a tensor: another method assigns it anew, which an nn.Parameter refuses."
        return _refusal(module, attribute, said)
    below = subject.refused_below(module, attribute.name)
    if below:
        said = f"stays as it is: {below} derives from {module.name} and assigns it anew."
        return _refusal(module, attribute, said)
    spelled, edits = subject.spelled("torch.nn.Parameter")
    wraps: list[Edit] = []
    for assigned in made:
        for value in _tensors_in(subject, assigned):
            start, end = subject.value_span(assigned.statement, value)
            wraps += [Edit(start, start, f"{spelled}("), Edit(end, end, ")")]
            wraps += _without_requires_grad(subject, value)
    sentence = subject.becomes(attribute.name, spelled, edits)
    return _fix(subject, module, attribute, sentence, (*edits, *wraps))


def _buffer(
    subject: Subject, module: ModuleClass, attribute: Attribute, made: list[Assigned]
) -> Fix | Refusal:
    empty = [each for each in made if _kind(subject, each) == "none"]
    chosen = made
    if empty and _runs_always(module, empty[0]):
        chosen = empty[:1]  # what comes later may stay: the name is a buffer's by then
    edits: list[Edit] = []
    for assigned in chosen:
        if not assigned.is_alone:
            said = "stays a tensor: it is assigned together with others."
            return _refusal(module, attribute, said)
        edits += _registered(subject, assigned, attribute.name)
    return _fix(subject, module, attribute, f"self.{attribute.name} becomes a buffer.", edits)


def _registered(subject: Subject, assigned: Assigned, name: str) -> Iterator[Edit]:
    """`self.table = x` becomes `self.register_buffer("table", x)`."""
    text, statement = subject.text, assigned.statement
    start, end = text.start(statement), text.end(statement)
    value, _ = subject.value_span(statement, assigned.value)
    call = f'{assigned.method.model}.register_buffer("{name}", '
    if isinstance(statement, ast.AnnAssign):  # the annotation stays, in a line before it
        annotated = text.source[start : text.end(statement.annotation)]
        call = f"{annotated}{text.line_end}{text.indent(start)}{call}"
    yield Edit(start, value, call)
    yield Edit(end, end, ")")


def _tensors_in(subject: Subject, assigned: Assigned) -> Iterator[ast.expr]:
    """The value, or the part of a conditional expression that is a tensor."""
    value = assigned.value
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, ast.IfExp):
            waiting += [each.body, each.orelse]
        elif subject.values.kind(each, scope_of(assigned.method.node)) in ("tensor", "trainable"):
            yield each


def _without_requires_grad(subject: Subject, value: ast.expr) -> Iterator[Edit]:
    """An nn.Parameter requires a gradient without being told so."""
    if not isinstance(value, ast.Call):
        return
    arguments = [*value.args, *(keyword.value for keyword in value.keywords)]
    for place, keyword in enumerate(value.keywords, len(value.args)):
        is_true = isinstance(keyword.value, ast.Constant) and keyword.value.value is True
        if keyword.arg != "requires_grad" or not is_true or place == 0:
            continue
        start = subject.text.end(arguments[place - 1])
        end = subject.text.end(keyword.value)
        between = [each.text for each in subject.text.tokens(start, end) if each.text.strip()]
        if between == [",", "requires_grad", "=", "True"]:
            yield Edit(start, end, "")


def _is_made_trainable(module: ModuleClass, name: str) -> bool:
    """Whether `self.name.requires_grad_()` or `self.name.requires_grad = True` stands there."""
    for method in module.methods:
        for node in method.nodes:
            owner = made_trainable(node)
            if owner is not None and attribute_of(owner, method.model) == name:
                return True
    return False


def _registered_names(module: ModuleClass) -> Iterator[str]:
    """Of what the class registers itself: a later assignment fills the place."""
    for method in module.methods:
        for node in method.nodes:
            match node:
                case ast.Call(func=ast.Attribute(attr=called), args=[ast.Constant(value=name), *_]):
                    if called in REGISTERING:
                        yield str(name)


def _runs_always(module: ModuleClass, assigned: Assigned) -> bool:
    """Whether a statement stands in __init__ itself, and not in a branch of it."""
    return assigned.method.name == "__init__" and assigned.statement in assigned.method.node.body


def _kind(subject: Subject, assigned: Assigned) -> Kind:
    return subject.values.kind(assigned.value, scope_of(assigned.method.node))


def _fix(
    subject: Subject,
    module: ModuleClass,
    attribute: Attribute,
    sentence: str,
    edits: list[Edit] | tuple[Edit, ...],
) -> Fix:
    return Fix(
        kind="buffer" if sentence.endswith("buffer.") else "Parameter",
        class_name=module.name,
        name=attribute.name,
        line=attribute.assigned[0].statement.lineno,
        sentence=sentence,
        edits=tuple(edits),
        before=subject.text.source,
    )


def _refusal(module: ModuleClass, attribute: Attribute, said: str) -> Refusal:
    line = attribute.assigned[0].statement.lineno
    return Refusal(module.name, attribute.name, line, f"self.{attribute.name} {said}")
