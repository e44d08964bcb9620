"""The list of what PyTorch's calls do not reach, one record for each thing."""

import torch
from torch import nn

from rollcall.core.unregistered import find_unregistered


def test_a_module_in_a_list_is_one_record_and_so_is_each_part_of_it() -> None:
    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.head = nn.Linear(2, 1)
            self.layers = [nn.Sequential(nn.Linear(2, 2, bias=False))]
            self.table = torch.ones(2)

    net = Net()
    hidden = net.layers[0]
    records = find_unregistered(net)
    assert [(each.path, each.kind) for each in records] == [
        ("layers[0]", "module"),
        ("layers[0].0", "module"),
        ("layers[0].0.weight", "tensor"),
        ("table", "tensor"),
    ]
    values = (hidden, hidden[0], hidden[0].weight, net.table)
    assert all(each.value is value for each, value in zip(records, values, strict=True))
    assert find_unregistered(nn.Linear(2, 1)) == []
