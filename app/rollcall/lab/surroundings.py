"""What can stand in a query here and now."""

from rollcall.core.catalog import Contents
from rollcall.core.report import Report


class Surroundings(Report):
    """The models of the catalog and the devices of the machine."""

    contents: Contents
    devices: tuple[str, ...]
