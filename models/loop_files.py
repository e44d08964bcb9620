"""Training loops: what is kept of a model, and what comes back."""

import copy

import torch
import torch.nn.functional as F
from torch import nn
from torch.optim import SGD


class KeptNet(nn.Module):
    """A body with batch norm, and a head."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(10, 20), nn.BatchNorm1d(20))
        self.head = nn.Linear(20, 5)

    def forward(self, x):
        return self.head(F.relu(self.body(x)))


def one_epoch(net, batches, optimizer):
    net.train()
    for x, y in batches:
        loss = F.mse_loss(net(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def held_out_loss(net, batches):
    net.eval()
    with torch.no_grad():
        losses = [F.mse_loss(net(x), y) for x, y in batches.held_out]
    return sum(losses) / len(losses)


def best_follows(model: KeptNet, batches):
    optimizer = SGD(model.parameters(), lr=0.5, momentum=0.9)
    lowest = float("inf")
    for epoch in range(5):
        one_epoch(model, batches, optimizer)
        loss = held_out_loss(model, batches)
        if loss < lowest:
            lowest = loss
            best = model.state_dict()
    model.load_state_dict(best)


def best_copied(model: KeptNet, batches):
    optimizer = SGD(model.parameters(), lr=0.5, momentum=0.9)
    lowest = float("inf")
    for epoch in range(5):
        one_epoch(model, batches, optimizer)
        loss = held_out_loss(model, batches)
        if loss < lowest:
            lowest = loss
            best = copy.deepcopy(model.state_dict())
    model.load_state_dict(best)


def loads_nothing(model: KeptNet, batches):
    optimizer = SGD(model.parameters(), lr=0.1)
    for epoch in range(5):
        one_epoch(model, batches, optimizer)
        if epoch == 2:
            parallel = nn.DataParallel(model)
            torch.save(parallel.state_dict(), "net.pt")
    state = torch.load("net.pt")
    model.load_state_dict(state, strict=False)


def loads_all(model: KeptNet, batches):
    optimizer = SGD(model.parameters(), lr=0.1)
    for epoch in range(5):
        one_epoch(model, batches, optimizer)
        if epoch == 2:
            parallel = nn.DataParallel(model)
            torch.save(parallel.state_dict(), "net.pt")
    state = torch.load("net.pt")
    state = {key.removeprefix("module."): state[key] for key in state}
    model.load_state_dict(state)


def averages_parameters(model: KeptNet, batches):
    optimizer = SGD(model.parameters(), lr=0.1)
    average = copy.deepcopy(model)
    for epoch in range(5):
        held_out_loss(average, batches)
        one_epoch(model, batches, optimizer)
        with torch.no_grad():
            both = zip(average.parameters(), model.parameters())
            for mean, new in both:
                mean.lerp_(new, 0.5)


def averages_buffers(model: KeptNet, batches):
    optimizer = SGD(model.parameters(), lr=0.1)
    average = copy.deepcopy(model)
    for epoch in range(5):
        held_out_loss(average, batches)
        one_epoch(model, batches, optimizer)
        with torch.no_grad():
            both = zip(average.parameters(), model.parameters())
            for mean, new in both:
                mean.lerp_(new, 0.5)
            both = zip(average.buffers(), model.buffers())
            for mean, new in both:
                mean.copy_(new)
