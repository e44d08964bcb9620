"""What the layers page says."""
