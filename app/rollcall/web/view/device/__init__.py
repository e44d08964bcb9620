"""What the device page says."""
