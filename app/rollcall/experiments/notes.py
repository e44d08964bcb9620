"""What every page tells of a model, whatever the page is about."""

from rollcall.core.report import Report


class Notes(Report):
    """Facts that change how the rest of a column is to be read."""

    # parts of the model that torch.compile was asked for, and that ran without being compiled
    compiled: tuple[str, ...] = ()
