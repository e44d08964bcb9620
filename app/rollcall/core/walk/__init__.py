"""What Python reaches from a module: the walk, and how each kind of holder is read."""
