"""What torch.compile was asked for is named, wherever it was asked."""

from functools import partial

import torch
from torch import Tensor, nn

from rollcall.core.compiled import compiled_parts

compiled = partial(torch.compile, backend="eager")  # the default one takes seconds to import


@compiled
def doubled(x: Tensor) -> Tensor:
    return x * 2


@torch.compiler.disable  # type: ignore[untyped-decorator]  # it is typed as any function
def halved(x: Tensor) -> Tensor:
    return x / 2


class Plain(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(2, 2)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = halved(self.layer(x))
        return out


class Decorated(Plain):
    @compiled
    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = doubled(self.layer(x))
        return out


class Holding(Plain):
    def __init__(self) -> None:
        super().__init__()
        self.body = compiled(Plain())
        self.blocks = [compiled(Plain())]
        self.layer.compile(backend="eager")
        self.activation = compiled(torch.relu)


def test_nothing_is_compiled_in_a_plain_model() -> None:
    assert compiled_parts(Plain()) == ()
    assert compiled_parts(nn.Linear(2, 2)) == ()


def test_methods_and_the_functions_that_they_name() -> None:
    assert compiled_parts(Decorated()) == ("Decorated.forward", "doubled")


def test_modules_and_attributes() -> None:
    assert set(compiled_parts(Holding())) == {"activation", "layer", "body", "blocks[0]"}


def test_the_model_itself() -> None:
    model = Plain()
    model.compile(backend="eager")
    assert compiled_parts(model) == ("Plain",)
