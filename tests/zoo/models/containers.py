"""Layers and parameters in what Python keeps things in."""

import collections
import queue

import torch
from torch import nn


class Tuple(nn.Module):
    def __init__(self):
        super().__init__()
        self.pair = (nn.Linear(6, 6), nn.Linear(6, 6))
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        for layer in self.pair:
            x = layer(x).tanh()
        return self.out(x)


class TupleRegistered(Tuple):
    def __init__(self):
        super().__init__()
        self.pair = nn.ModuleList(self.pair)


class DictOfLists(nn.Module):
    def __init__(self):
        super().__init__()
        self.heads = {"mean": [nn.Linear(6, 2)], "scale": [nn.Linear(6, 2)]}
        self.body = nn.Linear(6, 6)

    def forward(self, x):
        x = self.body(x).relu()
        return self.heads["mean"][0](x) * self.heads["scale"][0](x).sigmoid()


class DictOfListsRegistered(DictOfLists):
    def __init__(self):
        super().__init__()
        self.heads = nn.ModuleDict({k: nn.ModuleList(v) for k, v in self.heads.items()})


class Deque(nn.Module):
    def __init__(self):
        super().__init__()
        self.queue = collections.deque([nn.Linear(6, 6)], maxlen=3)
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        for layer in self.queue:
            x = layer(x)
        return self.out(x)


class Queue(nn.Module):
    def __init__(self):
        super().__init__()
        self.steps = queue.SimpleQueue()
        self.out = nn.Linear(6, 2)
        self.memory = {}
        self.memory[3] = nn.Parameter(torch.ones(6))

    def forward(self, x):
        return self.out(x * self.memory[3])


class Zip(nn.Module):
    def __init__(self):
        super().__init__()
        layers = [nn.Linear(6, 6), nn.Linear(6, 6)]
        self.pairs = list(zip(layers, [torch.tanh, torch.relu]))
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        for layer, act in self.pairs:
            x = act(layer(x))
        return self.out(x)


class ParameterListOfLists(nn.Module):
    def __init__(self):
        super().__init__()
        self.scales = nn.ParameterList([[nn.Parameter(torch.ones(6))]])
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        return self.out(x * self.scales[0][0])


class ParameterListFlat(nn.Module):
    def __init__(self):
        super().__init__()
        self.scales = nn.ParameterList([nn.Parameter(torch.ones(6))])
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        return self.out(x * self.scales[0])


class Activations(nn.Module):
    """A list of layers that hold nothing: nobody misses them."""

    def __init__(self):
        super().__init__()
        self.acts = [nn.ReLU(), nn.Tanh()]
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        for act in self.acts:
            x = act(x)
        return self.out(x)


class DefaultDict(nn.Module):
    def __init__(self):
        super().__init__()
        self.stages = collections.defaultdict(list)
        for i in range(3):
            self.stages[f"stage{i % 2}"].append(nn.Linear(6, 6))

    def forward(self, x):
        for stage in self.stages.values():
            for layer in stage:
                x = torch.relu(layer(x))
        return x
