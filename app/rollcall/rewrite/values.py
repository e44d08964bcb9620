"""What an expression of a file makes, as far as its text tells: a module, a tensor, a list of."""

import ast
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from rollcall.rewrite.calls import NO_PLACE, argument, flag
from rollcall.rewrite.classes import Function
from rollcall.rewrite.kinds import (
    NO_TENSOR,
    SAME_MODULE,
    TENSOR_MAKERS,
    TENSORS,
    Kind,
    only,
    tensor_of,
)
from rollcall.rewrite.names import Names
from rollcall.rewrite.scope import Scope, scope_of
from rollcall.rewrite.stateless import is_stateless

COPIES = ("copy.deepcopy", "copy.copy")
DEPTH = 6  # of functions that call functions


class Values:
    """Tells kinds of expressions in one file."""

    def __init__(
        self,
        tree: ast.Module,
        names: Names,
        classes: Collection[str],
    ) -> None:
        self._names = names
        self._classes = classes
        self._functions = {node.name: node for node in tree.body if isinstance(node, Function)}

    def kind(self, expression: ast.expr, scope: Scope, depth: int = 0) -> Kind:
        """What an expression makes."""
        if depth > DEPTH:
            return ""
        look = _Look(self, scope, depth + 1)
        match expression:
            case ast.Name(id=name):
                return look.name(name)
            case ast.Call():
                return look.call(expression)
            case ast.IfExp(body=body, orelse=other):
                return look.either([body, other])
            case ast.Starred(value=value):
                return look.kind(value)
        return look.written(expression) or look.computed(expression)

    def full(self, expression: ast.expr) -> str:
        """What a name is called in PyTorch's documentation."""
        return self._names.full(expression)

    def is_module_class(self, expression: ast.expr) -> bool:
        """Whether a name is a class of the file that is a module."""
        return isinstance(expression, ast.Name) and expression.id in self._classes

    def function(self, expression: ast.expr) -> Function | None:
        """The function of the file that a name stands for."""
        if isinstance(expression, ast.Name):
            return self._functions.get(expression.id)
        return None


