"""Save, build anew, load: what `state_dict()` brings back, and what it never knew."""

import io
from collections.abc import Callable, Collection
from contextlib import suppress
from typing import Any, Literal, NamedTuple

import torch
from torch import Tensor, nn

from rollcall.core.input.model_input import ModelInput
from rollcall.core.model_code import model_code, set_mode
from rollcall.core.model_raised import ModelRaised
from rollcall.core.module_facts import mode_of
from rollcall.core.remade import RemadeTensors
from rollcall.core.report import Raised, Report
from rollcall.core.rng.random_state import (
    FOREIGN_GENERATORS,
    RandomState,
    seeded,
    torch_generators,
)
from rollcall.core.state_keys import with_keys
from rollcall.core.state_loading import load_state_dict
from rollcall.core.tensors.tensor_compare import all_max_abs_diff, all_same, have_numbers, same
from rollcall.core.tensors.tensor_shape import Shape, shape_of
from rollcall.core.walk.object_walk import Aliases, Found, Walk, walk

# Added to the seed. What a first forward draws, for a lazy layer in a list or for a constant of its
# own, is then not by chance the same in the loaded model.
OF_THE_COMPARISON = 1_000_003


class Key(Report):
    """One entry of the file; the shape is None for what is no tensor."""

    name: str
    shape: Shape | None


class TensorTrip(Report):
    """One tensor that the model uses: is it in the file, and is it back after loading."""

    path: str
    kind: Literal["parameter", "persistent buffer", "non-persistent buffer", "tensor"]
    status: Literal["registered", "unregistered"]
    shape: Shape | None  # None for a lazy parameter
    key: str | None  # its name in the file
    also: tuple[str, ...] = ()  # further names in the file
    # the fresh model holds the same values after loading, or after as much of it as was done
    # before it raised; None where it raised and the fresh model has no such tensor
    back: bool | None


class Comparison(Report):
    """The outputs of the saved and of the loaded model, with the same input and random numbers."""

    equal: bool
    nothing: bool = False  # there is no tensor with numbers in them: then `equal` says nothing
    # largest absolute difference of two elements; None where there are none to subtract
    furthest: float | None
    repeats: bool  # two forwards of the saved model are equal
    draws: bool  # they drew random numbers, although they were made after eval()


class RoundTrip(Report):
    """What was saved, what PyTorch answered to loading it, and what came back."""

    keys: tuple[Key, ...]
    size: int  # bytes of the file
    tensors: tuple[TensorTrip, ...]
    remade: tuple[TensorTrip, ...] = ()  # by every forward anew: they need no place in the file
    answer: str | None  # what load_state_dict returned, as printed
    load_raised: Raised | None
    comparison: Comparison | None
    forward_raised: Raised | None

    @property
    def missing(self) -> tuple[TensorTrip, ...]:
        """The tensors that are not in the file."""
        return tuple(tensor for tensor in self.tensors if tensor.key is None)


def call_once(model: nn.Module, example: ModelInput, seed: int) -> None:
    """A forward in the mode that it is in, and one in eval mode: a lazy layer has weights then.

    Nobody saves a model that was never called.
    """
    mode = mode_of(model)
    for each in dict.fromkeys((mode, "eval")):
        set_mode(model, each)
        # What the forward raises, the comparison raises again and shows.
        with seeded(seed), torch.no_grad(), suppress(ModelRaised):
            example.clone().call(model)
    set_mode(model, mode)


def saved(model: nn.Module) -> bytes:
    """`torch.save(model.state_dict())`, to memory."""
    file = io.BytesIO()
    with model_code("torch.save(model.state_dict(), file)"):
        torch.save(model.state_dict(), file)
    return file.getvalue()


def loaded(file: bytes) -> Any:
    """What is in the file, read as one reads the file of a stranger."""
    with model_code("torch.load(file)"):
        return torch.load(io.BytesIO(file), weights_only=True)


def load(model: nn.Module, content: Any) -> str:
    """Load it strictly; what the model answers, as printed."""
    with model_code("model.load_state_dict(torch.load(file))"):
        return str(load_state_dict(model, content))


