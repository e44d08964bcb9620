"""Whether there is room for temporary files, without which no worker starts."""

import sys
import tempfile


def check_room() -> None:
    """End the program in words where there is none: workers are reached by a socket in a folder."""
    try:
        tempfile.gettempdir()
    except OSError:
        sys.exit(
            "rollcall: no folder takes temporary files. Is the disk full? "
            "Name a folder that does, as in TMPDIR=/folder"
        )
