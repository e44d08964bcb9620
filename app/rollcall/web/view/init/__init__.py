"""What the init page says."""
