"""The page of two training loops: what each of its parts says."""
