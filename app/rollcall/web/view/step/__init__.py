"""What the step page says."""
