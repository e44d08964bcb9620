"""Where a class or function begins in a file that need not run."""

import ast
from pathlib import Path

DEFINITIONS = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def line_of_definition(file: str, name: str) -> int:
    """The line of the last one of that name, as Python would have it; 1 where none is known."""
    try:
        tree = ast.parse(Path(file).read_bytes())
    except (OSError, SyntaxError, ValueError):  # an installed package, or changed since it was run
        return 1
    lines = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, DEFINITIONS) and node.name == name
    ]
    return max(lines, default=1)
