"""The rank of a tensor by where it lies: beside a hook, on a layer that moves its own, nowhere."""

from typing import Any

import torch
from torch import nn
from torch.nn.utils import prune

from core.test_rank import holder, ranks
from rollcall.core.rank import ranks as ranks_of
from rollcall.core.walk.object_walk import walk


class OwnMove(nn.LSTM):
    """A class of the user's: nobody knows what its move does with a tensor of its own."""

    def _apply(self, fn: Any, recurse: bool = True) -> Any:
        return super()._apply(fn, recurse)  # type: ignore[no-untyped-call]


def test_only_what_is_unregistered_has_a_rank() -> None:
    model: Any = holder(layer=nn.Linear(2, 2), mask=torch.ones(2))
    assert set(ranks_of(walk(model))) == {id(model.mask)}
    del model.mask
    assert ranks_of(walk(model)) == {}


def test_what_lies_beside_what_a_hook_derives_is_not_derived() -> None:
    layer: Any = nn.Linear(2, 2)
    prune.random_unstructured(layer, "weight", 0.5)  # type: ignore[no-untyped-call]
    layer.extra = torch.ones(2)
    assert {path: found for path, found in ranks(layer).items() if path != "weight"} == {
        "extra": "tensor"
    }


def test_what_a_package_moves_itself_is_no_finding() -> None:
    for layer, rank in ((nn.LSTM(1, 1), "moved"), (OwnMove(1, 1), "tensor"), (nn.ReLU(), "tensor")):
        model: Any = holder(layer=layer)
        model.layer.extra = torch.ones(2)
        assert ranks(model) == {"layer.extra": rank}
