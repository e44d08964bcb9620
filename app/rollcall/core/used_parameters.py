"""What one forward used, held against what a walk over the model found before it."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from torch import Tensor
from torch.nn.parameter import is_lazy

from rollcall.core.pytorch_names import short_name
from rollcall.core.report import Report
from rollcall.core.tensors.tensor_shape import Shape, shape_of
from rollcall.core.walk.object_walk import Found

EMPTY: Mapping[int, str] = MappingProxyType({})


class UnreachableLeaf(Report):
    """A tensor that backward reaches, but no walk over attributes, such as one in a closure."""

    shape: Shape
    dtype: str
    device: str
    numel: int
    fresh: bool = False  # the forward made it: the next one reached another in its place
    gone: bool = False  # the next forward reached neither it nor another
    path: str = ""  # where a walk finds it once that forward has run


class UsedParameters(Report):
    """What one forward and its autograd graph used, counted in elements of trainable tensors."""

    reached: int  # elements of the leaves of the graph
    answering: int  # those of them that `model.parameters()` lists
    paths: tuple[str, ...]  # the leaves that the walk also found
    unreachable: tuple[UnreachableLeaf, ...]
    added_by_forward: tuple[str, ...] = ()  # names that the first forward added to state_dict()
    remade: tuple[str, ...] = ()  # unregistered tensors that every forward makes anew
    # attributes that hold a generator or the like, where only the first forward used something
    used_up: tuple[str, ...] = ()

    @property
    def fresh(self) -> int:
        """Elements that every forward makes anew, and no optimizer can hold."""
        return sum(leaf.numel for leaf in self.unreachable if leaf.fresh)

    @property
    def made_anew(self) -> tuple[UnreachableLeaf, ...]:
        """Those of them that do not take the place of one that was there before any forward."""
        fresh = (leaf for leaf in self.unreachable if leaf.fresh)
        return tuple(leaf for leaf in fresh if leaf.path in ("", *self.added_by_forward))

    @property
    def gone(self) -> int:
        """Elements that only the first forward used."""
        return sum(leaf.numel for leaf in self.unreachable if leaf.gone)

    @property
    def lost(self) -> int:
        """Elements that no walk finds, neither before the forward nor after it."""
        return sum(leaf.numel for leaf in self.unreachable if not leaf.path)

    @property
    def late(self) -> tuple[str, ...]:
        """What the first forward has made, and kept where a walk finds it."""
        return tuple(leaf.path for leaf in self.unreachable if leaf.path and not leaf.fresh)


def used_parameters(
    leaves: list[Tensor],
    tensors: list[Found],
    remade: Iterable[str] = (),
    after: Mapping[int, str] = EMPTY,
) -> UsedParameters:
    """Compare the leaves that a graph has reached with what a walk found before that forward.

    Args:
        leaves: of the graph of what it returned.
        tensors: what the walk found.
        remade: paths of tensors that every forward makes anew.
        after: paths of what was found after it, by the id of the tensor.
    """
    known = {id(found.value): found for found in tensors}
    met = [known[id(leaf)] for leaf in leaves if id(leaf) in known]
    unknown = [leaf for leaf in leaves if id(leaf) not in known]
    answering = [each.value for each in met if each.registered and each.kind == "parameter"]
    return UsedParameters(
        reached=sum(map(_numel, leaves)),
        answering=sum(map(_numel, answering)),
        paths=tuple(found.path for found in met),
        unreachable=tuple(_unreachable_leaf(leaf, after.get(id(leaf), "")) for leaf in unknown),
        remade=tuple(sorted(remade)),
    )


def _numel(tensor: Tensor) -> int:
    if is_lazy(tensor):
        return 0
    return int(tensor.numel())


def _unreachable_leaf(leaf: Tensor, path: str) -> UnreachableLeaf:
    return UnreachableLeaf(
        shape=shape_of(leaf) or (),
        dtype=short_name(leaf.dtype),
        device=short_name(leaf.device),
        numel=int(leaf.numel()),
        path=path,
    )
