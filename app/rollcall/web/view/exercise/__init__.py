"""What the page of an exercise says."""
