"""Classes that get in nn.Module's way, and inputs that are no single batch of rows."""

from dataclasses import dataclass
from types import SimpleNamespace

import torch
from torch import nn


class NamedParameters(nn.Module):
    def __init__(self):
        super().__init__()
        self.out = nn.Linear(6, 2)
        self.named_parameters = ["weight"]

    def forward(self, x):
        return self.out(x)


@dataclass
class Dataclass(nn.Module):
    width: int = 6

    def __post_init__(self):
        super().__init__()
        self.out = nn.Linear(self.width, 2)

    def forward(self, x):
        return self.out(x)


@dataclass(eq=False)
class DataclassWithHash(nn.Module):
    width: int = 6

    def __post_init__(self):
        super().__init__()
        self.out = nn.Linear(self.width, 2)

    def forward(self, x):
        return self.out(x)


class HiddenByName(nn.Module):
    head = None

    def __init__(self):
        super().__init__()
        self.head = nn.Linear(6, 6)
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        if self.head is not None:
            x = self.head(x)
        return self.out(x)


class AnnotatedName(nn.Module):
    head: nn.Module

    def __init__(self):
        super().__init__()
        self.head = nn.Linear(6, 6)
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        return self.out(self.head(x))


class Length(nn.Module):
    """Its truth value is False."""

    def __init__(self):
        super().__init__()
        self.out = nn.Linear(6, 2)

    def __len__(self):
        return 0

    def forward(self, x):
        return self.out(x)


class Scripted(nn.Module):
    def __init__(self):
        super().__init__()
        self.names = {"a": 1}
        self.out = nn.Linear(6, 2)

    def __getattr__(self, name):
        if name == "alias":
            return super().__getattr__("out")
        return super().__getattr__(name)

    def forward(self, x):
        return self.alias(x)


class Tokens(nn.Module):
    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(20, 6)
        self.rnn = nn.GRU(6, 4, batch_first=True)
        self.out = nn.Linear(4, 2)

    def forward(self, tokens):
        answer, _ = self.rnn(self.table(tokens))
        return self.out(answer[:, -1])


class Pair(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Linear(6, 4)

    def forward(self, left, right):
        return torch.cosine_similarity(self.body(left), self.body(right))


class Images(nn.Module):
    def __init__(self):
        super().__init__()
        self.convs = [nn.Conv2d(3, 4, 3), nn.Conv2d(4, 4, 3)]
        self.out = nn.Linear(4, 2)

    def forward(self, x):
        for conv in self.convs:
            x = conv(x).relu()
        return self.out(x.mean((2, 3)))


@dataclass
class Answer:
    logits: torch.Tensor
    hidden: tuple = ()


class AnswersADataclass(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Linear(6, 6)
        self.out = nn.Linear(6, 2)

    def forward(self, x):
        h = self.body(x).relu()
        return Answer(self.out(h), (h,))


class AnswersAnObject(AnswersADataclass):
    def forward(self, x):
        return SimpleNamespace(logits=self.out(self.body(x).relu()), name="logits")


class HeadOnly(nn.Module):
    """parameters() was overridden to fine-tune the head, and the body was never frozen."""

    def __init__(self):
        super().__init__()
        self.body = nn.Linear(6, 6)
        self.out = nn.Linear(6, 2)

    def parameters(self, recurse=True):
        return self.out.parameters(recurse)

    def forward(self, x):
        return self.out(self.body(x).relu())


class CutsItsFile(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Linear(6, 6)
        self.out = nn.Linear(6, 2)

    def state_dict(self, *args, **kwargs):
        items = super().state_dict(*args, **kwargs).items()
        return {key: tensor for key, tensor in items if not key.startswith("body")}

    def load_state_dict(self, state_dict, strict=True):
        return super().load_state_dict(state_dict, strict=False)

    def forward(self, x):
        return self.out(self.body(x))
