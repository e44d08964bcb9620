"""What the step page says of one subject."""

from typing import Literal

from rollcall.core.report import Raised
from rollcall.experiments.step.moment import Moment, Phase
from rollcall.experiments.subject import Subject

# full: as many moments as are recorded; tracer: the file set one of its own; time: it did not end
CutShort = Literal["full", "tracer", "time"]


class StepSubject(Subject):
    """One model at one moment."""

    number: int = 0  # of the moment, among its own
    total: int = 0  # moments of its own
    waits: bool = False  # the other side has moved on, and this one has not
    moment: Moment | None = None
    gained: tuple[str, ...] = ()  # paths of tensors that were registered since the last moment
    added: int = 0  # by how many the registered tensors have grown; of many not all are named
    dropped: tuple[str, ...] = ()  # and of those that are registered no more
    changed: tuple[str, ...] = ()  # entries on a module, each as its path and its name
    changed_variables: tuple[str, ...] = ()
    stopped: Raised | None = None  # what ended the run here
    stopped_in: Phase | None = None
    cut_short: CutShort | None = None  # why the next moments are not there
    hung_at: int | None = None  # the line that did not end
