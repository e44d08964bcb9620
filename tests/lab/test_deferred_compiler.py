"""PyTorch's compiler is imported by a model that compiles, and by no other."""

import subprocess
import sys

from serving import ENVIRONMENT

SCRIPT = """
import sys
import torch
from torch import nn
from rollcall.lab.deferred_compiler import COMPILER, defer_compiler

defer_compiler()
layer, x = nn.Linear(4, 2), torch.ones(3, 4)
before = layer.weight.detach().clone()
optimizer = torch.optim.SGD(layer.parameters(), lr=0.1, momentum=0.9)
for _ in range(2):
    optimizer.zero_grad()
    layer(x).sum().backward()
    optimizer.step()
assert not torch.equal(layer.weight, before)
assert "torch._dynamo.eval_frame" not in sys.modules

compiled = torch.compile(layer, backend="eager")
assert torch.equal(compiled(x), layer(x))
assert sys.modules[COMPILER] is torch._dynamo
assert "torch._dynamo.eval_frame" in sys.modules
assert not torch._dynamo.utils.counters["frames"]  # it ran eagerly
optimizer.step()
"""


def test_it_is_imported_when_something_is_compiled() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], env=ENVIRONMENT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
