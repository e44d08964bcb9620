"""Draw by draw, what a dropout dropped: one topic, from its query to its report."""
