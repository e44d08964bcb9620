"""One line for a test of somebody's: a model has nothing that PyTorch does not know."""

from collections.abc import Iterator
from typing import Any

from torch import nn

from rollcall.core.scan import Scan, scan
from rollcall.core.unwrapped import unwrapped
from rollcall.core.walk.object_walk import walk
from rollcall.experiments.registry.hidden_state import HiddenState, hidden_state
from rollcall.lectures.ignore_comments import reason_at
from rollcall.web.view.findings.hidden_fix import hidden_fix
from rollcall.web.view.findings.hidden_words import hidden_told
from rollcall.web.view.registry.narration import beyond_attributes
from rollcall.web.view.sentence import read


def assert_registered(model: nn.Module, *inputs: Any) -> None:
    """Fail where the optimizer, `.to()`, `state_dict()` or `eval()` would miss state of a model.

    The words are those of `rollcall check`, and so is the comment that silences a line. The model
    stays as it is.

    Args:
        model: any module, in use or not.
        inputs: positional arguments for one forward. With them, what no attribute leads to is found
            as well, and what every forward makes anew is told from what is kept.

    Raises:
        AssertionError: something is not registered.
        TypeError: `model` is not an nn.Module.
        Exception: whatever the forward raises on `inputs`.
    """
    __tracebackhide__ = True  # pytest shows the line of the test, and none of ours
    found = scan(model, *inputs)
    lines = list(_lines(model, found))
    if lines:
        raise AssertionError("\n".join([str(found).partition("\n")[0], *lines]))


def _lines(model: nn.Module, found: Scan) -> Iterator[str]:
    for hidden in hidden_state(walk(unwrapped(model)), found, None):
        if reason_at(hidden.code) is None:
            yield f"  {_place(hidden)}{read(hidden_told(hidden))}"
            yield f"    {read(hidden_fix(hidden))}"
    used = found.used
    if used and (used.lost or used.late):
        yield f"  {read(beyond_attributes(found.class_name, used))}"


def _place(hidden: HiddenState) -> str:
    """Its line, as an editor finds it; "" where none is known."""
    if not hidden.code:
        return ""
    first = hidden.code[0]
    return f"{first.file}:{first.line}: "
