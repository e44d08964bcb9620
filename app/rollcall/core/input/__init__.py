"""What a model is called with: as values, as a description, as text and as Python."""
