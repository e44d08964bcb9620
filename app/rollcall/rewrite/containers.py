"""Mends a Python list or dict of layers: it becomes an nn.ModuleList or an nn.ModuleDict."""

import ast
from collections.abc import Iterator

from rollcall.rewrite.attributes import Added, Assigned, Attribute, attributes_of
from rollcall.rewrite.classes import ModuleClass
from rollcall.rewrite.dict_keys import wrong_key
from rollcall.rewrite.fix import Fix, Refusal, Subject
from rollcall.rewrite.kinds import Kind
from rollcall.rewrite.scope import scope_of
from rollcall.rewrite.text import Edit

LISTS: tuple[Kind, ...] = ("modules", "empty list")
DICTS: tuple[Kind, ...] = ("module dict", "empty dict")
# What a list or a dict has, and an nn.ModuleList or an nn.ModuleDict has not.
ONLY_OF_LIST = {"sort", "reverse", "remove", "index", "count", "copy", "clear"}
ONLY_OF_DICT = {"get", "setdefault", "copy", "popitem", "fromkeys"}
# A class that does this registers something by itself; what, its text does not tell.
REGISTERS = {"add_module", "register_module", "setattr", "__setattr__"}


def containers(subject: Subject, module: ModuleClass) -> Iterator[Fix | Refusal]:
    """Every attribute of a class that is one."""
    if _registers_by_itself(module):
        return
    for attribute in attributes_of(module).values():
        if attribute.is_handed_on:
            continue
        kinds = {_kind(subject, each) for each in attribute.assigned} - {"none"}
        is_list = bool(kinds) and kinds <= set(LISTS)
        if is_list and _holds_modules(subject, attribute, "modules" in kinds):
            yield _list(subject, module, attribute)
        is_dict = bool(kinds) and kinds <= set(DICTS)
        if is_dict and _holds_modules(subject, attribute, "module dict" in kinds):
            yield _dict(subject, module, attribute)


def _list(subject: Subject, module: ModuleClass, attribute: Attribute) -> Fix | Refusal:
    for called in sorted(attribute.called & ONLY_OF_LIST):
        why = f"an nn.ModuleList has no {called}()."
        return _refusal(module, attribute, f"stays a list: {why}")
    return _fix(subject, module, attribute, "ModuleList")


def _dict(subject: Subject, module: ModuleClass, attribute: Attribute) -> Fix | Refusal:
    for called in sorted(attribute.called & ONLY_OF_DICT):
        return _refusal(module, attribute, f"stays a dict: an nn.ModuleDict has no {called}().")
    for key, method in _keys(attribute):
        wrong = wrong_key(key, scope_of(method.method.node))
        if wrong:
            said = f"stays a dict: {wrong}, and the keys of an nn.ModuleDict are names."
            return _refusal(module, attribute, said)
    return _fix(subject, module, attribute, "ModuleDict")


def _fix(subject: Subject, module: ModuleClass, attribute: Attribute, kind: str) -> Fix | Refusal:
    below = subject.refused_below(module, attribute.name)
    if below:
        said = f"stays as it is: {below} derives from {module.name} and assigns it anew."
        return _refusal(module, attribute, said)
    spelled, edits = subject.spelled(f"torch.nn.{kind}")
    made: list[Edit] = []
    for assigned in attribute.assigned:
        made += _wrapped(subject, assigned, spelled)
    return Fix(
        kind="ModuleList" if kind == "ModuleList" else "ModuleDict",
        class_name=module.name,
        name=attribute.name,
        line=attribute.assigned[0].statement.lineno,
        sentence=subject.becomes(attribute.name, spelled, edits),
        edits=(*edits, *made),
        before=subject.text.source,
    )


