"""What the assign page says."""
