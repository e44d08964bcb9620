"""Loops that do what no lecture shows: each of them has to be told as it is."""

import copy
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn
from torch.optim import LBFGS, SGD, AdamW


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(10, 8, bias=False), nn.BatchNorm1d(8))
        self.head = nn.Linear(8, 2)

    def forward(self, x):
        return self.head(torch.relu(self.body(x)))


def one_pass(net, batches, optimizer):
    for x, y in batches:
        optimizer.zero_grad()
        F.mse_loss(net(x), y).backward()
        optimizer.step()


def plain(model, batches):
    one_pass(model, batches, SGD(model.parameters(), lr=0.1))


def forgets_now_and_then(model, batches):
    optimizer = SGD(model.parameters(), lr=0.1)
    for number, (x, y) in enumerate(batches, 1):
        if number not in (3, 6):
            optimizer.zero_grad()
        F.mse_loss(model(x), y).backward()
        optimizer.step()


def raises_at_five(model, batches):
    optimizer = SGD(model.parameters(), lr=0.1)
    for number, (x, y) in enumerate(batches, 1):
        if number == 5:
            raise ValueError("not today")
        F.mse_loss(model(x), y).backward()
        optimizer.step()
        optimizer.zero_grad()


def without_end(model, batches):
    optimizer = SGD(model.parameters(), lr=0.01)
    while True:
        one_pass(model, batches, optimizer)


def hangs(model, batches):
    one_pass(model, batches, SGD(model.parameters(), lr=0.1))
    while True:
        try:
            time.sleep(60)
        except Exception:
            pass


def returns_a_loss(model, batches):
    plain(model, batches)
    return 0.5


def yields(model, batches):
    plain(model, batches)
    yield 1


def traces(model, batches):
    sys.settrace(lambda *_: None)
    plain(model, batches)


def goes_elsewhere(model, batches):
    for x, y in batches:
        model.to("xpu:7")


def two_optimizers(model, batches):
    first = SGD(model.body.parameters(), lr=0.1)
    second = AdamW(model.head.parameters(), lr=0.1)
    for x, y in batches:
        first.zero_grad()
        second.zero_grad()
        F.mse_loss(model(x), y).backward()
        first.step()
        second.step()


def with_closure(model, batches):
    optimizer = LBFGS(model.parameters(), max_iter=3)
    for x, y in batches:

        def closure(x=x, y=y):
            optimizer.zero_grad()
            loss = F.mse_loss(model(x), y)
            loss.backward()
            return loss

        optimizer.step(closure)


def scaled(model, batches):
    optimizer = SGD(model.parameters(), lr=0.1)
    scaler = torch.amp.GradScaler("cpu")
    for x, y in batches:
        optimizer.zero_grad()
        with torch.autocast("cpu", dtype=torch.bfloat16):
            loss = F.mse_loss(model(x), y)
        scaler.scale(loss).backward()
        scaler.step(optimizer)
        scaler.update()


def with_classes(model, batches):
    optimizer = SGD(model.parameters(), lr=1.0)
    for x, y in batches:
        optimizer.zero_grad()
        loss = F.cross_entropy(model(x), y.argmax(1))
        loss.backward()
        optimizer.step()
        print(loss.item())


def without_a_goal(model, batches):
    optimizer = SGD(model.parameters(), lr=0.1)
    model.forward = lambda x: (Net.forward(model, x),)
    for x, y in batches:
        optimizer.zero_grad()
        F.l1_loss(model(x)[0], y).backward()
        optimizer.step()


def a_quarter_at_a_time(model, batches):
    optimizer = SGD(model.parameters(), lr=0.1)
    for number, (x, y) in enumerate(batches, 1):
        (F.mse_loss(model(x), y) / 4).backward()
        if number % 4 == 0:
            optimizer.step()
            optimizer.zero_grad()


def a_second_model(model, batches):
    teacher = Net()
    student = copy.deepcopy(model)
    optimizer = SGD(student.parameters(), lr=0.1)
    for x, _ in batches:
        optimizer.zero_grad()
        F.mse_loss(student(x), teacher(x).detach()).backward()
        optimizer.step()


def hooks_of_its_own(model, batches):
    seen = []
    model.head.register_forward_hook(lambda *_: seen.append(1))
    plain(model, batches)
    assert len(seen) == len(batches), len(seen)


def writes_a_file(model, batches):
    plain(model, batches)
    torch.save(model, "net.pt")
    loaded = torch.load("net.pt", weights_only=False)
    model.load_state_dict(loaded.state_dict())


def never_steps(model, batches):
    for x, y in batches:
        F.mse_loss(model(x), y).backward()


def without_gradients(model, batches):
    with torch.no_grad():
        for x, y in batches:
            F.mse_loss(model(x), y)


def takes_nothing(model, batches):
    pass


def prints_much(model, batches):
    for x, _ in batches:
        print("\r", "#" * 10_000, x.shape, file=sys.stderr)


def breaks_its_model(model, batches):
    for x, y in batches:
        F.mse_loss(model(x), y).backward()
        model.head.weight.data.fill_(float("nan"))


def sets_globals(model, batches):
    torch.set_default_dtype(torch.float64)
    torch.manual_seed(1)
    plain(model.double(), [(x.double(), y.double()) for x, y in batches])


def compiled(model, batches):
    model.compile()
    plain(model, batches)
    plain(torch.compile(model), batches)


def with_more(model, batches, epochs):
    pass


def other_names(net, data):
    pass
