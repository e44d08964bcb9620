"""Save, build anew, load: what `state_dict()` brings back, and what it never knew."""

import io
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Literal

import torch
from torch import Tensor, nn
from torch.nn.parameter import is_lazy

from rollcall.core.nested_tensors import tensors_in
from rollcall.core.object_walk import Found, walk
from rollcall.core.random_state import seeded
from rollcall.core.report import Raised, Report
from rollcall.core.tensor_compare import all_max_abs_diff, all_same, same


class Key(Report):
    """One entry of the file; the shape is None for what is no tensor."""

    name: str
    shape: tuple[int, ...] | None


class TensorTrip(Report):
    """One tensor that the model uses: is it in the file, and is it back after loading."""

    path: str
    kind: Literal["parameter", "persistent buffer", "non-persistent buffer", "tensor"]
    status: Literal["registered", "unregistered"]
    shape: tuple[int, ...] | None  # None for a lazy parameter
    key: str | None  # its name in the file
    back: (
        bool | None
    )  # the fresh model holds the same values after loading; None where loading raised


class Comparison(Report):
    """The outputs of the saved and of the loaded model, on the same input and with the same draws."""

    equal: bool
    furthest: (
        float | None
    )  # largest absolute difference of two elements; None where there are none to subtract
    repeats: bool  # two forwards of the saved model, one after the other, agree; False where eval() does not stop draws


class RoundTrip(Report):
    """What was saved, what PyTorch answered to loading it, and what came back."""

    keys: tuple[Key, ...]
    size: int  # bytes of the file
    tensors: tuple[TensorTrip, ...]
    answer: str | None  # what load_state_dict returned, as printed
    load_raised: Raised | None
    comparison: Comparison | None
    forward_raised: Raised | None

    @property
    def missing(self) -> tuple[TensorTrip, ...]:
        """The tensors that are not in the file."""
        return tuple(tensor for tensor in self.tensors if tensor.key is None)


def call_once(model: nn.Module, example: Tensor, seed: int) -> None:
    """One forward in eval mode: nobody saves what was never called, and a lazy layer has no weights before."""
    mode = model.training
    with (
        seeded(seed),
        torch.no_grad(),
        suppress(Exception),
    ):  # what it raises, the comparison raises and shows
        model.eval()(example.clone())
    model.train(mode)


def saved(model: nn.Module) -> bytes:
    """`torch.save(model.state_dict())`, to memory."""
    file = io.BytesIO()
    torch.save(model.state_dict(), file)
    return file.getvalue()


def loaded(file: bytes) -> dict[str, Any]:
    """What is in the file, read as one reads the file of a stranger."""
    entries: dict[str, Any] = torch.load(io.BytesIO(file), weights_only=True)
    return entries


def round_trip(
    model: nn.Module,
    file: bytes,
    build: Callable[[], nn.Module],
    example: Tensor,
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
    entries, answer, load_raised = {}, None, None
    fresh = build()
    made = {
        found.path for found in walk(fresh).tensors
    }  # before any forward; what only a forward leaves is a cache
    try:
        entries = loaded(file)
        answer = str(fresh.load_state_dict(entries, strict=True))
    except Exception as error:
        load_raised = Raised.of(error, filename)
    aliases = walk(model).aliases
    again = {found.path: found.value for found in walk(fresh).tensors}
    tensors = tuple(
        _tensor(found, aliases, entries, again, load_raised is None)
        for found in walk(model).tensors
        if found.value.is_leaf or found.path in made
    )
    comparison, forward_raised = None, None
    before = {found.path: found.value for found in walk(model).tensors}
    try:
        comparison = _compare(model, fresh, example, seed)
    except Exception as error:
        forward_raised = Raised.of(error, filename)
    after = {found.path: found.value for found in walk(model).tensors}
    renewed = {path for path, value in before.items() if after.get(path, value) is not value}
    return RoundTrip(
        keys=tuple(Key(name=name, shape=shape_of(value)) for name, value in entries.items()),
        size=len(file),
        # What every forward makes anew, as weight_norm does with its weight, needs no place in the file.
        tensors=tuple(
            tensor for tensor in tensors if tensor.key is not None or tensor.path not in renewed
        ),
        answer=answer,
        load_raised=load_raised,
        comparison=comparison,
        forward_raised=forward_raised,
    )


def shape_of(value: Any) -> tuple[int, ...] | None:
    """None for what is no tensor, or has no shape yet."""
    return tuple(value.shape) if isinstance(value, Tensor) and not is_lazy(value) else None


def _tensor(
    found: Found,
    aliases: dict[int, list[str]],
    entries: dict[str, Any],
    again: dict[str, Tensor],
    was_loaded: bool,
) -> TensorTrip:
    names = (found.path, *aliases.get(id(found.value), ()))
    return TensorTrip(
        path=found.path,
        kind=found.kind,  # type: ignore[arg-type]  # never "module" here
        status="registered" if found.registered else "unregistered",
        shape=shape_of(found.value),
        key=next((name for name in names if name in entries), None),
        back=found.path in again and same(found.value, again[found.path]) if was_loaded else None,
    )


def _compare(model: nn.Module, fresh: nn.Module, example: Tensor, seed: int) -> Comparison:
    model.eval()
    fresh.eval()
    with torch.no_grad():
        with seeded(seed):
            before = _outputs(model, example)
            once_more = _outputs(model, example)
        with seeded(seed):
            after = _outputs(fresh, example)
    return Comparison(
        equal=all_same(before, after),
        furthest=all_max_abs_diff(before, after),
        repeats=all_same(before, once_more),
    )


def _outputs(model: nn.Module, example: Tensor) -> list[Tensor]:
    return [output.clone() for output in tensors_in(model(example.clone()))]
