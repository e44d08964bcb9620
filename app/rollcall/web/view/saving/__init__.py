"""What the saving page says."""
