"""Where everything is after a move: one topic, from its query to its report."""
