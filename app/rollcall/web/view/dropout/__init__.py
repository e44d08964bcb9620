"""What the dropout page says."""
