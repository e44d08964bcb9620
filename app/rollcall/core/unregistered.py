"""State that a module uses and PyTorch does not know."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from torch import Tensor, nn

from rollcall.core.rank import Rank, ranks
from rollcall.core.unwrapped import unwrapped
from rollcall.core.walk.object_walk import Found, walk


@dataclass(frozen=True, slots=True)
class Unregistered:
    """One tensor or module that is reachable from Python and in no registry of the model's tree."""

    path: str
    kind: Literal["tensor", "module"]
    value: Tensor | nn.Module
    rank: Rank  # trainable, stateful and tensor are findings; frozen, derived and stateless notes
    found_by: str  # "attribute", "closure of block", "global of the file", ...


def find_unregistered(model: nn.Module) -> list[Unregistered]:
    """List what `optimizer`, `.to()`, `state_dict()` and `eval()` of `model` do not reach.

    A module in a plain list is one record, and so is each of its tensors and submodules. `value` is
    the object itself. Modules come first. A model that torch.compile, DataParallel or DDP has
    wrapped is taken out.
    """
    walked = walk(unwrapped(model))
    rank_of = ranks(walked)
    return [
        *_records(walked.modules, "module", rank_of),
        *_records(walked.tensors, "tensor", rank_of),
    ]


def _records(
    everything: list[Found], kind: Literal["tensor", "module"], rank_of: dict[int, Rank]
) -> Iterator[Unregistered]:
    for found in everything:
        if found.trail is not None:
            rank = rank_of[id(found.value)]
            yield Unregistered(found.path, kind, found.value, rank, found.trail.found_by)
