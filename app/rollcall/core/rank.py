"""How much it matters that something is unregistered: a finding, or a note."""

from collections.abc import Collection
from types import FunctionType
from typing import Literal

import torch
from torch import Tensor, nn
from torch._subclasses.fake_tensor import FakeTensor

from rollcall.core.autograd_leaves import leaves_of
from rollcall.core.walk.found import Found, Walk
from rollcall.core.walk.function_parts import all_names
from rollcall.core.walk.ownership import is_own_class
from rollcall.core.walk.raw_read import class_dict, home_of_class, instance_dict, module_dict, mro

# In falling order. The first three are findings:
# - trainable: an optimizer should have it, and does not
# - stateful: a module that behaves differently in eval(), or keeps statistics
# - tensor: a move or a file would need it
# The others are notes:
# - frozen: of a module whose parameters were all frozen by hand, such as a teacher that is hidden
#   so that it is neither trained nor saved
# - moved: of a module of a package, such as a metric, that has an `_apply` of its own and moves it
# - derived: computed from what is registered, the same memory, or made anew by every forward
# - stateless: a module with nothing in it, such as an activation
Rank = Literal["trainable", "stateful", "tensor", "frozen", "moved", "derived", "stateless"]
FINDINGS: tuple[Rank, ...] = ("trainable", "stateful", "tensor")

_OF_TENSORS: tuple[Rank, ...] = ("tensor", "frozen", "moved", "derived")
_NOT_CALLED_BY_FORWARD = ("__init__", "__post_init__", "train", "eval", "extra_repr")


def ranks(walked: Walk, remade: Collection[str] = ()) -> dict[int, Rank]:
    """The rank of everything that is unregistered, by the id of the tensor or module.

    Args:
        walked: what a walk found.
        remade: paths of tensors that every forward makes anew, where a forward was run.
    """
    lost = [found for found in walked.tensors if found.trail is not None]
    lost_modules = [found for found in walked.modules if found.trail is not None]
    if not lost and not lost_modules:
        return {}
    ranked: dict[int, Rank] = {}
    # A subclass of Tensor may answer for itself, and raise.
    with torch._C.DisableTorchFunctionSubclass():
        known = _Known(walked)
        for found in lost:
            ranked[id(found.value)] = known.rank_of_tensor(found, remade)
    held: dict[int, set[Rank]] = {}
    for found in lost:
        held.setdefault(id(found.owner), set()).add(ranked[id(found.value)])
    for found in lost_modules:
        ranked[id(found.value)] = _rank_of_module(found.value, held.get(id(found), set()))
    return ranked


class _Known:
    """What the walk found, and which hidden modules were frozen by hand."""

    def __init__(self, walked: Walk) -> None:
        registered = [found.value for found in walked.tensors if found.registered]
        self._ids = {id(found.value) for found in walked.tensors}
        self._memory = {_memory(tensor) for tensor in registered} - {None}
        self._frozen: dict[int, bool] = {}  # by the id of the outermost hidden module
        for found in walked.tensors:
            root = _hidden_root(found)
            if root is not None and found.kind == "parameter":
                still = self._frozen.get(id(root), True)
                self._frozen[id(root)] = still and not found.value.requires_grad

    def rank_of_tensor(self, found: Found, remade: Collection[str]) -> Rank:
        tensor: Tensor = found.value
        if found.path in remade or _is_remade_by_a_hook(found):
            return "derived"
        if not tensor.is_leaf:
            leaves = leaves_of([tensor])
            if all(id(leaf) in self._ids for leaf in leaves):  # they are told of themselves
                return "derived"
            return "trainable"
        if tensor.requires_grad:
            return "trainable"
        if _memory(tensor) in self._memory:
            return "derived"
        root = _hidden_root(found)
        if root is not None and self._frozen.get(id(root)):
            return "frozen"
        if found.owner is not None and _moves_its_own(type(found.owner.value)):
            return "moved"
        return "tensor"


def _rank_of_module(module: nn.Module, held: set[Rank]) -> Rank:
    """The rank of a module by what itself holds and does; its children have their own."""
    if "trainable" in held:
        return "trainable"
    deliberate = "frozen" in held and not module_dict(module).get("training", True)
    if reads_mode(type(module)) and not deliberate:
        return "stateful"
    for rank in _OF_TENSORS:
        if rank in held:
            return rank
    return "stateless"


def reads_mode(kind: type[nn.Module]) -> bool:
    """Whether the forward of a class, or another method of the user's, reads `self.training`."""
    for base in mro(kind):
        if base is nn.Module:
            break
        methods = class_dict(base)
        own = is_own_class(base)
        for name, method in methods.items():
            asked = name == "forward" or (own and name not in _NOT_CALLED_BY_FORWARD)
            if asked and type(method) is FunctionType and "training" in all_names(method.__code__):
                return True
        if "forward" in methods and not own:
            break
    return False


def _moves_its_own(kind: type[nn.Module]) -> bool:
    """Whether a package has written what `.to()` does with such a module."""
    for base in mro(kind):
        if base is nn.Module:
            break
        if "_apply" in class_dict(base):
            return not is_own_class(base)
    return False


def _hidden_root(found: Found) -> Found | None:
    """The outermost unregistered module around something, itself included."""
    root: Found | None = None
    at: Found | None = found
    while at is not None and not at.registered:
        if at.kind == "module":
            root = at
        at = at.owner
    return root


def _is_remade_by_a_hook(found: Found) -> bool:
    """Whether a hook of torch.nn.utils computes it before every forward, as pruning does."""
    if found.owner is None:
        return False
    name = found.path.rpartition(".")[2]
    hooks = module_dict(found.owner.value).get("_forward_pre_hooks") or {}
    for hook in hooks.values():
        if home_of_class(type(hook)).startswith("torch.nn.utils."):
            attributes = instance_dict(hook)
            if name in (attributes.get("name"), attributes.get("_tensor_name")):
                return True
    return False


def _memory(tensor: Tensor) -> int | None:
    """Where its numbers lie; None where it has none, or does not say."""
    if issubclass(type(tensor), FakeTensor):  # it warns of the question
        return None
    try:
        return tensor.untyped_storage().data_ptr() or None
    except (NotImplementedError, RuntimeError):  # sparse, fake, lazy
        return None
