"""What the modes page says of one subject."""

from rollcall.core.scan import ModuleEntry
from rollcall.experiments.mode_calls import (
    ModeCall,
)
from rollcall.experiments.modes.effects import Effects
from rollcall.experiments.subject import Subject


class ModesSubject(Subject):
    """The flags of one model, and what they do."""

    calls: tuple[ModeCall, ...] = ()  # those of the query that were made on this subject, in order
    before: tuple[ModuleEntry, ...] = ()  # as the model was built
    modules: tuple[ModuleEntry, ...] = ()  # after the calls
    # modules whose flag is not what was called on them or on a module around them
    unheard: tuple[str, ...] = ()
    # after the calls if they begin with train(), else after model.train()
    train: Effects | None = None
    eval: Effects | None = None
