"""Training loops: what an optimizer holds, and what it does not hold."""

import torch
import torch.nn.functional as F
from torch import nn
from torch.optim import SGD, AdamW


class HeadedNet(nn.Module):
    """A body and a head."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(10, 20), nn.BatchNorm1d(20))
        self.head = nn.Linear(20, 5)

    def forward(self, x):
        return self.head(F.relu(self.body(x)))


class ScaledLoss(nn.Module):
    """A squared error with a scale that is learnt."""

    def __init__(self):
        super().__init__()
        self.log_scale = nn.Parameter(torch.zeros(1))

    def forward(self, answer, goal):
        error = (answer - goal).square().mean()
        return error * torch.exp(-self.log_scale) + self.log_scale


def optimizer_first(model: HeadedNet, batches):
    optimizer = SGD(model.parameters(), lr=0.1)
    model.head = nn.Linear(20, 5)
    for epoch in range(5):
        for x, y in batches:
            loss = F.mse_loss(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()


def head_first(model: HeadedNet, batches):
    model.head = nn.Linear(20, 5)
    optimizer = SGD(model.parameters(), lr=0.1)
    for epoch in range(5):
        for x, y in batches:
            loss = F.mse_loss(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()


def criterion_left_out(model: HeadedNet, batches):
    criterion = ScaledLoss()
    optimizer = SGD(model.parameters(), lr=0.1)
    for epoch in range(5):
        for x, y in batches:
            loss = criterion(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()


def criterion_trained(model: HeadedNet, batches):
    criterion = ScaledLoss()
    parameters = [*model.parameters(), *criterion.parameters()]
    optimizer = SGD(parameters, lr=0.1)
    for epoch in range(5):
        for x, y in batches:
            loss = criterion(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()


def frozen_with_zeros(model: HeadedNet, batches):
    optimizer = AdamW(model.parameters(), lr=0.01)
    for epoch in range(5):
        model.body.requires_grad_(epoch < 2)
        for x, y in batches:
            loss = F.mse_loss(model(x), y)
            optimizer.zero_grad(set_to_none=False)
            loss.backward()
            optimizer.step()


def frozen_with_none(model: HeadedNet, batches):
    optimizer = AdamW(model.parameters(), lr=0.01)
    for epoch in range(5):
        model.body.requires_grad_(epoch < 2)
        for x, y in batches:
            loss = F.mse_loss(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()


def thawed_outside(model: HeadedNet, batches):
    model.body.requires_grad_(False)
    optimizer = SGD(model.head.parameters(), lr=0.1)
    for epoch in range(5):
        if epoch == 2:
            model.body.requires_grad_(True)
        for x, y in batches:
            loss = F.mse_loss(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()


def thawed_inside(model: HeadedNet, batches):
    model.body.requires_grad_(False)
    optimizer = SGD(model.head.parameters(), lr=0.1)
    for epoch in range(5):
        if epoch == 2:
            model.body.requires_grad_(True)
            body = {"params": model.body.parameters()}
            optimizer.add_param_group(body)
        for x, y in batches:
            loss = F.mse_loss(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()


def decays_all(model: HeadedNet, batches):
    optimizer = SGD(model.parameters(), lr=0.1, weight_decay=0.1)
    for epoch in range(5):
        for x, y in batches:
            loss = F.mse_loss(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()


def decays_matrices(model: HeadedNet, batches):
    matrices = [p for p in model.parameters() if p.ndim > 1]
    others = [p for p in model.parameters() if p.ndim == 1]
    decayed = {"params": matrices, "weight_decay": 0.1}
    optimizer = SGD([decayed, {"params": others}], lr=0.1)
    for epoch in range(5):
        for x, y in batches:
            loss = F.mse_loss(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
