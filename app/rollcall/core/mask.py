"""The mask of a dropout: by what one call multiplied each number that it was given."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from rollcall.core.call_recorder import Call
from rollcall.core.model_code import model_code, unheard
from rollcall.core.model_raised import ModelRaised
from rollcall.core.module_facts import is_training
from rollcall.core.pytorch_names import of_pytorch
from rollcall.core.repeatable import Repeatable
from rollcall.core.rng.randomness import is_dropout
from rollcall.core.tensors.tensor_compare import same

CHANNEL_MODULES = (nn.Dropout1d, nn.Dropout2d, nn.Dropout3d, nn.FeatureAlphaDropout)
CHANNEL_FUNCTIONS = (F.dropout1d, F.dropout2d, F.dropout3d, F.feature_alpha_dropout)
ROUNDING = 1e-4  # relative; for what is multiplied in another order


def read_mask(call: Call) -> Tensor | None:
    """The factor of each number, shaped like the input, if a mask can be read off the call.

    It is 0 where a number was dropped, and 1 / (1 - p) where inverted dropout kept it. The factor
    is the gradient of the output with respect to the input. To get it, the call is made again with
    the generators as they were, and it must give the same answer.

    Returns:
        None where the call cannot be repeated, or where its answer is not its input with some
        numbers dropped and all others scaled alike. PyTorch's own dropouts always have a mask,
        though alpha dropout puts another number than 0 in its place.
    """
    noted = call.repeatable
    if noted is None or noted.input is None or noted.output is None:
        return None
    if noted.input.shape != noted.output.shape or noted.input.device != noted.output.device:
        return None
    try:
        factor = _factor(call.target, noted)
    except ModelRaised:  # a lecture's own module may refuse to be called out of turn
        return None
    if factor is None or is_dropout(call.target):
        return factor
    if not _is_mask(noted.input, factor, noted.output):
        return None
    return factor


def shows_mask(call: Call) -> bool:
    """Whether `read_mask` reads one.

    The dropouts of PyTorch always show one, so they need no second call.
    """
    noted = call.repeatable
    if noted is None or noted.input is None or noted.output is None:
        return False
    of_a_lecture = isinstance(call.target, nn.Module) and not of_pytorch(call.target)
    if is_dropout(call.target) and not of_a_lecture:
        return noted.input.shape == noted.output.shape
    return read_mask(call) is not None


def drop_probability(call: Call) -> float | None:
    """The p that acted; None where a lecture's own class does not call it so."""
    p = _setting(call, "p")
    if not isinstance(p, float | int) or isinstance(p, bool):
        return None
    return float(p)


def was_training(call: Call) -> bool:
    """The flag of the module, or what the dropout function was told."""
    if isinstance(call.target, nn.Module) or is_dropout(call.target):
        return bool(_setting(call, "training"))
    return call.owner is not None and is_training(call.owner)


def n_trials(target: Any, shape: tuple[int, ...]) -> int:
    """How often a dropout draws on an input of `shape`: once for each number, or each channel."""
    if not isinstance(target, CHANNEL_MODULES) and target not in CHANNEL_FUNCTIONS:
        return math.prod(shape)
    without_batch = isinstance(target, nn.Dropout1d) or target is F.dropout1d
    if len(shape) == 2 and without_batch:
        return shape[0]
    return math.prod(shape[:2])


def _factor(target: Any, noted: Repeatable) -> Tensor | None:
    assert noted.input is not None
    x = noted.input.clone().requires_grad_(noted.input.is_floating_point())
    as_it_was = noted.random_state.restored()
    # Unheard: what it warns of, it warned of when it was called first.
    with as_it_was, torch.enable_grad(), unheard(), model_code("module(input)"):
        again = _call_again(target, noted, x.clone())
    if not isinstance(again, Tensor) or not same(again.detach(), noted.output):
        return None
    if not again.requires_grad:  # its forward turns gradients off
        return again.detach() / noted.input
    with model_code("backward()"):
        (factor,) = torch.autograd.grad(again.sum(), x, allow_unused=True)
    if factor is None:
        return torch.zeros_like(x)
    return factor


def _call_again(target: Any, noted: Repeatable, x: Tensor) -> Any:
    args, kwargs = noted.arguments
    with _attributes_restored(target, noted.attributes):
        if args:
            return target(x, *args[1:], **kwargs)
        return target(**{**kwargs, "input": x})


@contextmanager
def _attributes_restored(target: Any, attributes: dict[str, Any]) -> Iterator[None]:
    if not isinstance(target, nn.Module):
        yield
        return
    after = dict(vars(target))
    vars(target).clear()
    vars(target).update(attributes)
    try:
        yield
    finally:
        vars(target).clear()
        vars(target).update(after)


def _is_mask(given: Tensor, factor: Tensor, answer: Tensor) -> bool:
    """Whether the answer is the input times the factor, and the factor 0 or one other number."""
    product = given * factor
    dtype = torch.promote_types(product.dtype, answer.dtype)  # of integers a factor is a float
    if not torch.allclose(product.to(dtype), answer.to(dtype), rtol=ROUNDING, equal_nan=True):
        return False
    kept = factor[factor != 0]
    if not kept.numel() or bool(kept.isnan().all()):
        return True
    known = kept[~kept.isnan()]  # 0 / 0 is NaN where a forward without gradients was given a 0
    return torch.allclose(known, known[0].expand_as(known), rtol=ROUNDING)


def _setting(call: Call, name: str) -> Any:
    noted = call.repeatable
    if noted is None:
        return getattr(call.target, name, None)
    if isinstance(call.target, nn.Module):
        return noted.attributes.get(name, getattr(call.target, name, None))
    _, by_name = noted.arguments
    return by_name.get(name)  # PyTorch's dropouts pass on all but the input by name
