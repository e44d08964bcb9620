"""What the page of an exam says."""
