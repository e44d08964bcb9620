"""Who drew random numbers in a forward: every dropout, noise layer, drop path and torch.rand."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.modules.dropout import _DropoutNd

from rollcall.core.call_recorder import Call, CallRecorder
from rollcall.core.input.model_input import ModelInput
from rollcall.core.model_raised import ModelRaised
from rollcall.core.module_facts import holds_tensors
from rollcall.core.pytorch_names import name_of, of_pytorch
from rollcall.core.rng.random_state import seeded
from rollcall.core.walk.object_walk import Found, walk

DROPOUT_FUNCTIONS = (
    F.dropout,
    F.dropout1d,
    F.dropout2d,
    F.dropout3d,
    F.alpha_dropout,
    F.feature_alpha_dropout,
)


class SourceKey(NamedTuple):
    """What two forwards of the same model know a source by."""

    path: str | None  # of the module, or of the one whose forward calls the function
    name: str  # class of the module, or the function as a lecture writes it
    line: int | None  # of a function, and of a module that no attribute leads to


@dataclass(frozen=True)
class RandomSource:
    """A call that drew random numbers or, in another mode, does.

    Calls whose result shows no mask, such as each torch.rand of one line, are one source together.
    """

    calls: tuple[Call, ...]
    key: SourceKey
    found: Found | None  # the module that it belongs to; None: no attribute leads to it
    drew: bool  # any of them

    @property
    def call(self) -> Call:
        """The first of them."""
        return self.calls[0]

    @property
    def is_module(self) -> bool:
        """Whether a module is the source, or a function."""
        return isinstance(self.call.target, nn.Module)


def is_dropout(target: Any) -> bool:
    """Whether it is one of PyTorch's dropouts, of which in eval mode none draws."""
    if isinstance(target, nn.Module):
        return isinstance(target, _DropoutNd)
    return target in DROPOUT_FUNCTIONS


def may_mask(target: Any) -> bool:
    """Whether a call of it may be a mask: a dropout, or a lecture's own module without a tensor."""
    if is_dropout(target):
        return True
    if not isinstance(target, nn.Module) or of_pytorch(target):
        return False
    return not holds_tensors(target)


def random_recorder(filename: str, device: torch.device) -> CallRecorder:
    """A recorder of whose calls `random_sources` tells who drew, and a mask can be read off."""
    return CallRecorder(filename, device, can_repeat=may_mask)


def drawing_in_training(
    model: nn.Module, example: ModelInput, seed: int, filename: str
) -> frozenset[SourceKey]:
    """The sources in a forward of a fresh model, in its training mode; none where that raises.

    After eval() they may be silent, and a page that lists them says so.
    """
    try:
        sources = sources_of_forward(model, example, seed, filename)
    except ModelRaised:  # the page's own forward raises it too, and shows it
        return frozenset()
    return frozenset(source.key for source in sources)


def sources_of_forward(
    model: nn.Module, example: ModelInput, seed: int, filename: str
) -> list[RandomSource]:
    """The sources in one forward, made from a seed.

    Raises:
        ModelRaised: from whatever the forward raises.
    """
    recorder = random_recorder(filename, example.device)
    with seeded(seed), recorder:
        example.call(model)
    return random_sources(recorder.calls, model)


def random_sources(
    calls: Sequence[Call], model: nn.Module, known: Collection[SourceKey] = ()
) -> list[RandomSource]:
    """The sources of randomness among the calls of one forward, in order.

    Args:
        calls: as they were recorded.
        model: whose forward it was; it tells the paths.
        known: sources in another mode, which are told of although they may not draw in this one.
    """
    if not known and not any(map(_may_draw, calls)):
        return []
    paths = {id(found.value): found for found in walk(model).modules}
    sources: list[RandomSource] = []
    places: dict[SourceKey, int] = {}  # of those that count several calls
    for call, drew in _chosen(calls, paths, frozenset(known)).items():
        found = paths.get(id(call.owner))
        source = RandomSource((call,), _key(call, found), found, drew)
        if _has_one_tensor_like_its_input(call):
            sources.append(source)
        elif source.key in places:
            at = places[source.key]
            others = sources[at]
            sources[at] = replace(others, calls=(*others.calls, call), drew=others.drew or drew)
        else:
            places[source.key] = len(sources)
            sources.append(source)
    return sources


def _chosen(
    calls: Sequence[Call], paths: dict[int, Found], known: frozenset[SourceKey]
) -> dict[Call, bool]:
    """The calls that stand for a source, in order, and whether it drew."""
    chosen: dict[Call, bool] = {}
    for call in calls:
        if not call.answered:
            continue
        is_known = _key(call, paths.get(id(call.owner))) in known
        if is_known or _may_draw(call):
            standing = _standing_for(call)
            chosen[standing] = chosen.get(standing, False) or call.drew
    for call in list(chosen):
        for around in call.around:
            if chosen.get(around) is False:  # of one inside another, the inner one is the source
                del chosen[around]
    return {call: chosen[call] for call in calls if call in chosen}


def _may_draw(call: Call) -> bool:
    """Whether it drew, or would in another mode."""
    return call.drew or is_dropout(call.target)


def _standing_for(call: Call) -> Call:
    """A function's draw is told of the lecture's own layer around it, if that answers with a mask.

    So torch.rand in a dropout that a lecture writes is that dropout.
    """
    around = call.parent
    if isinstance(call.target, nn.Module) or is_dropout(call.target) or around is None:
        return call
    if around.answered and _has_one_tensor_like_its_input(around):
        return around
    return call


def _has_one_tensor_like_its_input(call: Call) -> bool:
    noted = call.repeatable
    if noted is None or noted.input is None or noted.output is None:
        return False
    return noted.input.shape == noted.output.shape


def _key(call: Call, found: Found | None) -> SourceKey:
    path = found.path if found else None
    if isinstance(call.target, nn.Module):
        line = None
        if found is None:  # it was made in forward: nothing but the line says where it is
            line = call.line
        return SourceKey(path, type(call.target).__name__, line)
    return SourceKey(path, name_of(call.target), call.line)
