"""Models that hold what is seldom in a model. All of them have a forward that runs."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import nn


class Lock(nn.Module):
    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()
        self.fc = nn.Linear(10, 4)

    def forward(self, x):
        with self.lock:
            return self.fc(x)


class Stream(nn.Module):
    def __init__(self):
        super().__init__()
        self.numbers = (number for number in range(10**9))
        self.generator = torch.Generator()
        self.fc = nn.Linear(10, 4)

    def forward(self, x):
        return self.fc(x) + next(self.numbers)


class Computed(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(10, 4)) * 0.01
        self.fc = nn.Linear(4, 2)

    def forward(self, x):
        return self.fc(x @ self.weight)


@dataclass
class Settings(nn.Module):
    width: int = 10

    def __post_init__(self):
        super().__init__()
        self.fc = nn.Linear(self.width, 4)
        self.inner = nn.Sequential(nn.Linear(4, 4), nn.Dropout(0.5))

    def forward(self, x):
        return self.inner(self.fc(x))


class Table(nn.Module, Mapping):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(10, 4)

    def __getitem__(self, name):
        return self._modules[name]

    def __iter__(self):
        return iter(self._modules)

    def __len__(self):
        return len(self._modules)

    def forward(self, x):
        return self["fc"](x)


class Scripted(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = torch.jit.script(nn.Sequential(nn.Linear(10, 8), nn.Dropout(0.5)))
        self.head = nn.Linear(8, 4)

    def forward(self, x):
        return self.head(self.body(x))


class Frozen(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = torch.jit.freeze(torch.jit.script(nn.Linear(10, 8)).eval())
        self.head = nn.Linear(8, 4)

    def forward(self, x):
        return self.head(self.body(x))


class Traced(nn.Module):
    def __new__(cls):
        return torch.jit.trace(nn.Linear(10, 4), torch.ones(4, 10))


class Exported(nn.Module):
    def __init__(self):
        super().__init__()
        layer = nn.Sequential(nn.Linear(10, 8), nn.ReLU())
        self.body = torch.export.export(layer, (torch.ones(4, 10),)).module()
        self.head = nn.Linear(8, 4)

    def forward(self, x):
        return self.head(self.body(x))


class Nested(nn.Module):
    def __init__(self):
        super().__init__()
        rows = [torch.ones(2, 10), torch.ones(3, 10)]
        self.register_buffer("ragged", torch.nested.nested_tensor(rows, layout=torch.jagged))
        self.fc = nn.Linear(10, 4)

    def forward(self, x):
        return self.fc(x)


class NestedWithStrides(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("ragged", torch.nested.nested_tensor([torch.ones(2), torch.ones(3)]))
        self.fc = nn.Linear(10, 4)

    def forward(self, x):
        return self.fc(x)


class NestedOutput(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(10, 4)

    def forward(self, x):
        y = self.fc(x)
        return torch.nested.as_nested_tensor([y[:1], y[1:]], layout=torch.jagged)


class Sparse(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.eye(10).to_sparse())
        self.fc = nn.Linear(10, 4)

    def forward(self, x):
        return self.fc(torch.sparse.mm(self.weight, x.T).T)


class SparseGradient(nn.Module):
    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(10, 4, sparse=True)

    def forward(self, x):
        return self.table(x)


class SparseOutput(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(10, 4)

    def forward(self, x):
        return self.fc(x).to_sparse()


class Quantized(nn.Module):
    def __init__(self):
        super().__init__()
        codes = torch.quantize_per_tensor(torch.ones(10), 0.1, 0, torch.qint8)
        self.register_buffer("codes", codes)
        self.fc = nn.Linear(10, 4)

    def forward(self, x):
        return self.fc(x * self.codes.dequantize())


class Complex(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(10, 4, dtype=torch.complex64))

    def forward(self, x):
        return x.to(torch.complex64) @ self.weight


class Meta(nn.Module):
    def __init__(self):
        super().__init__()
        self.spare = nn.Linear(10, 4, device="meta")
        self.fc = nn.Linear(10, 4)

    def forward(self, x):
        return self.fc(x)


class AllMeta(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(10, 4, device="meta")

    def forward(self, x):
        return self.fc(x)


class Nothing(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("none", torch.empty(0, 10))
        self.weight = nn.Parameter(torch.empty(0))
        self.fc = nn.Linear(10, 4)

    def forward(self, x):
        return self.fc(x)


class EmptyOutput(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(10, 4)

    def forward(self, x):
        return self.fc(x)[:0]


class SmallTypes(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("eight", torch.ones(4).to(torch.float8_e4m3fn))
        self.register_buffer("bits", torch.tensor([True, False]))
        self.fc = nn.Linear(10, 4, dtype=torch.bfloat16)

    def forward(self, x):
        return self.fc(x.to(torch.bfloat16))


class Loud(torch.Tensor):
    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        if getattr(func, "__name__", "") in ("isfinite", "double", "equal"):
            raise RuntimeError(f"{func.__name__} is not for loud tensors")
        return super().__torch_function__(func, types, args, kwargs or {})


class Subclassed(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("loud", torch.ones(10).as_subclass(Loud))
        self.fc = nn.Linear(10, 4)

    def forward(self, x):
        return self.fc(x * self.loud)


class ExtraState(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(10, 4)

    def get_extra_state(self):
        return {"made by": threading.Lock}

    def set_extra_state(self, state):
        pass

    def forward(self, x):
        return self.fc(x)


class Lazy(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.LazyLinear(4)
        self.norm = nn.LazyBatchNorm1d()

    def forward(self, x):
        return self.norm(self.fc(x))
