"""What a path leads to, also where the system does not let us look: then to nothing."""

import os
from pathlib import Path


def is_file(path: Path) -> bool:
    """Whether there is a file, as far as we may see."""
    try:
        return path.is_file()
    except OSError:  # a folder above it cannot be searched
        return False


def is_folder(path: Path) -> bool:
    """Whether there is a folder, as far as we may see."""
    try:
        return path.is_dir()
    except OSError:
        return False


def why_unreadable(folder: Path) -> OSError | None:
    """What the system says where a folder cannot be listed; None where it can."""
    try:
        with os.scandir(folder):
            return None
    except OSError as error:
        return error
