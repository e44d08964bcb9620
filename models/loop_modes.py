"""Training loops: which mode a model is in when it trains, and when it is looked at."""

import torch
import torch.nn.functional as F
from torch import nn
from torch.optim import SGD


class NormedNet(nn.Module):
    """A body with batch norm and dropout, and a head."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(10, 20), nn.BatchNorm1d(20))
        self.drop = nn.Dropout(0.2)
        self.head = nn.Linear(20, 5)

    def forward(self, x):
        return self.head(self.drop(F.relu(self.body(x))))


def one_epoch(net, batches, optimizer):
    for x, y in batches:
        loss = F.mse_loss(net(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


def validates_in_train(model: NormedNet, batches):
    optimizer = SGD(model.parameters(), lr=0.1)
    for epoch in range(5):
        model.train()
        one_epoch(model, batches, optimizer)
        with torch.no_grad():
            for x, y in batches.held_out:
                F.mse_loss(model(x), y)


def validates_in_eval(model: NormedNet, batches):
    optimizer = SGD(model.parameters(), lr=0.1)
    for epoch in range(5):
        model.train()
        one_epoch(model, batches, optimizer)
        model.eval()
        with torch.no_grad():
            for x, y in batches.held_out:
                F.mse_loss(model(x), y)


def stays_in_eval(model: NormedNet, batches):
    optimizer = SGD(model.parameters(), lr=0.1)
    model.train()
    for epoch in range(5):
        one_epoch(model, batches, optimizer)
        model.eval()
        with torch.no_grad():
            for x, y in batches.held_out:
                F.mse_loss(model(x), y)


def back_in_train(model: NormedNet, batches):
    optimizer = SGD(model.parameters(), lr=0.1)
    for epoch in range(5):
        model.train()
        one_epoch(model, batches, optimizer)
        model.eval()
        with torch.no_grad():
            for x, y in batches.held_out:
                F.mse_loss(model(x), y)


def one_mode_put_back(model: NormedNet, batches):
    model.body.eval()
    optimizer = SGD(model.parameters(), lr=0.1)
    for epoch in range(5):
        one_epoch(model, batches, optimizer)
        was = model.training
        model.eval()
        with torch.no_grad():
            for x, y in batches.held_out:
                F.mse_loss(model(x), y)
        model.train(was)


def all_modes_put_back(model: NormedNet, batches):
    model.body.eval()
    optimizer = SGD(model.parameters(), lr=0.1)
    for epoch in range(5):
        one_epoch(model, batches, optimizer)
        was = [(part, part.training) for part in model.modules()]
        model.eval()
        with torch.no_grad():
            for x, y in batches.held_out:
                F.mse_loss(model(x), y)
        for part, mode in was:
            part.training = mode
