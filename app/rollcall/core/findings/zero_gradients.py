"""Parameters that backward reaches, and that no step moves."""

from collections.abc import Collection, Iterator, Sequence

from rollcall.core.findings.kinds import ZeroGradient
from rollcall.core.walk.object_walk import Found


def zero_gradients(
    reached: Sequence[Found], with_nonzero: Collection[int], steps: int
) -> Iterator[ZeroGradient]:
    """Those whose gradient was always exactly 0; biases whose weight learns are told apart.

    Args:
        reached: the parameters with a gradient.
        with_nonzero: the ids of those that had another one than 0.
        steps: that were made.
    """
    zero = [each for each in reached if id(each.value) not in with_nonzero]
    learning = {id(each.owner) for each in reached if id(each.value) in with_nonzero}
    biases = [each for each in zero if _is_bias(each) and id(each.owner) in learning]
    others = [each for each in zero if each not in biases]
    for found, only_biases in ((biases, True), (others, False)):
        if found:
            yield ZeroGradient(
                paths=tuple(each.path for each in found),
                numel=sum(each.value.numel() for each in found),
                steps=steps,
                only_biases=only_biases,
            )


def _is_bias(found: Found) -> bool:
    return found.path.rpartition(".")[2] == "bias"
