"""The copy that held-out losses are measured on takes the numbers of a step, under every name."""

import torch
from torch import Tensor, nn

from rollcall.experiments.loops.held_out import HeldOutLoss
from rollcall.experiments.loops.quick_copy import flat
from rollcall.experiments.loops.rows import Rows


class TiedNet(nn.Module):
    """One weight has two names, and a forward counts its calls."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.last = nn.Linear(3, 3), nn.Linear(3, 3)
        self.last.weight = self.first.weight
        self.norm = nn.BatchNorm1d(3)
        self.calls: list[int] = []

    def forward(self, x: Tensor) -> Tensor:
        self.calls.append(len(x))
        answer: Tensor = self.last(self.norm(self.first(x)))
        return answer


def test_a_copy_takes_the_numbers_of_each_step() -> None:
    model, (x, y) = TiedNet(), torch.randn(2, 4, 3)
    rows = Rows(model)
    held_out = HeldOutLoss(model, [(x, y)])
    held_out.prepare(rows.version, rows.all)
    steps, expected = [], []
    for _ in range(3):
        with torch.no_grad():
            model.first.weight.mul_(1.5)
            model.norm.running_mean.add_(0.5)  # type: ignore[union-attr]  # it has one
        values = flat([row.value for row in rows.all])
        assert values is not None
        steps.append(values.detach().clone())
        expected.append((model.eval()(x) - y).square().mean().item())
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    losses = held_out.of(torch.stack(steps), rows.all, range(1, 3))
    assert torch.allclose(torch.tensor(losses), torch.tensor(expected[1:]))
    assert model.calls == [4, 4, 4]
    assert all(torch.equal(before[name], each) for name, each in model.state_dict().items())
