"""What can stand in a query here and now."""

from rollcall.core.report import Report
from rollcall.lectures.contents import Contents


class Choices(Report):
    """The models of the catalog and the devices of the machine."""

    contents: Contents
    devices: tuple[str, ...]
