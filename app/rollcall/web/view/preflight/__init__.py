"""What the preflight page says."""