def _wrapped(subject: Subject, assigned: Assigned, spelled: str) -> list[Edit]:
    """The calls around what one assignment makes. Where that is None, it stays None."""
    value, scope = assigned.value, scope_of(assigned.method.node)
    if subject.values.kind(value, scope) == "none":
        return []
    span = subject.value_span(assigned.statement, value)
    branches = list(_branches(value))
    if any(subject.values.kind(each, scope) == "none" for each in branches):
        spans = {each: _span(subject, each) for each in branches}
        made = [each for each in branches if subject.values.kind(each, scope) != "none"]
        return [edit for each in made for edit in _around(subject, each, spans[each], spelled)]
    edits = _around(subject, value, span, spelled)
    if isinstance(value, ast.Name) and _may_be_none(subject, value, assigned):
        edits.append(Edit(span[1], span[1], f" if {value.id} is not None else None"))
    return edits


def _branches(value: ast.expr) -> Iterator[ast.expr]:
    """What `a if b else c` may give."""
    if isinstance(value, ast.IfExp):
        yield from _branches(value.body)
        yield from _branches(value.orelse)
    else:
        yield value


def _span(subject: Subject, value: ast.expr) -> tuple[int, int]:
    return subject.text.start(value), subject.text.end(value)


def _may_be_none(subject: Subject, name: ast.Name, assigned: Assigned) -> bool:
    scope = scope_of(assigned.method.node)
    values = scope.assigned.get(name.id, [])
    return any(subject.values.kind(each, scope) == "none" for each in values)


def _around(subject: Subject, value: ast.expr, span: tuple[int, int], spelled: str) -> list[Edit]:
    """One call around one value; an empty one of Python's takes no argument along."""
    text, (start, end) = subject.text, span
    match value:
        case ast.List(elts=[]) | ast.Tuple(elts=[]) | ast.Dict(keys=[]):
            if not any(each.text.startswith("#") for each in text.tokens(start, end)):
                return [Edit(start, end, f"{spelled}()")]
        case ast.Call(func=ast.Name(id="list" | "tuple" | "dict") as name, args=[], keywords=[]):
            return [Edit(text.start(name), text.end(name), spelled)]
        case ast.Call(func=ast.Name(id="list" | "tuple") as name):
            return [Edit(text.start(name), text.end(name), spelled)]
        case ast.Tuple() if text.source[start] != "(":
            return [Edit(start, start, f"{spelled}(("), Edit(end, end, "))")]
    return [Edit(start, start, f"{spelled}("), Edit(end, end, ")")]


def _kind(subject: Subject, assigned: Assigned) -> Kind:
    return subject.values.kind(assigned.value, scope_of(assigned.method.node))


def _holds_modules(subject: Subject, attribute: Attribute, from_the_start: bool) -> bool:
    """Whether all that it holds are modules, and there are any."""
    kinds = {_kind_of_added(subject, each) for each in attribute.added}
    if from_the_start:
        kinds.add("module")
    return "module" in kinds and kinds <= {"module", "stateless"}


def _kind_of_added(subject: Subject, added: Added) -> Kind:
    kind = subject.values.kind(added.value, scope_of(added.method.node))
    if not added.is_many:
        return kind
    if kind == "modules":
        return "module"
    if isinstance(added.value, ast.GeneratorExp):
        return subject.values.kind(added.value.elt, scope_of(added.method.node))
    return ""


def _keys(attribute: Attribute) -> Iterator[tuple[ast.expr | None, Assigned | Added]]:
    for added in attribute.added:
        yield added.key, added
    for assigned in attribute.assigned:
        match assigned.value:
            case ast.Dict(keys=keys):
                yield from ((key, assigned) for key in keys)
            case ast.DictComp(key=key):
                yield key, assigned


def _registers_by_itself(module: ModuleClass) -> bool:
    """Whether it calls what registers modules under names that it makes up."""
    for method in module.methods:
        for node in method.nodes:
            match node:
                case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)):
                    if name in REGISTERS:
                        return True
    return False


def _refusal(module: ModuleClass, attribute: Attribute, said: str) -> Refusal:
    line = attribute.assigned[0].statement.lineno
    return Refusal(module.name, attribute.name, line, f"self.{attribute.name} {said}")
