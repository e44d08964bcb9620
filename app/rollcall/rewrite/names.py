"""What a file calls the things of PyTorch: `nn.Linear`, `torch.nn.Linear`, or a name of its own."""

import ast
from collections.abc import Iterator

# Where PyTorch defines what it offers under a shorter name.
LONG_NAMES = ("torch.nn.modules.", "torch.nn.parameter.")


class Names:
    """The imports of a file."""

    def __init__(self, tree: ast.Module) -> None:
        self._full: dict[str, str] = {}
        self._last_import: ast.stmt | None = None
        outermost = set(map(id, tree.body))
        self._outermost: set[str] = set()
        for node in _statements(tree):
            if not isinstance(node, ast.Import | ast.ImportFrom):
                continue
            bound = dict(_bound(node))
            self._full.update(bound)
            if id(node) in outermost:
                self._outermost.update(bound)
                self._last_import = node

    def full(self, expression: ast.expr) -> str:
        """What an expression is called in PyTorch's documentation; "" where it is no such name."""
        parts: list[str] = []
        while isinstance(expression, ast.Attribute):
            parts.append(expression.attr)
            expression = expression.value
        if not isinstance(expression, ast.Name) or expression.id not in self._full:
            return ""
        return _short(".".join([self._full[expression.id], *reversed(parts)]))

    def spelled(self, full: str) -> str | None:
        """How the file writes a thing of PyTorch; None where it has imported no way to it."""
        known = {_short(self._full[name]): name for name in self._outermost}
        head, *parts = full.split(".")
        heads = [".".join([head, *parts[:count]]) for count in range(len(parts) + 1)]
        for each in reversed(heads):
            if each in known:
                return known[each] + full.removeprefix(each)
        return None

    @property
    def last_import(self) -> ast.stmt | None:
        """The last import outside of functions, after which another one can stand."""
        return self._last_import


def _statements(tree: ast.Module) -> Iterator[ast.stmt]:
    """All of a file, without looking into expressions."""
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.stmt):
            yield node
        for name in ("body", "orelse", "handlers", "finalbody"):
            inside = getattr(node, name, ())
            if isinstance(inside, list):
                waiting += reversed(inside)


def _bound(node: ast.Import | ast.ImportFrom) -> Iterator[tuple[str, str]]:
    """Each name that an import binds, with what it stands for."""
    for alias in node.names:
        if isinstance(node, ast.ImportFrom):
            if node.module and not node.level:
                yield alias.asname or alias.name, f"{node.module}.{alias.name}"
        elif alias.asname:
            yield alias.asname, alias.name
        else:  # import torch.nn binds torch
            head = alias.name.partition(".")[0]
            yield head, head


def _short(full: str) -> str:
    if full.startswith(LONG_NAMES):
        return f"torch.nn.{full.rpartition('.')[2]}"
    return full
