"""What the system keeps the code of a model from."""
