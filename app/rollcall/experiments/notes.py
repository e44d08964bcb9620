"""What every page tells of a model, whatever the page is about."""

from rollcall.core.heard import Warned
from rollcall.core.process.process_state import StateChange
from rollcall.core.report import Raised, Report


class Notes(Report):
    """Facts that change how the rest of a column is to be read."""

    # parts of the model that torch.compile was asked for, and that ran without being compiled
    compiled: tuple[str, ...] = ()
    # by calls that the page went on without, such as model.eval()
    raised: tuple[Raised, ...] = ()
    warned: tuple[Warned, ...] = ()  # while the model was run, each once
    more_warned: bool = False  # than is told
    # what its code, or that of its file, changed for the whole process; put back after it
    state_changes: tuple[StateChange, ...] = ()
