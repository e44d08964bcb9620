"""What has to be the same on each node for the answers to be the same. Ray itself wants its own."""

from importlib import metadata


def versions() -> str:
    """Of this node; torch may be built for a GPU or not."""
    torch = metadata.version("torch").partition("+")[0]
    return f"Roll Call {metadata.version('torch-rollcall')} with torch {torch}"
