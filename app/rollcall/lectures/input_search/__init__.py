"""An input that a model can be called with, found by calling it."""
