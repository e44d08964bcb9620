"""What a forward may change: kept before it, and put back after it."""
