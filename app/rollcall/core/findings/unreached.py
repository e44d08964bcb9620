"""Parameters that no backward reaches: who is never called, and whose answer leaves the graph."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from torch import nn

from rollcall.core.findings.graph_exits import GraphExits
from rollcall.core.findings.kinds import Unreached
from rollcall.core.walk.object_walk import Found

# They hold layers and are never called themselves.
CONTAINERS = (nn.ModuleList, nn.ModuleDict, nn.ParameterList, nn.ParameterDict)


@dataclass(frozen=True)
class Reach:
    """What several training steps reached."""

    trainable: Sequence[Found]  # parameters
    with_grad: Collection[int]  # ids of those that got a gradient
    called: Collection[int]  # ids of the modules that a forward in training mode called
    steps: int

    def unreached(self, exits: GraphExits, called_in_eval: Collection[int]) -> Iterator[Unreached]:
        """What got none: frozen by forward, or called in eval mode only, or else."""
        frozen = [each for each in self.without_grad if not each.value.requires_grad]
        of_eval = [each for each in self.without_grad if _caller(each) in called_in_eval]
        of_eval = [each for each in of_eval if _caller(each) not in self.called]
        others = [each for each in self.without_grad if each not in (*frozen, *of_eval)]
        for part in (frozen, of_eval, others):
            if part:
                yield Unreached(
                    paths=tuple(found.path for found in part),
                    numel=sum(found.value.numel() for found in part),
                    never_called=tuple(dict.fromkeys(self._never_called(part))),
                    steps=self.steps,
                    exits=exits.of({id(found.value) for found in part}),
                    frozen=part is frozen,
                    only_in_eval=part is of_eval,
                )

    @property
    def without_grad(self) -> list[Found]:
        """The parameters that got no gradient."""
        return [each for each in self.trainable if id(each.value) not in self.with_grad]

    @property
    def may_be_routed(self) -> bool:
        """Whether one of a kind got a gradient and another got none, as experts do by chance."""
        kinds = {_kind(each) for each in self.trainable if id(each.value) in self.with_grad}
        return any(_kind(each) in kinds for each in self.without_grad)

    def _never_called(self, tensors: list[Found]) -> Iterator[str]:
        """No hook fires in `layer.forward(x)`, but then something in it has a gradient.

        Of a part that is a module itself, the outermost is told: `target`, not `target.0`.
        """
        reached = [each for each in self.trainable if id(each.value) in self.with_grad]
        used = {id(module.value) for each in reached for module in _around(each)}
        for found in tensors:
            owner = _owner(found)
            if owner is None or id(owner.value) in {*self.called, *used}:
                continue
            for around in _around(owner):
                if isinstance(around.value, CONTAINERS) or not around.path:
                    break
                if id(around.value) in {*self.called, *used}:
                    break
                owner = around
            yield owner.path


def _around(found: Found) -> Iterator[Found]:
    """The modules that hold it, from the inside out."""
    owner = found.owner
    while owner is not None:
        yield owner
        owner = owner.owner


def _owner(found: Found) -> Found | None:
    """The module that would be called."""
    owner = found.owner
    while owner is not None and isinstance(owner.value, CONTAINERS):
        owner = owner.owner
    return owner


def _caller(found: Found) -> int | None:
    owner = _owner(found)
    if owner is None:
        return None
    return id(owner.value)


def _kind(found: Found) -> tuple[object, ...]:
    """What is alike in the branches that a router chooses from."""
    owner = found.owner
    return (type(owner and owner.value), found.path.rpartition(".")[2], found.value.shape)
