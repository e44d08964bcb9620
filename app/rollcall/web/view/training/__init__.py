"""What the training page says."""