@dataclass(frozen=True)
class _Look:
    """One look at an expression, in its scope."""

    values: Values
    scope: Scope
    depth: int

    def kind(self, expression: ast.expr) -> Kind:
        return self.values.kind(expression, self.scope, self.depth)

    def name(self, name: str) -> Kind:
        if name in self.scope.looped:
            kinds = {self._element(over) for over in self.scope.looped[name]}
            return only(kinds)
        annotation = self.scope.annotated.get(name)
        if annotation and self.values.full(annotation) == "torch.nn.Module":
            return "module"
        kind = self.either(self.scope.assigned.get(name, []))
        if kind == "tensor" and name in self.scope.made_trainable:
            return "trainable"
        return kind

    def either(self, expressions: Iterable[ast.expr]) -> Kind:
        """The kind of all, where some may be None."""
        kinds = {self.kind(each) for each in expressions}
        if len(kinds) > 1:
            kinds.discard("none")
        for many, empty in (("modules", "empty list"), ("module dict", "empty dict")):
            if kinds == {many, empty}:
                kinds.discard(empty)
        return only(kinds)

    def written(self, expression: ast.expr) -> Kind:
        """Of a list, a dict or None that stands there."""
        match expression:
            case ast.Constant(value=None):
                return "none"
            case ast.List(elts=elements) | ast.Tuple(elts=elements):
                return self.sequence(elements)
            case ast.ListComp(elt=element):
                return self.sequence([element])
            case ast.Dict(values=values):
                return self.mapping(values)
            case ast.DictComp(value=value):
                return self.mapping([value])
        return ""

    def sequence(self, elements: list[ast.expr]) -> Kind:
        if not elements:
            return "empty list"
        kinds = {self._part(each) for each in elements}
        if "module" in kinds and kinds <= {"module", "stateless"}:
            return "modules"
        return ""

    def mapping(self, values: list[ast.expr]) -> Kind:
        if not values:
            return "empty dict"
        if self.sequence(values) == "modules":
            return "module dict"
        return ""

    def call(self, call: ast.Call) -> Kind:
        full = self.values.full(call.func)
        kind = self._made_by(full, call)
        if kind:
            return kind
        if self.values.is_module_class(call.func):
            return "module"
        function = self.values.function(call.func)
        if function is not None:
            scope = scope_of(function)
            returns = [each.value for each in ast.walk(function) if isinstance(each, ast.Return)]
            given = [each for each in returns if each is not None]
            return only({self.values.kind(each, scope, self.depth) for each in given})
        match call:
            case ast.Call(func=ast.Name(id="list" | "tuple"), args=[]):
                return "empty list"
            case ast.Call(func=ast.Name(id="list" | "tuple"), args=[one]):
                return self._listed(one)
            case ast.Call(func=ast.Name(id="dict"), args=[], keywords=keywords):
                return self.mapping([each.value for each in keywords])
            case ast.Call(func=ast.Attribute(value=owner, attr=method)):
                return self._method(call, self.kind(owner), method)
        return ""

    def computed(self, expression: ast.expr) -> Kind:
        """Of an operator, an index or an attribute."""
        match expression:
            case ast.BinOp(left=ast.expr() as left, op=op, right=ast.expr() as right):
                kinds = {self.kind(left), self.kind(right)}
                if "modules" in kinds and isinstance(op, ast.Mult | ast.Add):
                    return "modules"
                return tensor_of(kinds)
            case ast.UnaryOp(operand=operand):
                return tensor_of({self.kind(operand)})
            case ast.Subscript(value=owner):
                return tensor_of({self.kind(owner)})
            case ast.Attribute(value=owner, attr="data"):
                if self.kind(owner) in TENSORS:
                    return "tensor"
            case ast.Attribute(value=owner, attr=name) if name not in NO_TENSOR:
                return tensor_of({self.kind(owner)})
        return ""

    def _element(self, over: ast.expr) -> Kind:
        """Of what a loop goes through."""
        if isinstance(over, ast.List | ast.Tuple) and over.elts:
            kinds = {self.kind(each) for each in over.elts}
            if kinds == {"module", "stateless"}:
                return "module"
            return only(kinds)
        if self.kind(over) == "modules":
            return "module"
        return ""

    def _part(self, element: ast.expr) -> Kind:
        kind = self.kind(element)
        if isinstance(element, ast.Starred) and kind == "modules":
            return "module"
        return kind

    def _listed(self, one: ast.expr) -> Kind:
        if isinstance(one, ast.GeneratorExp):
            return self.sequence([one.elt])
        kind = self.kind(one)
        if kind in ("modules", "empty list"):
            return kind
        return ""

    def _made_by(self, full: str, call: ast.Call) -> Kind:
        """What a thing of PyTorch's makes."""
        head, _, name = full.rpartition(".")
        if full == "torch.nn.Parameter":
            return "parameter"
        if head == "torch.nn" and name[:1].isupper() and name != "Buffer":
            if is_stateless(name):
                return "stateless"
            return "module"
        if head == "torch" and name in TENSOR_MAKERS:
            return _made_from(self, call)
        if full in COPIES and call.args:
            return self.kind(call.args[0])
        if full.startswith("torch.nn.utils.") and call.args and self.kind(call.args[0]) == "module":
            return "module"
        return ""

    def _method(self, call: ast.Call, owner: Kind, method: str) -> Kind:
        if owner in ("module", "stateless") and method in SAME_MODULE:
            return owner
        if owner not in TENSORS or method in NO_TENSOR:
            return ""
        if method == "requires_grad_" and owner == "tensor":
            asks = flag(argument(call, "requires_grad", 0), left_out=True)
            if asks is None:
                return ""
            return "trainable" if asks else "tensor"
        if method == "detach":
            return "tensor"
        if owner == "parameter" and not method.endswith("_"):
            return "derived"
        return owner


def _made_from(look: _Look, call: ast.Call) -> Kind:
    """A tensor made of others, such as by torch.cat, has their graph; randn_like has not."""
    asks = flag(argument(call, "requires_grad", NO_PLACE), left_out=False)
    if asks is None:
        return ""
    if asks:
        return "trainable"
    if isinstance(call.func, ast.Attribute) and call.func.attr in ("cat", "stack", "outer", "diag"):
        parts: list[ast.expr] = []
        for each in call.args:
            parts += each.elts if isinstance(each, ast.List | ast.Tuple) else [each]
        return tensor_of({"tensor", *(look.kind(each) for each in parts)})
    return "tensor"
