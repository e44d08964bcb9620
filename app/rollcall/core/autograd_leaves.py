"""What a backward pass really reaches: the leaves of the autograd graph of one forward."""

import copy
from collections.abc import Iterable, Sequence
from typing import Any

from torch import Tensor, nn

from rollcall.core.nested_tensors import tensors_in
from rollcall.core.object_walk import walk


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


def reached_leaves(model: nn.Module, inputs: Sequence[Any]) -> list[Tensor]:
    """Run one forward on a deep copy of `model`, and return the leaves that its graph reached.

    Each leaf is returned as the tensor of `model` that it is a copy of. A leaf that the copy shares
    with the original, such as one in a closure, is returned as it is.
    """
    copies: dict[int, Any] = {}
    duplicate = copy.deepcopy(model, copies)
    originals = _originals(model, copies)
    return [originals.get(id(leaf), leaf) for leaf in leaves_of(tensors_in(duplicate(*inputs)))]


def _originals(model: nn.Module, copies: dict[int, Any]) -> dict[int, Tensor]:
    tensors = [found.value for found in walk(model).tensors]
    return {id(copies[id(tensor)]): tensor for tensor in tensors if id(tensor) in copies}
