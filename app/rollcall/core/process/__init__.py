"""What is set for the whole process: read, compared and put back."""
