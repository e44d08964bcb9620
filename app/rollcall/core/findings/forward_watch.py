"""What is seen of a forward from outside: which modules it called, what its graph goes through."""

from collections.abc import Iterator
from contextlib import contextmanager

from torch import Tensor
from torch.nn.modules.module import register_module_forward_pre_hook

from rollcall.core.walk.object_walk import Found


@contextmanager
def calls_noted(called: set[int]) -> Iterator[None]:
    """Note the id of every module that is called inside the block."""
    hook = register_module_forward_pre_hook(lambda module, _: called.add(id(module)))
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
