"""The tensors in what a forward takes or returns."""

from typing import Any

from torch import Tensor
from torch.utils._pytree import tree_leaves


def tensors_in(structure: Any) -> list[Tensor]:
    """A tensor, or those in any nesting of tuples, lists and dicts."""
    return [leaf for leaf in tree_leaves(structure) if isinstance(leaf, Tensor)]
