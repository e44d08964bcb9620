"""What a server says at its start of the data that the nodes of its cluster do not get."""

import argparse
from typing import TYPE_CHECKING

from rollcall.commands.targets import tell

if TYPE_CHECKING:
    from rollcall.lectures.targets import Targets


def tell_what_is_not_sent(options: argparse.Namespace, targets: "Targets") -> None:
    """Name the files of data that the nodes of a cluster do not get."""
    if options.engine != "ray":
        return
    from rollcall.lab.cluster.data_files import data_files

    if problem := data_files(targets).problem:
        tell(f"WARNING: {problem}")
