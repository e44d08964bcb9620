"""The modules that a file defines, and their methods, read off its text."""

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property

from rollcall.rewrite.names import Names

Function = ast.FunctionDef | ast.AsyncFunctionDef
# How libraries end the names of their own base classes: LightningModule, PreTrainedModel.
ENDINGS = ("Module", "Model")


@dataclass(frozen=True)
class Method:
    """A function of a class that takes the model."""

    node: Function
    model: str  # what it calls the model: self

    @property
    def name(self) -> str:
        """Its name."""
        return self.node.name

    @cached_property
    def nodes(self) -> tuple[ast.AST, ...]:
        """Every node in it, walked once."""
        return tuple(ast.walk(self.node))


@dataclass(frozen=True)
class ModuleClass:
    """A class of the file that is an nn.Module."""

    node: ast.ClassDef
    methods: tuple[Method, ...]

    @property
    def name(self) -> str:
        """Its name."""
        return self.node.name

    @property
    def building(self) -> tuple[Method, ...]:
        """__init__, and what it calls on the model: they run once, before any forward."""
        by_name = {method.name: method for method in self.methods}
        found: dict[str, Method] = {}
        waiting = ["__init__"]
        while waiting:
            method = by_name.get(waiting.pop())
            if method is None or method.name in found:
                continue
            found[method.name] = method
            for node in method.nodes:
                if isinstance(node, ast.Call) and (name := attribute_of(node.func, method.model)):
                    waiting.append(name)
        return tuple(found.values())


def module_classes(
    tree: ast.Module, names: Names, known: Collection[str] = ()
) -> dict[str, ModuleClass]:
    """Every one of a file, by name.

    Args:
        tree: the file.
        names: its imports.
        known: further names in the file that stand for modules, as a run of it has shown.
    """
    nodes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    modules = set(known)
    count = -1
    while count != len(modules):  # one may be the base of another that stands before it
        count = len(modules)
        modules.update(node.name for node in nodes if _is_module(node, names, modules))
    return {
        node.name: ModuleClass(node, tuple(_methods(node)))
        for node in nodes
        if node.name in modules
    }


def attribute_of(expression: ast.expr, model: str) -> str:
    """The name of an attribute of the model: "layers" of `self.layers`; "" for all else."""
    match expression:
        case ast.Attribute(value=ast.Name(id=name), attr=attribute) if name == model:
            return attribute
    return ""


def _is_module(node: ast.ClassDef, names: Names, modules: set[str]) -> bool:
    for base in node.bases:
        full = names.full(base)
        if full.startswith("torch.nn.") or full.endswith(ENDINGS):
            return True
        if isinstance(base, ast.Name) and base.id in modules:
            return True
    return False


def _methods(node: ast.ClassDef) -> Iterator[Method]:
    for each in node.body:
        if not isinstance(each, Function):
            continue
        arguments = [*each.args.posonlyargs, *each.args.args]
        decorators = {each.id for each in each.decorator_list if isinstance(each, ast.Name)}
        if arguments and not decorators & {"staticmethod", "classmethod"}:
            yield Method(each, arguments[0].arg)
