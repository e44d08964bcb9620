"""A layer and the one it imitates, built alike, with the same weights and the same input."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal

import torch
from torch import nn

from rollcall.core.input.model_input import ModelInput
from rollcall.core.model_code import model_code, move_to, set_mode
from rollcall.core.model_raised import ModelRaised
from rollcall.core.module_facts import holds_tensors
from rollcall.core.query import Mode
from rollcall.core.rng.random_state import seeded
from rollcall.core.round_trip import load
from rollcall.core.state_keys import listed
from rollcall.core.tensors.tensor_compare import all_same
from rollcall.experiments.subject import ModelFactory
from rollcall.lectures.reference_layer import torch_layer

Kind = Literal["linear", "activation", "dropout", "module"]


class NotCopied(Exception):
    """load_state_dict() refused the weights of the reference."""

    def __init__(self, cause: ModelRaised) -> None:
        super().__init__(cause)
        self.cause = cause


class NotApplicable(Exception):
    """The reference itself cannot be asked this."""


@dataclass(frozen=True)
class LayerPair:
    """A layer and its reference. Both are built afresh for every check."""

    factory: ModelFactory
    reference: str
    mode: Mode
    device: str

    @property
    def own_class(self) -> Callable[..., nn.Module]:
        """The layer's class."""
        return self.factory.catalog.kind(self.factory.card.name)

    @property
    def reference_class(self) -> Callable[..., nn.Module]:
        """The reference's class: PyTorch's own, or a model of the catalog."""
        return torch_layer(self.reference) or self.factory.catalog.kind(self.reference)

    @property
    def reference_arguments(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """What the reference is built with so that it is as the layer is.

        First, what the course gives. Then, the layer's own defaults: where the reference has an
        argument of that name and another default, or where it needs an argument that the layer has
        in the same place under another name.
        """
        args = self.factory.card.args
        own = _arguments(self.own_class, len(args))
        defaults = {each.name: each.default for each in own if each.default is not each.empty}
        given = {}
        for place, each in enumerate(_arguments(self.reference_class, len(args))):
            name = each.name
            if name not in defaults and each.default is each.empty and place < len(own):
                name = own[place].name
            if name in defaults and defaults[name] != each.default:
                given[each.name] = defaults[name]
        return args, given

    def build_layer(self, **options: Any) -> nn.Module:
        """A fresh layer, with some arguments changed by name."""
        with seeded(self.factory.seed), model_code(f"{self.factory.card.class_name}()"):
            return _built(self.own_class, self.factory.card.args, options)

    def build_reference(self, **options: Any) -> nn.Module:
        """A fresh reference, likewise."""
        args, defaults = self.reference_arguments
        with seeded(self.factory.seed), model_code(f"{self.reference}()"):
            return _built(self.reference_class, args, {**defaults, **options})

    def both(
        self, dtype: torch.dtype = torch.float32, **options: Any
    ) -> tuple[nn.Module, nn.Module]:
        """The layer with the weights of the reference, and the reference; both with these options.

        Raises:
            NotCopied: load_state_dict() raised.
        """
        layer, reference = self.build_layer(**options), self.build_reference(**options)
        copy_weights(reference, layer)
        for model in (layer, reference):
            set_mode(model, self.mode, "layer")
            move_to(model, self.device, dtype)
        return layer, reference

    def example(self) -> ModelInput:
        """The input that the course shows the layer with."""
        source = self.factory.catalog.input(self.factory.card.name)
        return source.draw(self.factory.seed, self.factory.typed, stand_in=self.build_reference)

    def drawn(self, *shape: int) -> ModelInput:
        """Another input, from N(0, 1)."""
        generator = torch.Generator().manual_seed(self.factory.seed)
        return ModelInput.of(torch.randn(*shape, generator=generator))

    def settled(self) -> "LayerPair":
        """The same after eval(), if the reference draws in training: each layer draws its own."""
        reference, x = self.build_reference(), self.example()
        try:
            with seeded(self.factory.seed), torch.no_grad():
                first, second = (x.outputs(reference) for _ in range(2))
        except ModelRaised:  # it does not take this input, in training or at all
            return self
        if all_same(first, second):
            return self
        return replace(self, mode="eval")

    def kind(self) -> Kind:
        """Which checks apply, by what the reference is and does."""
        reference = self.build_reference()
        if type(reference) is nn.Linear:
            return "linear"
        if type(reference) is nn.Dropout:
            return "dropout"
        with seeded(self.factory.seed):
            is_activation = _elementwise(reference)
        if is_activation:
            return "activation"
        return "module"


def copy_weights(source: nn.Module, target: nn.Module) -> None:
    """Copy by name, strictly.

    Raises:
        NotCopied: the names or shapes differ.
    """
    try:
        load(target, listed(source))
    except ModelRaised as error:
        raise NotCopied(error) from error


def _built(
    kind: Callable[..., nn.Module], args: tuple[Any, ...], options: dict[str, Any]
) -> nn.Module:
    """What an option names is no longer given by its place."""
    names = [each.name for each in _arguments(kind, 0)]
    named = dict(zip(names, args, strict=False))
    if named.keys() & options.keys():
        return kind(**{**named, **options})
    return kind(*args, **options)


@lru_cache(maxsize=16)  # each check asks for the same two classes
def _arguments(kind: Callable[..., nn.Module], given: int) -> tuple[inspect.Parameter, ...]:
    """Those of the constructor after the ones that are `given`."""
    parameters = list(inspect.signature(kind).parameters.values())[given:]
    variable = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return tuple(each for each in parameters if each.kind not in variable)


def _elementwise(layer: nn.Module) -> bool:
    """Whether it does the same to every element, at any place and with any neighbours."""
    x = torch.randn(3, 4, generator=torch.Generator().manual_seed(0))
    if holds_tensors(layer):
        return False
    try:
        with torch.no_grad():
            y = layer(x)
            others = (layer(x.flatten()).reshape(3, 4), y), (layer(x[1:, 1:]), y[1:, 1:])
            # another shape, another order of the same arithmetic
            return all(torch.allclose(*pair, equal_nan=True) for pair in others)
    except Exception:  # whatever it wants, it is not any number
        return False
