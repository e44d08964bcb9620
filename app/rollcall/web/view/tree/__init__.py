"""A module tree of any size: neighbours that are alike share a line, and levels open on demand."""
