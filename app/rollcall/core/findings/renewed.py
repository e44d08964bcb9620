"""Tensors that a forward leaves behind, and the next one makes anew: nobody need keep them."""

from collections.abc import Collection
from contextlib import suppress

from torch import nn

from rollcall.core.devices import SIMULATED_NAME
from rollcall.core.findings.model_under_test import ModelUnderTest
from rollcall.core.model_code import move_to, unheard
from rollcall.core.model_raised import ModelRaised
from rollcall.core.simulated_gpu import simulated_gpu
from rollcall.core.walk.object_walk import Found, walk


def replaced_since(model: nn.Module, tensors: list[Found]) -> set[str]:
    """The paths under which there are other tensors now: an activation of the last call, say."""
    if not tensors:
        return set()
    now = {found.path: found.value for found in walk(model).tensors}
    return {found.path for found in tensors if now.get(found.path) is not found.value}


def made_again_elsewhere(subject: ModelUnderTest, paths: Collection[str]) -> set[str]:
    """Those that a forward on another device makes there: a cache that looks where its input is.

    A forward that raises there makes none of them.
    """
    if not paths:
        return set()
    x = subject.input()
    with suppress(ModelRaised), unheard():
        model = subject.build_in("train")
        subject.outputs(model, x)
        with simulated_gpu():
            move_to(model, SIMULATED_NAME)
            subject.outputs(model, x.to(SIMULATED_NAME, None))
            tensors = [found for found in walk(model).tensors if found.path in paths]
            return {found.path for found in tensors if str(found.value.device) == SIMULATED_NAME}
    return set()