def round_trip(
    model: nn.Module,
    file: bytes,
    build: Callable[[], nn.Module],
    example: ModelInput,
    seed: int,
    filename: str,
) -> RoundTrip:
    """Load `file`, which `model` was saved to, into a fresh model and compare the two.

    Args:
        model: the model that was saved.
        file: what `saved` made of it.
        build: returns a fresh model on the same device with weights of its own.
        example: input of the forwards.
        seed: of what they draw.
        filename: lecture file in which to point at the line of an exception.
    """
    fresh = build()
    # Before any forward. What a forward alone leaves behind is a cache.
    made_by_init = _tensors_by_path(fresh).keys()
    loading = _load(fresh, file, filename)
    saved_model = walk(model)
    trips = _trips(saved_model, made_by_init, loading)
    comparison, forward_raised = None, None
    missing = {trip.path for trip in trips if trip.key is None}
    remade = RemadeTensors(model, saved_model, lambda found: found.path in missing)
    try:
        comparison = _compare(model, fresh, example, seed, remade)
    except ModelRaised as error:
        forward_raised = Raised.of(error, filename)
    return RoundTrip(
        keys=loading.keys,
        size=len(file),
        tensors=tuple(trip for trip in trips if trip.path not in remade.paths),
        remade=tuple(trip for trip in trips if trip.path in remade.paths),
        answer=loading.answer,
        load_raised=loading.raised,
        comparison=comparison,
        forward_raised=forward_raised,
    )


class _Loading(NamedTuple):
    """What was read, and what came of loading it."""

    entries: dict[str, Any]
    answer: str | None
    raised: Raised | None
    tensors: dict[str, Tensor]  # of the model that loaded it, by path

    @property
    def keys(self) -> tuple[Key, ...]:
        """The entries as a report has them."""
        return tuple(Key(name=name, shape=entry_shape(each)) for name, each in self.entries.items())


def _load(fresh: nn.Module, file: bytes, filename: str) -> _Loading:
    try:
        content = loaded(file)
    except ModelRaised as error:
        return _Loading({}, None, Raised.of(error, filename), {})
    answer, raised = None, None
    try:
        answer = load(fresh, content)
    except ModelRaised as error:  # load_state_dict has copied what fits, all the same
        raised = Raised.of(error, filename)
    return _Loading(with_keys(content), answer, raised, _tensors_by_path(fresh))


def entry_shape(value: Any) -> Shape | None:
    """None for what is no tensor, or has no shape yet."""
    if not isinstance(value, Tensor):
        return None
    return shape_of(value)


def _tensors_by_path(model: nn.Module) -> dict[str, Tensor]:
    return {found.path: found.value for found in walk(model).tensors}


def _trips(walked: Walk, made_by_init: Collection[str], loading: _Loading) -> list[TensorTrip]:
    """Of every tensor but those that a forward computed and left behind."""
    trips = []
    for found in walked.tensors:
        if found.value.is_leaf or found.path in made_by_init:
            trips.append(_trip(found, walked.aliases, loading))
    return trips


def _trip(found: Found, aliases: Aliases, loading: _Loading) -> TensorTrip:
    names = (found.path, *aliases.get(id(found.value), ()))
    back = None
    if loading.raised is None or found.path in loading.tensors:
        back = same(found.value, loading.tensors.get(found.path))
    keys = [name for name in dict.fromkeys(names) if name in loading.entries]
    return TensorTrip(
        path=found.path,
        kind=found.kind,  # type: ignore[arg-type]  # never "module" here
        status=found.status,
        shape=shape_of(found.value),
        key=next(iter(keys), None),
        also=tuple(keys[1:]),
        back=back,
    )


def _compare(
    model: nn.Module, fresh: nn.Module, example: ModelInput, seed: int, remade: RemadeTensors
) -> Comparison:
    set_mode(model, "eval")
    set_mode(fresh, "eval")
    generators = (*torch_generators(example.device), *FOREIGN_GENERATORS)
    with torch.no_grad():
        with seeded(seed + OF_THE_COMPARISON):
            start = RandomState(generators)
            before = _outputs(model, example)
            remade.look()
            once_more = _outputs(model, example)
            remade.look()
            draws = RandomState(generators) != start
        with seeded(seed + OF_THE_COMPARISON):
            after = _outputs(fresh, example)
    return Comparison(
        equal=all_same(before, after),
        nothing=not have_numbers([*before, *after]),
        furthest=all_max_abs_diff(before, after),
        repeats=all_same(before, once_more),
        draws=draws,
    )


def _outputs(model: nn.Module, example: ModelInput) -> list[Tensor]:
    return [output.clone() for output in example.outputs(model)]
