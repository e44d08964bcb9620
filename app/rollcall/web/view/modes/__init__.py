"""What the modes page says."""
