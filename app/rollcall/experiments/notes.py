"""What every page tells of a model, whatever the page is about."""

from functools import lru_cache

from rollcall.core.model_code import Warned
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


@lru_cache(maxsize=256)
def notes_of(
    compiled: tuple[str, ...],
    raised: tuple[Raised, ...],
    warned: tuple[Warned, ...],
    state_changes: tuple[StateChange, ...],
    more_warned: bool,
) -> Notes:
    """Them, the same object as long as they say the same: a training asks at each step."""
    return Notes(
        compiled=compiled,
        raised=raised,
        warned=warned,
        state_changes=state_changes,
        more_warned=more_warned,
    )
