"""What is seen of a forward from outside: which modules it called, what its graph goes through."""

from collections.abc import Iterator
from contextlib import contextmanager

from torch import Tensor
from torch.nn.modules.module import register_module_forward_pre_hook
from torch.optim.optimizer import Optimizer, register_optimizer_step_pre_hook

from rollcall.core.lecture_line import line_of
from rollcall.core.walk.object_walk import Found


@contextmanager
def calls_noted(called: set[int]) -> Iterator[None]:
    """Note the id of every module that is called inside the block."""
    hook = register_module_forward_pre_hook(lambda module, _: called.add(id(module)))
    try:
        yield
    finally:
        hook.remove()


@contextmanager
def steps_noted(filename: str, lines: list[int]) -> Iterator[None]:
    """Note the lines of a lecture file at which an optimizer makes a step inside the block."""

    def note(optimizer: Optimizer, args: object, kwargs: object) -> None:
        line = line_of(filename)
        if line is not None:
            lines.append(line)

    hook = register_optimizer_step_pre_hook(note)
    try:
        yield
    finally:
        hook.remove()


def tensors_in_graph(outputs: list[Tensor], computed: list[Found]) -> set[int]:
    """Those of the computed tensors from which an output was computed in turn.

    What an output reaches only through another one of them is left out.
    """
    if not computed:
        return set()
    wanted = {found.value.grad_fn: id(found.value) for found in computed}
    met: set[int] = set()
    stack = [output.grad_fn for output in outputs if output.grad_fn is not None]
    seen = set(stack)
    while stack:
        node = stack.pop()
        if node in wanted:
            met.add(wanted[node])
            continue
        for after, _ in node.next_functions:
            if after is not None and after not in seen:
                seen.add(after)
                stack.append(after)
    return met
