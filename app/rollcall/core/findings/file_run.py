"""Save the model, load the file into a fresh one, and compare their answers."""

from collections.abc import Iterator
from contextlib import suppress

import torch
from torch import nn

from rollcall.core.findings.kinds import FileDoesNotReproduce
from rollcall.core.findings.model_under_test import ModelUnderTest
from rollcall.core.findings.python_numbers import changed_numbers, python_numbers
from rollcall.core.model_code import set_mode
from rollcall.core.model_raised import ModelRaised
from rollcall.core.rank import ranks
from rollcall.core.round_trip import RoundTrip, round_trip, saved
from rollcall.core.walk.object_walk import walk
from rollcall.core.walk.raw_read import class_dict, mro


class FileRun:
    """`state_dict()` to a file, and back into a model that had other weights.

    Raises:
        Exception: whatever the forward or state_dict() raises.
    """

    def __init__(self, subject: ModelUnderTest) -> None:
        model = subject.build_in("train")
        before = python_numbers(model)
        walked = walk(model)
        ranked = ranks(walked)
        self._model = model
        self._trainable = {found.path for found in walked.tensors if found.value.requires_grad}
        self._registered = {
            found.path
            for found in walked.tensors
            if found.registered and found.kind in ("parameter", "persistent buffer")
        }
        frozen = [each for each in walked.tensors if ranked.get(id(each.value)) == "frozen"]
        self._hidden_on_purpose = {found.path for found in frozen}
        x = subject.input()
        with torch.no_grad():
            with suppress(ModelRaised):  # the training run tells of it
                subject.outputs(model, x)
            with suppress(ModelRaised):
                set_mode(model, "eval")
            subject.outputs(model, x)
        self._numbers = tuple(changed_numbers(before, model))
        self._trip: RoundTrip = round_trip(
            model, saved(model), subject.build_other, x, subject.seed, subject.filename
        )

    def findings(self) -> Iterator[FileDoesNotReproduce]:
        """Nothing where two forwards of the saved model differ as well.

        Nor where the file lacks nothing but a frozen part that was hidden, such as a teacher.
        """
        comparison = self._trip.comparison
        if comparison is None or not comparison.repeats:
            return
        raised = None
        if self._trip.load_raised:
            raised = self._trip.load_raised.type
        elif comparison.equal or comparison.nothing:
            return
        missing = [tensor.path for tensor in self._trip.missing if not tensor.back]
        if missing and self._hidden_on_purpose.issuperset(missing):
            return
        yield FileDoesNotReproduce(
            apart=comparison.furthest,
            missing=tuple(missing),
            trainable=not self._trainable.isdisjoint(missing),
            numbers=self._numbers,
            loading_raised=raised,
            left_out_by=self._left_out_by(missing),
        )

    def _left_out_by(self, missing: list[str]) -> str:
        """The class that overrides state_dict(), where all that is missing is registered."""
        if not missing or not self._registered.issuperset(missing):
            return ""
        for kind in mro(type(self._model)):
            if kind is nn.Module:
                break
            if "state_dict" in class_dict(kind):
                return kind.__name__
        return ""
