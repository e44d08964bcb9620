"""Save the model, load the file into a fresh one, and compare their answers."""

from collections.abc import Iterator

import torch

from rollcall.core.findings.kinds import FileDoesNotReproduce
from rollcall.core.findings.model_under_test import ModelUnderTest
from rollcall.core.rank import ranks
from rollcall.core.round_trip import RoundTrip, round_trip, saved
from rollcall.core.walk.object_walk import walk


class FileRun:
    """`state_dict()` to a file, and back into a model that had other weights.

    Raises:
        Exception: whatever the forward or state_dict() raises.
    """

    def __init__(self, subject: ModelUnderTest) -> None:
        model = subject.build_in("eval")
        walked = walk(model)
        ranked = ranks(walked)
        frozen = [each for each in walked.tensors if ranked.get(id(each.value)) == "frozen"]
        self._hidden_on_purpose = {found.path for found in frozen}
        x = subject.input()
        with torch.no_grad():
            subject.outputs(model, x)  # after which a lazy layer has weights
        self._trip: RoundTrip = round_trip(
            model, saved(model), subject.build_other, x, subject.seed, subject.filename
        )

    def findings(self) -> Iterator[FileDoesNotReproduce]:
        """Nothing where two forwards of the saved model differ as well.

        Nor where the file lacks nothing but a frozen part that was hidden, such as a teacher.
        """
        comparison = self._trip.comparison
        if comparison is None or comparison.equal or not comparison.repeats:
            return
        missing = [tensor.path for tensor in self._trip.missing if not tensor.back]
        if missing and self._hidden_on_purpose.issuperset(missing):
            return
        yield FileDoesNotReproduce(apart=comparison.furthest, missing=tuple(missing))
