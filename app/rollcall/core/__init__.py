"""Torch without the web: what is registered in a module, and what is only reachable."""
