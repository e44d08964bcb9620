"""Training loops: what happens in a step, and what is left over from the one before."""

import torch.nn.functional as F
from torch import nn
from torch.optim import SGD
from torch.optim.lr_scheduler import ExponentialLR


class SteppedNet(nn.Module):
    """Two layers."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(10, 20), nn.Tanh())
        self.head = nn.Linear(20, 5)

    def forward(self, x):
        return self.head(self.body(x))


def never_cleared(model: SteppedNet, batches):
    optimizer = SGD(model.parameters(), lr=0.1)
    for epoch in range(5):
        for x, y in batches:
            loss = F.mse_loss(model(x), y)
            loss.backward()
            optimizer.step()


def cleared(model: SteppedNet, batches):
    optimizer = SGD(model.parameters(), lr=0.1)
    for epoch in range(5):
        for x, y in batches:
            loss = F.mse_loss(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()


def sums_four(model: SteppedNet, batches):
    optimizer = SGD(model.parameters(), lr=0.5, momentum=0.9)
    for epoch in range(5):
        for number, (x, y) in enumerate(batches, 1):
            loss = F.mse_loss(model(x), y)
            loss.backward()
            if number % 4 == 0:
                optimizer.step()
                optimizer.zero_grad()


def averages_four(model: SteppedNet, batches):
    optimizer = SGD(model.parameters(), lr=0.5, momentum=0.9)
    for epoch in range(5):
        for number, (x, y) in enumerate(batches, 1):
            loss = F.mse_loss(model(x), y) / 4
            loss.backward()
            if number % 4 == 0:
                optimizer.step()
                optimizer.zero_grad()


def keeps_graphs(model: SteppedNet, batches):
    optimizer = SGD(model.parameters(), lr=0.1)
    total = 0
    for epoch in range(5):
        for x, y in batches:
            loss = F.mse_loss(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss


def keeps_numbers(model: SteppedNet, batches):
    optimizer = SGD(model.parameters(), lr=0.1)
    total = 0
    for epoch in range(5):
        for x, y in batches:
            loss = F.mse_loss(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item()


def scheduler_first(model: SteppedNet, batches):
    optimizer = SGD(model.parameters(), lr=0.2)
    scheduler = ExponentialLR(optimizer, gamma=0.5)
    for epoch in range(5):
        scheduler.step()
        for x, y in batches:
            loss = F.mse_loss(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()


def scheduler_last(model: SteppedNet, batches):
    optimizer = SGD(model.parameters(), lr=0.2)
    scheduler = ExponentialLR(optimizer, gamma=0.5)
    for epoch in range(5):
        for x, y in batches:
            loss = F.mse_loss(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        scheduler.step()


def double(model, args):
    return (args[0] * 2,)


def forward_alone(model: SteppedNet, batches):
    model.register_forward_pre_hook(double)
    optimizer = SGD(model.parameters(), lr=0.1)
    for epoch in range(5):
        for x, y in batches:
            loss = F.mse_loss(model.forward(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()


def whole_call(model: SteppedNet, batches):
    model.register_forward_pre_hook(double)
    optimizer = SGD(model.parameters(), lr=0.1)
    for epoch in range(5):
        for x, y in batches:
            loss = F.mse_loss(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
