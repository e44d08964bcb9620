"""How many numbers answer: what one forward used, and what a training shows beside that."""

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from rollcall.core.answering import answering
from rollcall.core.findings.forward_kinds import ReplacedByForward
from rollcall.core.findings.kinds import Finding, LeftOutByParameters, NoGraph, Unreached
from rollcall.core.scan import scan


class Net(nn.Module):
    """Of its 12 numbers a forward uses the 6 of its body."""

    def __init__(self) -> None:
        super().__init__()
        self.body, self.rest = nn.Linear(2, 2), nn.Linear(2, 2)

    def forward(self, x: Tensor) -> Any:
        return self.body(x)


BODY, REST = ("body.weight", "body.bias"), ("rest.weight", "rest.bias")


def unreached(*paths: str, numel: int) -> Unreached:
    return Unreached(paths=paths, numel=numel, never_called=(), steps=3)


@pytest.mark.parametrize(
    ("findings", "trained", "counted"),
    [
        ((), False, (6, 12)),  # nobody knows what another input would reach
        ((), True, (12, 12)),  # another input reached it
        ((unreached(*REST, numel=6),), True, (6, 12)),
        ((unreached("rest.bias", numel=2),), True, (10, 12)),
        ((unreached(*BODY, *REST, numel=12),), True, (6, 12)),  # in eval alone it is used
        ((NoGraph(numel=12),), True, (6, 12)),
        ((LeftOutByParameters(paths=BODY),), True, (6, 12)),
        ((LeftOutByParameters(paths=("body.bias",)),), True, (10, 12)),
        ((LeftOutByParameters(paths=REST), unreached(*REST, numel=6)), True, (6, 12)),
        ((ReplacedByForward(path="rest.weight", numel=4),), True, (8, 8)),
    ],
)
def test_what_answers(
    findings: tuple[Finding, ...], trained: bool, counted: tuple[int, int]
) -> None:
    report = scan(Net(), torch.ones(1, 2))
    assert report.used
    assert answering(report, report.used, findings, trained=trained) == counted
