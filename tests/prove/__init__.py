"""Promises about the server, each tried for real: `make prove`."""
