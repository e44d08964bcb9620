"""What the forward page says."""
