"""Tensors, looked at and compared."""
