"""What a backward pass really reaches: the leaves of the autograd graph of one forward."""

from collections.abc import Iterable

from torch import Tensor


def leaves_of(outputs: Iterable[Tensor]) -> list[Tensor]:
    """The leaf tensors in which a backward from `outputs` would accumulate gradients, each once."""
    outputs = list(outputs)
    leaves = {id(out): out for out in outputs if out.requires_grad and out.is_leaf}
    stack = [out.grad_fn for out in outputs if out.grad_fn is not None]
    seen = set(stack)
    while stack:
        node = stack.pop()
        # AccumulateGrad has a `variable` and no next functions. The ctx of an autograd.Function may
        # have a `variable`, too, and then it is no leaf.
        if not node.next_functions:
            leaf = getattr(node, "variable", None)
            if leaf is not None:
                leaves[id(leaf)] = leaf
        for after, _ in node.next_functions:
            if after is not None and after not in seen:
                seen.add(after)
                stack.append(after)
    return list(leaves.values())
