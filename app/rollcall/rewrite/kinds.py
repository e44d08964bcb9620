"""The kinds of things that an expression makes, and the names that tell them."""

from typing import Literal

# "stateless" is a module with nothing in it; "modules" and "module dict" are Python's own
# containers of modules; "empty list" and "empty dict" are what such a one begins as. "parameter" is
# an nn.Parameter, "derived" what is computed from one. "" is what the text does not tell.
Kind = Literal[
    "module",
    "stateless",
    "modules",
    "module dict",
    "empty list",
    "empty dict",
    "tensor",
    "trainable",
    "parameter",
    "derived",
    "none",
    "",
]

_MAKERS = """
    arange as_tensor bernoulli blackman_window cat diag empty empty_like eye from_numpy full
    full_like hamming_window hann_window linspace logspace multinomial normal ones ones_like outer
    poisson rand rand_like randint randint_like randn randn_like randperm stack tensor tril triu
    zeros zeros_like
"""
TENSOR_MAKERS = frozenset(_MAKERS.split())
_OTHERS = """
    size numel dim item tolist numpy stride data_ptr type shape dtype device ndim layout grad_fn
    requires_grad is_leaf element_size nelement storage_offset
"""
NO_TENSOR = frozenset(_OTHERS.split())  # what a tensor has that is none
SAME_MODULE = {"to", "cuda", "cpu", "float", "double", "half", "bfloat16", "train", "eval", "apply"}
TENSORS: tuple[Kind, ...] = ("tensor", "trainable", "parameter", "derived")


def tensor_of(kinds: set[Kind]) -> Kind:
    """Of what is computed from others."""
    if kinds & {"parameter", "derived"}:
        return "derived"
    if "trainable" in kinds:
        return "trainable"
    if "tensor" in kinds:
        return "tensor"
    return ""


def only(kinds: set[Kind]) -> Kind:
    if len(kinds) == 1:
        return next(iter(kinds))
    return ""
